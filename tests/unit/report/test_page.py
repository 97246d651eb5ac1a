"""The interactive page: what it says, that it stays text, and that it needs nothing from anywhere."""

import re
import subprocess
import sys
import time
from datetime import datetime, timedelta

import pytest
from rig.records import footprint

from jupyter_green.cli import main
from jupyter_green.ledger import Ledger, open_ledger
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report import page
from jupyter_green.report.page.content import by_cell

HOSTILE = "</script><script>alert(1)</script><!--"
HOUR = 3600.0


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Keep 2 days, 2 kernels and what one of them ran inside a cell; one label is hostile, one figure unknown."""
    path = tmp_path / "ledger.sqlite3"
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(path))
    ledger = Ledger(path)
    now = time.time()

    def put(boot, number, joules, label, age, inside=None):
        made = footprint(joules, label=label, started=now - age * HOUR)
        whole = footprint(number * 10000.0, started=now - (age + number) * HOUR, duration=number * HOUR + 10.0)
        ledger._inside = inside
        ledger.append(Record(f"{boot}-{number}", boot, number, made, SessionTotal(whole, number, 500.0)))

    put("first", 1, 3600.0, "train()", 40)
    put("first", 2, 1800.0, "train()", 39)
    put("first", 3, 360.0, HOSTILE, 38)
    put("second", 1, 7200.0, "train()", 2)
    put("inner", 1, 6000.0, "counted in the cell around it", 1.9, inside="second")
    ledger.close()
    return path


@pytest.fixture
def content(path):
    return page.of_ledger(open_ledger(path), datetime.now().astimezone() - timedelta(days=7))


def test_what_a_ledger_holds_is_told_by_day_kernel_cell_and_component(content):
    assert content.lead.startswith("4 cells in 2 kernels used 11.1 Wh (")
    assert "84 % measured, 16 % modelled" in content.lead
    assert sum(day.energy.wh for day in content.days) == pytest.approx(3.6)
    assert [kernel.energy.wh for kernel in content.kernels] == pytest.approx([1.6, 2.0])
    cells = [(amount.name[6:], round(amount.energy.joules), runs) for amount, runs, _ in by_cell(content.runs)]
    assert cells == [("[1] train()", 7200, 1), ("[2] train() ×2", 5400, 2), (f"[3] {HOSTILE}", 360, 1)]
    assert [(part.name, part.how) for part in content.parts] == [("gpu", None), ("cpu", None), ("ram", None)]
    assert content.cumulative[-1].energy.joules == pytest.approx(12960.0)
    joules = [point.energy.joules for point in content.cumulative]
    assert joules == sorted(joules)


def test_the_page_needs_nothing_from_anywhere(content):
    made = page.document(content)
    assert not re.search(r"<(script|link|img|iframe|source)\b[^>]*\b(src|href)\s*=", made)
    assert not re.search(r"@import|url\(\s*['\"]?http", made.partition("<body>")[0])


def test_what_a_user_wrote_stays_text(content):
    made = page.document(content)
    assert "<script>alert(1)" not in made
    assert "&lt;script&gt;alert(1)" in made
    assert made.count("<script") == made.count("</script>")
    assert "<script" not in page.framed(made)


def test_it_says_what_was_measured_and_what_is_left_out(content):
    made = page.document(content)
    text = re.sub(r"\s+", " ", re.sub(r"<script.*?</script>|<[^>]*>", " ", made, flags=re.S))
    for said in (
        "Main board, power supply, fans, storage and network are not seen.",
        "location-based; PUE 1.2",
        "measured modelled",
        "Measured share",
        "84 %",
    ):
        assert said in text
    for heading in ("By day", "Timeline", "By cell", "By kernel", "By component", "Cumulative"):
        assert f">{heading}</h2>" in made
        assert f"{heading} as a table</summary><table>" in made


def test_nothing_to_show_is_said(tmp_path):
    made = page.document(page.of_ledger(open_ledger(tmp_path / "none"), datetime.now().astimezone()))
    assert "No cell was metered in this time." in made
    assert len(made) < 20_000


def test_the_command_writes_it(path, tmp_path, capsys):
    target = tmp_path / "page.html"
    assert main(["report", "--since", "7d", "--html", str(target)]) == 0
    assert capsys.readouterr().out.startswith(f"{target}: everything since ")
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_it_is_not_written_over_a_notebook_nor_into_nowhere(path, tmp_path, capsys):
    notebook = tmp_path / "a.ipynb"
    notebook.write_text("{}")
    assert main(["report", "--html", str(notebook)]) == 2
    assert "must end in .html" in capsys.readouterr().err
    assert notebook.read_text() == "{}"
    assert main(["report", "--html", str(tmp_path / "no" / "a.html")]) == 2
    assert "No such file or directory" in capsys.readouterr().err


def test_without_bokeh_it_is_one_line(path, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "bokeh.resources", None)
    assert main(["report", "--html", str(tmp_path / "a.html")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("jupyter green: The report needs bokeh: pip install bokeh")


def test_nobody_pays_for_it_who_does_not_ask():
    code = (
        "import sys, jupyter_green, jupyter_green.kernel.magics, jupyter_green.kernel.feed\n"
        "print({'bokeh', 'ipywidgets', 'numpy', 'jupyter_green.report.runs'} & set(sys.modules))"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "set()"
