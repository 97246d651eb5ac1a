"""``jupyter green footnote`` and ``report``, and what every command says of bad input."""

import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import nbformat
import pytest
from rig.records import cell, footprint, notebook, run_once

from jupyter_green.cli import main
from jupyter_green.grid import configured, lookup
from jupyter_green.ledger import Ledger
from jupyter_green.record import Record, SessionTotal


@pytest.fixture
def metered(tmp_path):
    path = tmp_path / "metered.ipynb"
    nbformat.write(run_once(), path)
    return path


def refused(capsys, *arguments):
    """Run a command that must fail, and return the one line that it says."""
    assert main([str(argument) for argument in arguments]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    return line.removeprefix("jupyter green: ")


def test_footnote_in_place_twice_is_once(metered, capsys):
    assert main(["footnote", str(metered)]) == 0
    assert "Running this notebook used 12.4 Wh (11.2 – 13.9)" in capsys.readouterr().out
    once = metered.read_bytes()
    assert main(["footnote", str(metered)]) == 0
    assert metered.read_bytes() == once
    assert len(nbformat.read(metered, as_version=4).cells) == len(run_once().cells) + 1


def test_footnote_elsewhere_leaves_the_source(metered, tmp_path):
    before = metered.read_bytes()
    assert main(["footnote", str(metered), "-o", str(tmp_path / "out.ipynb")]) == 0
    assert metered.read_bytes() == before
    assert (tmp_path / "out.ipynb").read_bytes() != before


def test_footnote_keeps_links_and_permissions_and_leaves_nothing_else(metered, tmp_path):
    metered.chmod(0o640)
    link = tmp_path / "link.ipynb"
    link.symlink_to(metered)
    assert main(["footnote", str(link)]) == 0
    assert link.is_symlink()
    assert metered.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["link.ipynb", "metered.ipynb"]


def test_footnote_of_an_old_format_has_no_id(metered):
    nb = run_once()
    nb.nbformat_minor = 4
    for each in nb.cells:
        del each["id"]
    nbformat.write(nb, metered)
    assert main(["footnote", str(metered)]) == 0
    assert "id" not in json.loads(metered.read_text())["cells"][-1]


def test_footnote_of_what_was_not_metered(tmp_path, capsys):
    path = tmp_path / "plain.ipynb"
    nbformat.write(notebook(cell(1)), path)
    before = path.read_bytes()
    assert "has no footprint in it" in refused(capsys, "footnote", path)
    assert path.read_bytes() == before


def test_footnote_of_nothing_and_into_nowhere(metered, tmp_path, capsys):
    assert refused(capsys, "footnote", tmp_path / "no.ipynb").endswith("no.ipynb: No such file or directory")
    (tmp_path / "list.ipynb").write_text("[1, 2]")
    assert "is not a notebook" in refused(capsys, "footnote", tmp_path / "list.ipynb")
    assert refused(capsys, "footnote", metered, "-o", tmp_path / "no" / "x.ipynb").endswith("No such file or directory")
    assert "Is a directory" in refused(capsys, "footnote", metered, "-o", tmp_path)


def test_run_of_what_cannot_be_run(metered, tmp_path, capsys):
    assert refused(capsys, "run", tmp_path / "no.ipynb").endswith("no.ipynb: No such file or directory")
    (tmp_path / "text.ipynb").write_text("hello")
    assert "text.ipynb is not a notebook" in refused(capsys, "run", tmp_path / "text.ipynb")
    assert refused(capsys, "run", metered, "-p", "1x", "2") == "-p 1x: not a name that a variable can have"
    assert not list(tmp_path.glob("*.green.ipynb"))


HOUR = 3600.0


@pytest.fixture
def ledger(tmp_path, monkeypatch):
    """Keep three sessions: 2 and 30 hours old, and 20 days."""
    path = tmp_path / "ledger.sqlite3"
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(path))
    ledger = Ledger(path)
    for boot, age, joules in (("new", 2, 36000.0), ("recent", 30, 18000.0), ("old", 480, 3600.0)):
        made = footprint(joules, label=f"{boot}()", started=time.time() - age * HOUR)
        whole = footprint(joules * 1.5, started=made.started)
        ledger.append(Record(f"{boot}-1", boot, 3, made, SessionTotal(whole, 5, joules / 2)))
    assert ledger.flush()
    ledger.close()
    return path


def test_report_sums_sessions_by_day(ledger, capsys):
    assert main(["report"]) == 0
    text = capsys.readouterr().out
    first, _, head, *rows = text.splitlines()
    assert first.startswith("22.5 Wh (")
    assert "10 cells in 2 sessions; 84 % measured." in first
    assert head.split() == ["Day", "Energy", "CO₂e", "Measured", "Cells"]
    assert rows[0].split()[1:] == ["7.5", "Wh", "0.44", "g", "84", "%", "5"]
    assert rows[1].split()[1:] == ["15", "Wh", "0.88", "g", "84", "%", "5"]
    assert "[3] new()" in text
    assert "old()" not in text
    assert "█" not in text


def test_report_of_one_day_lists_its_sessions(ledger, capsys):
    assert main(["report", "--since", "12h"]) == 0
    assert capsys.readouterr().out.splitlines()[2].split()[0] == "Session"


def test_report_for_machines(ledger, capsys):
    assert main(["report", "--since", "4w", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["total"]["joules"] == pytest.approx(86400.0)
    assert told["total"]["grams"] == pytest.approx(sum(row["grams"] for row in told["sessions"]))
    assert [row["boot"] for row in told["sessions"]] == ["old", "recent", "new"]
    assert [row["label"] for row in told["cells"]] == ["old()", "recent()", "new()"]
    assert told["sessions"][0]["started"].endswith("+00:00")


def test_report_without_a_ledger(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(tmp_path / "none.sqlite3"))
    assert main(["report"]) == 0
    assert capsys.readouterr().out.startswith("No cell was metered since ")
    assert main(["report", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["total"]["joules"] is None
    assert not (tmp_path / "none.sqlite3").exists()


def test_report_of_a_broken_ledger(tmp_path, monkeypatch, capsys):
    (tmp_path / "ledger").write_text("not a database, and long enough to be read as one" * 50)
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(tmp_path / "ledger"))
    assert "cannot be read" in refused(capsys, "report")


@pytest.mark.parametrize("when", ["soon", "7x", "-1d", "99999w", "2026-13-01", ""])
def test_report_since_when(when, capsys):
    assert "--since takes" in refused(capsys, "report", f"--since={when}")


@pytest.mark.parametrize("command", ["status", "run", "footnote", "report", "rapl", "doctor"])
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"jupyter green {command}" in capsys.readouterr().out


def test_status_says_what_is_known_of_this_machine(ledger, capsys):
    assert main(["status"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("jupyter-green ")
    assert str(ledger) in text


def test_help_is_not_slowed_by_what_it_does_not_need():
    heavy = {"IPython", "nbclient", "nbformat", "sqlite3", "traitlets", "numpy", "psutil", "tqdm"}
    code = f"import sys, jupyter_green.cli as c; c._parser(); print({heavy!r} & set(sys.modules))"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"


def test_a_reader_that_has_enough_is_no_error(ledger):
    """The pipe's reader is gone before the first byte."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "jupyter_green.cli", "report", "--json"]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


def filled(tmp_path, monkeypatch, *cells):
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(tmp_path / "ledger.sqlite3"))
    ledger = Ledger(tmp_path / "ledger.sqlite3")
    for number, made in enumerate(cells):
        made = replace(made, started=time.time() - 60)
        ledger.append(Record(f"record-{number}", "boot-1", number, made, SessionTotal(made, number, 0.0)))
    ledger.flush()


def test_regions_show_the_ledgers_energy_on_other_grids(tmp_path, monkeypatch, capsys):
    germany = lookup("DE")
    filled(tmp_path, monkeypatch, *(footprint(18000.0, intensity=germany, pue=pue) for pue in (1.0, 1.2)))
    assert main(["regions", "NO", "gcp:europe-west9"]) == 0
    text = capsys.readouterr().out
    said = " ".join(text.split())
    assert "10.0 Wh, on other grids, everywhere with PUE 1.1; annual means of life-cycle emissions" in said
    assert "Norway 2024 31 0.34 g CO₂e 91 % lower France 2024 44 0.49 g CO₂e 87 % lower ▸ Germany 2024 344" in said
    assert main(["regions", "--since", "1h"]) == 0
    assert "▸ Germany" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("zones", "arguments", "line"),
    [
        ((), [], "holds no energy since"),
        (("DE", "FR"), [], "several grids (DE, FR): say which to compare with JUPYTER_GREEN_REGION"),
        (("DE",), ["Nowhere"], "Unknown region 'Nowhere'"),
        (("DE",), ["US-CA"], "California cannot stand beside Germany"),
        (("DE",), ["--since", "yesterday"], "--since takes a span"),
    ],
)
def test_regions_with_nothing_to_compare_get_one_line(tmp_path, monkeypatch, capsys, zones, arguments, line):
    filled(tmp_path, monkeypatch, *(footprint(3600.0, intensity=lookup(zone)) for zone in zones))
    assert line in refused(capsys, "regions", *arguments)


def test_regions_of_a_grid_that_was_configured_by_its_figure(tmp_path, monkeypatch, capsys):
    filled(tmp_path, monkeypatch, footprint(3600.0, intensity=configured(100)))
    assert "on a grid that no table has ('configured')" in refused(capsys, "regions")
    monkeypatch.setenv("JUPYTER_GREEN_REGION", "aws:eu-north-1")
    assert main(["regions"]) == 0
    assert "▸ Sweden (eu-north-1)" in capsys.readouterr().out
