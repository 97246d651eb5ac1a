"""``jupyter green export`` in the formats that others define: which files it writes, and which it only adds to."""

import json

import nbformat
import pytest
from carbontracker import parser
from huggingface_hub import ModelCard
from rig.bundles import MARGINAL, bundle, run, used
from rig.records import record, run_once

from jupyter_green.cli import main

GRAMS = bundle(run_once()).footnote.grams


@pytest.fixture
def metered(tmp_path):
    path = tmp_path / "metered.ipynb"
    nbformat.write(run_once(), path)
    return path


def export(*arguments):
    assert main(["export", *map(str, arguments)]) == 0


def refused(capsys, *arguments):
    capsys.readouterr()
    assert main(["export", *map(str, arguments)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    return line


def test_a_card_is_added_to_and_the_rest_kept(metered, tmp_path):
    card = tmp_path / "README.md"
    card.write_bytes(b"---\r\nlicense: mit # ours\r\n---\r\n# Mine\r\n")
    export("huggingface", metered, "-o", card)
    text = card.read_bytes().decode()
    assert text.startswith("---\r\nlicense: mit # ours\r\nco2_eq_emissions:\r\n")
    assert text.endswith("\r\n---\r\n# Mine\r\n")
    assert ModelCard.load(card).data.to_dict()["co2_eq_emissions"]["emissions"] == GRAMS
    export("huggingface", metered, "-o", card, "--task", "training", "fine-tuning")
    assert ModelCard.load(card).data.to_dict()["co2_eq_emissions"]["training_type"] == "fine-tuning"
    assert card.read_bytes().count(b"co2_eq_emissions") == 1


def test_a_card_that_cannot_be_added_to_stays(metered, tmp_path, capsys):
    card = tmp_path / "README.md"
    card.write_bytes(b"---\nlicense: [mit\n---\n")
    assert "no YAML" in refused(capsys, "huggingface", metered, "-o", card)
    assert card.read_bytes() == b"---\nlicense: [mit\n---\n"
    card.write_bytes(b"\xff\xfe")
    assert "no text in UTF-8" in refused(capsys, "huggingface", metered, "-o", card, "--force")


def test_carbontrackers_pair_is_written_and_replaced(metered, tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    for _ in range(2):
        export("carbontracker", metered, "-o", folder / "run_carbontracker.log")
        assert {path.name for path in folder.iterdir()} == {"run_carbontracker.log", "run_carbontracker_output.log"}
        assert parser.aggregate_consumption(str(folder))[1] == GRAMS


def test_somebody_elses_log_is_not_replaced(metered, tmp_path, capsys):
    theirs = tmp_path / "run_carbontracker_output.log"
    theirs.write_text("2026-11-24 09:00:00 - CarbonTracker: \nActual consumption:\n")
    assert "--force" in refused(capsys, "carbontracker", metered, "-o", tmp_path / "run_carbontracker.log")
    assert not (tmp_path / "run_carbontracker.log").exists()
    export("carbontracker", metered, "-o", tmp_path / "run_carbontracker.log", "--force")
    assert "written by jupyter-green" in theirs.read_text()


def test_a_report_that_its_author_may_have_filled_in_is_not_replaced(metered, tmp_path, capsys):
    path = tmp_path / "report.json"
    export("boamps", metered, "-o", path)
    assert "--force" in refused(capsys, "boamps", metered, "-o", path)
    assert json.loads(path.read_text())["header"]["reportStatus"] == "draft"


def test_sci_to_standard_output_and_to_a_file_twice(metered, tmp_path, capsys):
    stated = ("--embodied", "28.5", "--unit", "sample", "--units", "1000")
    export("sci", metered, *stated)
    assert json.loads(capsys.readouterr().out)["sci"] == (GRAMS + 28.5) / 1000
    for _ in range(2):
        export("sci", metered, *stated, "-o", tmp_path / "sci.json")
    assert "SCI needs embodied carbon" in refused(capsys, "sci", metered, "--unit", "sample", "--units", "9")


@pytest.mark.parametrize("name", ["huggingface", "sci", "carbontracker"])
def test_a_sum_of_two_kinds_of_factors_is_refused_everywhere(name, tmp_path, capsys):
    path = tmp_path / "mixed.ipynb"
    nbformat.write(run(used(3600.0), record(2, 3600.0, session=7200.0, intensity=MARGINAL)), path)
    stated = ("--embodied", "28.5", "--unit", "sample", "--units", "1000")
    assert "average and marginal factors are mixed" in refused(capsys, name, path, *stated)
