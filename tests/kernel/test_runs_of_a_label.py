"""A labelled cell run again and again in real kernels: the list of its runs, and comparisons with another's."""

import json
import re
from types import SimpleNamespace

import pytest
from rig.kernel import Kernel

from jupyter_green.ledger import open_ledger

SETUP = """import time
size, password, folder = 32, "letmein", "/home/somebody"
def train(lr, epochs, fail=False, wait=False):
    end = time.monotonic() + 0.1 * epochs
    while time.monotonic() < end: pass
    if fail: raise ValueError("as told")
    if wait:
        print("waits", flush=True)
        time.sleep(60)
"""


def rows(text):
    """Return the table in a text: its head, and its lines."""
    table = [
        re.split(r"  +", line.strip()) for line in text.splitlines() if re.match(r"Began|(\d{4}-)?\d\d-\d\d ", line)
    ]
    return table[0], table[1:]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Run an experiment four times in one kernel, once in a second; keep what was said."""
    folder = tmp_path_factory.mktemp("runs")
    told = SimpleNamespace(folder=folder)
    with Kernel(folder) as kernel:
        told.data = kernel.data
        kernel.run(SETUP)
        told.none = kernel.run("%carbon runs").text
        train = "%%carbon fine tune --units 100 --unit token\n"
        train += "epochs = {0}\ntrain({1}, epochs=epochs, {2})\nsize, password, folder;"
        told.records = [
            kernel.run(train.format(2, "lr=1e-3", "wait=False")).record,
            kernel.run(train.format(3, "lr=3e-4", "fail=True")).record,
            kernel.run(train.format(2, "lr=1e-4", "wait=True"), interrupt_when="waits").record,
        ]
        kernel.run("size = 64")
        told.records.append(kernel.run(train.format(3, "lr=1e-4", "wait=False")).record)
        told.listed = kernel.run("%carbon runs").text
    with Kernel(folder) as kernel:
        kernel.run(SETUP)
        told.earlier = kernel.run("%carbon runs").text
        told.versus = kernel.run('%%carbon base --units 100 --unit token --vs "fine tune"\ntrain(1e-3, 2)')
        told.quiet = kernel.run('%%carbon base --units 100 --unit token --vs "fine tune" --quiet\ntrain(1e-3, 2)')
        told.nobody = kernel.run("%%carbon base --vs nobody\nx = 1")
        told.compared = kernel.run('%carbon compare "fine tune" base').text
        told.counted = kernel.run(f"%carbon compare 'fine tune' {told.versus.execution_count}").text
        told.bracketed = kernel.run(f"%carbon compare [{told.versus.execution_count}] base").text
        told.bad = {
            line: kernel.run(f"%carbon {line}").text
            for line in ("runs nobody", "compare base", "compare base base", "compare base 'open", "compare base 999")
        }
        kernel.run(f"%carbon report {folder / 'page.html'}")
        kernel.run("%config Green.labels = False")
        told.unlabelled = kernel.run("%%carbon secret run\nhidden_rate = 0.125").record
        told.by_label = kernel.run("%carbon runs secret run").text
    return told


def test_before_any_label_the_mend_is_named(told):
    assert told.none.strip() == (
        "UsageError: %carbon runs: no cell has a label yet: begin one with %%carbon LABEL, "
        "and run it again with other parameters"
    )


def test_all_runs_are_listed_with_what_changed_and_how_they_ended(told):
    said = told.listed.replace("\n", " ")
    assert said.startswith("fine tune: 4 runs, of which 2 failed or were interrupted: ")
    assert (
        re.search(r"Wh( \([^)]*\))? and [\d.< ]+ .?g CO₂e in all; the last one alone: [\d<. ]+ mWh\.", said)
        or "< 1 mWh" in said
    )
    head, runs = rows(told.listed)
    assert head == ["Began", "Status", "epochs", "lr", "wait", "size", "fail", "Energy", "Work", "Per unit", "Time"]
    assert [run[1:7] for run in runs] == [
        ["ok", "2", "0.001", "False", "32", "–"],
        ["error", "3", "0.0003", "–", "32", "True"],
        ["interrupted", "2", "0.0001", "True", "32", "–"],
        ["ok", "3", "0.0001", "False", "64", "–"],
    ]
    assert [run[-3] for run in runs] == ["100 tokens"] * 4
    assert [record["status"] for record in told.records] == ["ok", "error", "interrupted", "ok"]


def test_the_next_kernel_has_them_from_the_ledger(told):
    before, now = rows(told.listed), rows(told.earlier)
    assert now[0] == before[0]
    assert [run[:7] for run in now[1]] == [run[:7] for run in before[1]]  # figures may have settled since


def test_parameters_are_in_the_ledger_and_in_no_record(told):
    ledger = open_ledger(told.data / "jupyter-green" / "ledger.sqlite3")
    kept = [row["details"]["run"] for row in ledger.runs("fine tune")]
    assert kept[0] == {"epochs": 2, "lr": 1e-3, "wait": False, "size": 32}  # no password, no folder
    published = json.dumps([*told.records, *ledger.records(0.0).records])
    assert '"run"' not in published
    assert "epochs" not in published


def test_a_cell_says_how_it_compares_below_its_own_line(told):
    (line,) = told.versus.text.splitlines()
    assert re.fullmatch(
        r"(No detectable difference: )?base uses [\d.]+× the energy per token of fine tune \([\d.e-]+ … [\d.]+\): "
        r"[\d.]+ .?J/token \(n = 1\) against [\d.]+ .?J/token \(n = 2\)\.",
        line,
    )
    assert [output["type"] for output in told.versus.outputs] == ["display_data", "stream"]
    assert told.quiet.outputs == []
    assert told.nobody.text.strip() == "%%carbon --vs: no run has the label 'nobody'; %carbon runs lists labels"
    assert told.nobody.status == "ok"
    assert told.nobody.record


def test_two_labels_are_compared_with_an_interval_and_what_was_assumed(told):
    line, *basis = told.compared.strip().splitlines()
    assert re.search(r"base uses [\d.]+× the energy per token of fine tune \(.* … .*\)", line)
    assert "(n = 2) against" in line
    said = " ".join(basis)
    assert said.startswith("95 % interval: Student's t on the logarithms of the runs, which are taken for")
    assert "The same sources metered both" in said
    assert "3 runs left out" in said  # a failed one, an interrupted one, and one without units
    assert "× the energy per token of fine tune" in told.counted
    assert re.search(r"base uses [\d.]+× the energy per token of \[\d+\]", told.bracketed)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("runs nobody", "%carbon runs: no run has the label 'nobody'; without a label, all are listed"),
        ("compare base", "%carbon compare: it takes two labels or execution counts, such as: %carbon compare base "),
        ("compare base base", "%carbon compare: 'base' cannot be compared with itself: name two labels"),
        ("compare base 'open", '%carbon compare: no closing quotation in "base \'open"; quote labels with spaces'),
        ("compare base 999", "%carbon compare: no run has the label '999'; %carbon runs lists labels"),
    ],
)
def test_bad_input_is_one_line(told, line, said):
    (error,) = told.bad[line].strip().splitlines()
    assert error.startswith(f"UsageError: {said}")


def test_the_report_has_a_section_on_runs(told):
    made = (told.folder / "page.html").read_text(encoding="utf-8")
    assert "<h2>Runs</h2>" in made
    assert "<h3>base</h3>" in made


def test_where_labels_are_off_nothing_is_looked_at(told):
    assert told.unlabelled["label"] == "secret run"  # the user's own wish
    assert told.by_label.startswith("secret run: 1 run")
    stored = b"".join(each.read_bytes() for each in (told.data / "jupyter-green").iterdir())
    assert b"hidden_rate" not in stored
