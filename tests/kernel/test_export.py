"""``%carbon export``: this session's records as a file."""

import csv
import json
import os
from pathlib import Path

BURN = "end = __import__('time').time() + {}\nwhile __import__('time').time() < end: pass"


def test_the_sessions_records_go_into_a_file(kernel, tmp_path):
    kernel.run(f"import os; os.chdir({str(tmp_path)!r})")
    kernel.run("%%carbon hello\n" + BURN.format(0.7))
    kernel.run("x = 1")
    assert kernel.run("%carbon export json").text.strip() == "This session's footprint is in green-footprint.json."
    made = json.loads((tmp_path / "green-footprint.json").read_text())
    assert made["total"]["joules"] > 0
    assert made["total"]["lower_bound_because"] == []
    assert {one["label"] for one in made["records"]} == {None}
    counts = [one["execution_count"] for one in made["records"]]
    assert counts == sorted(counts)
    assert 3 <= len(counts) <= made["total"]["cells"]["cells"] <= len(counts) + 1  # the one that exports is running
    assert sum(one["energy"]["joules"] for one in made["records"]) <= made["total"]["joules"] * (1 + 1e-9)

    assert "green-footprint.json." in kernel.run("%carbon export json").text  # ours: replaced
    kernel.run("%carbon export csv 'my table.csv'")
    rows = list(csv.DictReader((tmp_path / "my table.csv").open()))
    assert rows[0]["country_iso_code"] == "FRA"
    kernel.run("%carbon export markdown --offset 'bought from X'")
    assert "bought from X (as stated by the user" in (tmp_path / "green-footprint.md").read_text()
    assert sorted(os.listdir(tmp_path)) == ["green-footprint.json", "green-footprint.md", "my table.csv"]


def test_bad_use_gets_one_line_and_nothing_is_lost(kernel, tmp_path):
    kernel.run(f"import os; os.chdir({str(tmp_path)!r})")
    Path(tmp_path / "green-footprint.json").write_text("mine")
    for line, words in {
        "": "%carbon export FORMAT [PATH] [--force] …: the following arguments are required: format",
        "xml": "no format is called 'xml'; known are json, csv, ",
        "json": "is there already and no export of ours: choose another name, or --force to replace it",
        "json --units x --unit y": "argument --units: invalid float value: 'x'",
        "json 'unclosed": "No closing quotation",
    }.items():
        outcome = kernel.run(f"%carbon export {line}")
        assert words in outcome.text
        assert "Traceback" not in outcome.text
    assert (tmp_path / "green-footprint.json").read_text() == "mine"
    kernel.run("%carbon export json --force")
    assert json.loads((tmp_path / "green-footprint.json").read_text())["records"]


def test_with_nothing_metered_there_is_nothing_to_export(kernel, tmp_path):
    kernel.run(f"import os; os.chdir({str(tmp_path)!r})")
    kernel.run("%carbon off")
    kernel.run("%carbon reset")
    assert "no cell has been metered yet" in kernel.run("%carbon export json").text
    assert os.listdir(tmp_path) == []
