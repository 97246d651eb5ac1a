"""The statement, read by pandoc."""

import json
import re

import nbformat
import pytest
from rig.records import cell, notebook, record, run_once
from rig.tools import output_of

from jupyter_green.cli import main

HOSTILE = [
    "\\input{/etc/passwd}",
    "\\end{description} \\end{document}",
    "100 % & # _ ^ ~ $x$ {y} \\",
    "<script>alert(1)</script>",
    "[x](javascript:alert(2)) **b** `c`",
    "--> <b>",
    "^^5cinput{x}",
]


@pytest.fixture
def statement(tmp_path, capsys):
    def make(form, nb, *options):
        nbformat.write(nb, tmp_path / "work.ipynb")
        assert main(["export", form, str(tmp_path / "work.ipynb"), *options]) == 0
        return capsys.readouterr().out

    return make


def plain(form, text):
    reader = {"markdown": "gfm", "latex": "latex"}[form]
    return " ".join(output_of("pandoc", "-f", reader, "-t", "plain", "--wrap=none", text=text).split())


@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_it_says_what_a_paper_needs(form, statement):
    text = plain(form, statement(form, run_once())).replace("\xa0", " ").replace("CO2e", "CO₂e")
    for words in (
        "France.",
        "NVIDIA H200.",
        "0.0451 h in 2 metered cells.",
        "0.0124 kWh (0.0112 – 0.0139); 84 % of it was measured.",
        "0.000729 kg CO₂e (0.000575 – 0.000941), location-based: electricity × factor × PUE.",
        "France, 49 g CO₂e/kWh, 2025 mean, lifecycle (Ember, processed by Our World in Data, CC BY 4.0)",
        "PUE 1.2.",
        "Use phase only; hardware manufacture is not counted.",
        "2026-11-23, by jupyter-green",
    ):
        assert words in re.sub(r"(PUE):? ", r"\1 ", text), words


@pytest.mark.parametrize("form", ["markdown", "latex"])
@pytest.mark.parametrize("evil", HOSTILE)
def test_what_is_hostile_stays_text(form, evil, statement):
    data = record(1, 3600.0, hardware={"gpu": [evil], "cpu": evil})
    data["emissions"]["intensity"] |= {"name": evil, "source": evil}
    text = statement(form, notebook(cell(1, data)), f"--offset={evil}")
    reader = {"markdown": "gfm", "latex": "latex"}[form]
    tree = output_of("pandoc", "-f", reader, "-t", "json", text=text)
    kinds = set(re.findall(r'"t":"(\w+)"', tree))
    assert not kinds & {"Link", "Image", "Code", "CodeBlock", "Emph"}
    ours = {"\\\\times"} if form == "latex" else set()  # × in "electricity × factor × PUE"
    assert set(re.findall(r'"t":"Math","c":\[\{"t":"InlineMath"\},"([^"]*)"', tree)) == ours
    raw = re.findall(r'"RawBlock","c":\["html",("[^"]*")', tree)
    assert [json.loads(one)[:19] for one in raw] == (["<!-- jupyter-green "] if form == "markdown" else [])
    assert '"RawInline"' not in tree
    said = plain(form, text)
    assert "Recorded" in said  # nothing ended before its time
    assert "root:" not in said


def test_a_partial_notebook_says_so_and_a_lower_bound_is_called_one(statement):
    text = statement("markdown", notebook(cell(1, source="x"), cell(2, record(2, 3600.0, cells=1)), cell(None)))
    assert "**Electricity:** at least 0.00100 kWh" in text
    assert "**Remarks:** Partial: 2 of 3 cells metered; 1 cell was not run or cleared." in text


def test_an_assumed_pue_is_called_so(statement):
    text = statement("markdown", notebook(cell(1, record(1, 3600.0, pue=1.56, flags=("pue-unknown",)))))
    assert "**PUE:** 1.56 (assumed: data centre not known)." in text
