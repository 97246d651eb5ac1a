"""``jupyter green export``: what it writes, what it refuses, and what it leaves alone."""

import json
import os
import time
from dataclasses import replace

import nbformat
import pytest
from rig.records import FRANCE, STARTED, cell, footprint, notebook, record, run_once

from jupyter_green.cli import main
from jupyter_green.emissions import Embodied
from jupyter_green.ledger import Ledger
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report.formats import FORMATS

MARGINAL = replace(FRANCE, value=600.0, low=500.0, high=700.0, method="marginal", source="WattTime", status="live")
OURS = ("json", "csv", "markdown", "latex")


@pytest.fixture
def written(tmp_path):
    def write(nb, name="work.ipynb"):
        nbformat.write(nb, tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def said(capsys):
    """Run a command that succeeds, and return what it printed."""

    def run(*arguments):
        assert main(["export", *map(str, arguments)]) == 0
        out, err = capsys.readouterr()
        assert err == ""
        return out

    return run


@pytest.fixture
def refused(capsys):
    """Run a command that must fail, and return the one line that it says."""

    def run(*arguments):
        assert main(["export", *map(str, arguments)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        (line,) = err.splitlines()
        return line.removeprefix("jupyter green: ")

    return run


# -- what is written ---------------------------------------------------------------------------------------------------


def test_json_holds_records_as_published_and_the_footnotes_total(written, said):
    nb = run_once()
    made = json.loads(said("json", written(nb)))
    published = [output.data for each in nb.cells for output in each.outputs if "data" in output]
    assert [one | {"label": None} for data in published for one in data.values() if isinstance(one, dict)] == made[
        "records"
    ]
    assert made["total"]["joules"] == 44640.0
    assert made["total"]["cells"] == {"metered": 4, "cells": 4}
    assert (made["remarks"], made["total"]["lower_bound_because"]) == (None, [])


def test_labels_are_passed_on_only_if_asked_for(written, said):
    nb = run_once()
    nb.cells[3].metadata["jupyter"] = {"source_hidden": True}
    path = written(nb)
    for form in OURS:
        assert "tokenize" not in said(form, path)
    labels = [one["label"] for one in json.loads(said("json", path, "--labels"))["records"]]
    assert labels == ["ds = tokenize(corpus)", None]


def test_what_is_not_the_schemas_is_not_passed_on(written, said):
    data = record(1, 100.0) | {"path": "/home/me", "settled": float("nan")}
    text = said("json", written(notebook(cell(1, data))))
    assert "/home/me" not in text
    assert json.loads(text)["records"][0]["settled"] is None


def test_what_the_user_states_stands_apart_and_changes_no_total(written, said):
    path = written(run_once())
    stated = ("--embodied=12.5", "--offset=all of it, bought from X", "--unit=sample", "--units=53000")
    plain, made = json.loads(said("json", path)), json.loads(said("json", path, *stated))
    assert made["total"] == plain["total"]
    assert made["stated_by_user"] == {
        "unit": "sample",
        "units": 53000.0,
        "embodied_grams": 12.5,
        "offset": "all of it, bought from X",
    }
    assert said("csv", path, *stated) == said("csv", path)
    text = said("markdown", path, *stated)
    assert "**Emissions:** 0.000729 kg CO₂e" in text
    assert "**Embodied emissions:** 0.0125 kg CO₂e, as stated by the user; not part of the emissions above." in text
    assert "**Offsets:** all of it, bought from X (as stated by the user; not verified, and nothing is subtr" in text
    assert "53,000 × sample" in text


def test_what_records_tell_of_the_hardwares_making_stands_apart(written, said):
    made = Embodied(3.2, 1.1, 5.0, "vendor's figure")
    text = said("markdown", written(notebook(cell(1, record(1, 3600.0, embodied=made)))))
    assert "**Making of the hardware:** 3.20 g CO₂e (1.1 – 5.0) (vendor's figure); not part of the total." in text
    assert "hardware manufacture is not counted" not in text


def test_from_the_ledger(tmp_path, monkeypatch, said, refused):
    path = tmp_path / "ledger.sqlite3"
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(path))
    assert refused("json", "--since=7d").startswith("no cell was metered since ")
    ledger = Ledger(path)
    for boot, hours, joules in (("new", 2, 36000.0), ("recent", 30, 18000.0), ("old", 480, 3600.0)):
        made = footprint(joules, label=f"{boot}()", started=time.time() - hours * 3600)
        ledger.append(Record(f"{boot}-1", boot, 3, made, SessionTotal(replace(made, duration=60.0), 1, 0.0)))
    ledger.close()
    made = json.loads(said("json", "--since=7d"))
    assert [one["id"] for one in made["records"]] == ["recent-1", "new-1"]
    assert made["total"]["joules"] == pytest.approx(54000.0)
    assert made["total"]["lower_bound_because"] == []  # a ledger keeps every run: two sessions leave nothing out
    assert "() " not in said("markdown", "--since=7d")


# -- files -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", OURS)
def test_a_file_of_ours_is_replaced_and_no_other(form, written, said, refused, tmp_path):
    path, out = written(run_once()), tmp_path / f"out.{FORMATS[form][1]}"
    assert said(form, path, "-o", out) == f"{out}: written\n"
    first = out.read_bytes()
    said(form, path, "-o", out)
    assert len(out.read_bytes()) == len(first)
    out.write_text("mine\n")
    assert refused(form, path, "-o", out) == (
        f"{out} is there already and no export of ours: choose another name, or --force to replace it"
    )
    assert out.read_text() == "mine\n"
    said(form, path, "-o", out, "--force")
    assert len(out.read_bytes()) == len(first)
    assert sorted(os.listdir(tmp_path)) == sorted([out.name, "work.ipynb"])


def test_codecarbons_own_file_is_not_ours(written, refused, tmp_path):
    out = tmp_path / "emissions.csv"
    out.write_text("timestamp,project_name,run_id\n2026-11-24T01:42:02,codecarbon,1\n")
    assert "--force" in refused("csv", written(run_once()), "-o", out)


def test_nowhere_to_write(written, refused, tmp_path):
    path = written(run_once())
    assert refused("json", path, "-o", tmp_path / "no" / "x.json").endswith("No such file or directory")
    assert refused("json", path, "-o", tmp_path).endswith("to replace it")
    assert refused("json", path, "-o", tmp_path, "--force").endswith("Is a directory")


# -- bad input ---------------------------------------------------------------------------------------------------------


def test_an_unknown_format_names_the_known_ones(written, refused):
    assert refused("xml", written(run_once())) == f"no format is called 'xml'; known are {', '.join(FORMATS)}"


def test_a_notebook_without_records(written, refused):
    path = written(notebook(cell(1)))
    assert refused("json", path).startswith(f"{path} has no footprint in it: meter it")
    broken = record(1, 1.0) | {"duration_s": "long"}
    assert "(1 record could not be read)" in refused("json", written(notebook(cell(1, broken))))


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("json",), "give a notebook, or --since WHEN for the ledger: jupyter green export json NB"),
        (("json", "WORK", "--since=7d"), "give a notebook or --since WHEN, not both"),
        (("json", "--since=soon"), "--since takes a span such as 12h, 7d, 2w or a date such as 2026-11-01, not 'soon'"),
        (("json", "WORK", "--units=-1"), "--units takes a number above 0, not -1"),
        (("json", "WORK", "--units=3"), "--units needs --unit NAME"),
        (("json", "WORK", "--embodied=nan"), "--embodied takes a number of at least 0, not nan"),
        (("json", "WORK", f"--offset={'x' * 400}"), "--offset takes a line of at most 300 characters"),
        (("json", "WORK", "--unit= "), "--unit takes a line of at most 40 characters"),
    ],
)
def test_bad_use_gets_one_line(arguments, line, written, refused):
    path = written(run_once())
    assert refused(*(path if one == "WORK" else one for one in arguments)) == line


def test_records_that_contradict_each_other_are_withheld(written, refused):
    one, other = record(2, 100.0), record(2, 900.0)
    nb = notebook(cell(1, source="x"), cell(2, one), cell(2, other))
    assert refused("json", written(nb)) == (
        "two records of cell [2] are one by their id and differ in their figures: run the cell again"
    )


def test_a_record_that_anybody_may_have_written_breaks_nothing(written, said):
    deep = []
    for _ in range(300):
        deep = [deep]
    odd = record(1, 100.0) | {"id": " a \n b\u202e ", "machine_energy": {"x": deep}, "flags": ["y" * 10]}
    broken = record(2, 100.0) | {"id": ["not", "a", "text"]}
    path = written(notebook(cell(1, odd), cell(2, broken)))
    for form in OURS:
        assert said(form, path)
    made = json.loads(said("json", path))
    assert [one["id"] for one in made["records"]] == ["a b"]
    assert made["total"]["lower_bound_because"] == ["1 record could not be read"]


def test_a_copied_cell_counts_once(written, said):
    nb = notebook(cell(1, source="x"), cell(2, record(2, 100.0)), cell(2, record(2, 100.0)))
    made = json.loads(said("json", written(nb)))
    assert len(made["records"]) == 1
    assert made["total"]["lower_bound_because"] == ["cells were run again, copied or deleted"]


def test_emissions_that_do_not_follow_are_marked_and_left_out_of_the_table(written, said):
    edited = record(1, 36000.0)
    edited["emissions"] |= {"grams": 0.001, "low": 0.001, "high": 0.001}
    path = written(notebook(cell(1, edited)))
    assert json.loads(said("json", path))["total"]["doubtful_records"] == 1
    assert "Doubtful: the emissions of 1 cell do not follow" in said("markdown", path)
    row = said("csv", path).splitlines()[1].split(",")
    assert row[5] == row[6] == ""


def test_factors_of_different_kinds_make_no_sum(written, said):
    nb = notebook(
        cell(1, record(1, 36000.0)),
        cell(1, record(1, 36000.0, boot="other", intensity=MARGINAL, started=STARTED + 60)),
    )
    path = written(nb)
    made = json.loads(said("json", path))
    assert made["total"]["grams"] is None
    assert "are not added up: their grid factors count different things" in made["remarks"]
    text = said("markdown", path)
    assert "**Emissions:** at least unknown" not in text
    assert "**Emissions:** unknown" in text
    assert "are not added up" in text
