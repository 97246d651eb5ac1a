"""Energy per unit of work wherever footprints are shown: where a cell did some, and nowhere else."""

import json
import math
import re
import time
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.bundles import bundle, run
from rig.records import footprint, record

from jupyter_green.cli import main
from jupyter_green.energy import Energy
from jupyter_green.kernel import live_html
from jupyter_green.kernel.cell_list import CellList
from jupyter_green.ledger import Ledger, open_ledger
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report import footnote_table, footnote_text, page, quantities
from jupyter_green.report.footnote import footnote
from jupyter_green.report.footnote_asciidoc import asciidoc
from jupyter_green.report.footnote_html import page_note, sanitised_note, slide_note
from jupyter_green.report.footnote_latex import latex as latex_note
from jupyter_green.report.footnote_markdown import markdown as markdown_note
from jupyter_green.report.footnote_rst import rst
from jupyter_green.report.formats import csv, huggingface, latex, markdown
from jupyter_green.report.formats import json as json_format
from jupyter_green.report.page.tables import units as units_table
from jupyter_green.report.per_unit import Work, by_unit, of_footprint, single, work
from jupyter_green.report.records import read
from jupyter_green.report.summary import summary
from jupyter_green.report.work_status import work_status
from jupyter_green.server.history import as_history
from jupyter_green.work.probes import Probes

SAMPLES = {"units": 53000, "unit": "sample"}
HOUR = 3600.0

works = st.builds(
    lambda unit, amount, joules: Work(unit, amount, Energy(joules, joules * 0.9, joules * 1.1)),
    st.sampled_from(["token", "step", "page"]),
    st.integers(1, 10**9),
    st.floats(0, 1e9),
)


@given(st.lists(st.one_of(st.none(), works), max_size=12))
def test_units_are_summed_each_by_itself(each):
    done = [one for one in each if one is not None]
    sums = by_unit(each)
    assert {one.unit for one in sums} == {one.unit for one in done}
    for one in sums:
        own = [other for other in done if other.unit == one.unit]
        assert one.cells == len(own)
        assert one.amount == sum(other.amount for other in own)
        assert one.energy.joules == pytest.approx(math.fsum(other.energy.joules for other in own))
        cheapest, dearest = (pick(other.each.joules for other in own) for pick in (min, max))
        assert cheapest * (1 - 1e-9) <= one.each.joules <= dearest * (1 + 1e-9)
    assert (single(each) is None) == (len(sums) != 1)


@pytest.mark.parametrize("amount", [None, 0, -2.0, math.nan, math.inf])
def test_no_work_is_made_up(amount):
    assert work(amount, "step", Energy(1.0, 1.0, 1.0)) is None
    assert work(3, "step", Energy(math.nan, math.nan, math.nan)) is None


def test_amounts_and_ranges_as_people_read_them():
    assert quantities.energy_per_unit_range(Energy(0.4211, 0.37, 0.48), "sample") == "0.421 J/sample (0.37 – 0.48)"
    assert [quantities.amount(units) for units in (53000, 3.0, 2.5, 0.125, 1234.5)] == [
        "53,000",
        "3",
        "2.50",
        "0.125",
        "1,234",
    ]


# -- the session ---------------------------------------------------------------------------------------------------


def test_the_sessions_paragraph_tells_each_unit():
    cells = [footprint(22320.0, **SAMPLES), footprint(5000.0), footprint(360.0, units=1200, unit="token")]
    total = SessionTotal(footprint(44640.0), 23, 9720.0)
    said = summary(total, by_unit(map(of_footprint, cells)))
    assert (
        "Per unit of work: 0.421 J/sample (0.38 – 0.47), 53,000 × sample in 1 cell; "
        "0.300 J/token (0.27 – 0.34), 1,200 × token in 1 cell. " in said
    )
    assert said.replace(said[said.index("Per unit of work") : said.index("Grid: ")], "") == summary(total)


def test_status_names_the_libraries_in_a_line_each():
    probes = Probes()
    assert work_status(probes) == ("not counted while metering is off; --units states it",)
    probes.install()
    try:
        probes.probed.clear()
        probes.probed.update(dict.fromkeys(("torch", "tqdm")))
        probes.trouble.update(keras="AttributeError: no\nsuch thing", torch="ImportError: of a part")
        first, *troubles = work_status(probes)
        assert first.startswith("counted in tqdm; also once imported: ")
        assert "keras" not in first
        assert troubles == [
            "not counted in keras: AttributeError: no such thing",
            "only partly counted in torch: ImportError: of a part",
        ]
    finally:
        probes.remove()


# -- the footnote --------------------------------------------------------------------------------------------------

WITH = run(
    record(1, 22320.0, session=44640.0, label="train()", **SAMPLES), record(2, 3600.0, session=44640.0, label="plain()")
)
WITHOUT = run(record(1, 22320.0, session=44640.0, label="train()"))
NOTES = {
    "html": page_note,
    "slide": slide_note,
    "sanitised": sanitised_note,
    "latex": latex_note,
    "markdown": markdown_note,
    "rst": rst,
    "asciidoc": asciidoc,
}


def noted(notebook):
    return footnote(read(notebook))


def test_the_footnotes_table_has_the_column_only_where_a_cell_did_work():
    assert footnote_table.columns(noted(WITHOUT))[-1] == "Measured"
    assert {len(line.figures) for line in footnote_table.lines(noted(WITHOUT))} == {4}
    note = noted(WITH)
    assert footnote_table.columns(note)[-1] == "Per unit"
    assert [line.figures[-1] for line in footnote_table.lines(note)] == ["0.42 J/sample", "–", "–"]
    (told,) = [one.text for one in footnote_text.notes(note) if one.term == "Work"]
    assert told == "0.421 J/sample (0.38 – 0.47), 53,000 × sample in 1 cell."
    assert "Per unit of work: 0.42 J/sample." in footnote_text.short_print(note)


def test_a_long_name_does_not_widen_the_table():
    note = noted(run(record(1, 22320.0, units=53000, unit="u" * 40)))
    assert footnote_table.lines(note)[0].figures[-1] == "0.42 J/" + "u" * 12 + "…"
    assert "J/" + "u" * 40 in " ".join(one.text for one in footnote_text.notes(note))


@pytest.mark.parametrize("name", NOTES)
@pytest.mark.parametrize("form", ["long", "short"])
def test_every_form_of_the_footnote_tells_it(name, form):
    made, without = NOTES[name](noted(WITH), form), NOTES[name](noted(WITHOUT), form)
    text = re.sub(r"[\\~]|&#\d+;", lambda sign: {"~": " "}.get(sign[0], ""), made)
    assert "0.42 J/sample" in text.replace("{", "").replace("}", "")
    assert "/sample" not in without
    assert "Per unit" not in without


@pytest.mark.parametrize("name", NOTES)
def test_a_units_name_out_of_anybodys_notebook_stays_text(name):
    made = NOTES[name](noted(run(record(1, 100.0, units=3, unit="<b>$x$|`\\input{a}[![*"))))
    markup = {
        "latex": (r"(?<!\\)\$x", r"\\input\{", r"`\s*\\input"),
        "markdown": ("<b>", r"\$x", r"\\input", r"(?<!\\)\[!"),
        "rst": ("(?<!\\\\)`", r"\s\|"),
        "asciidoc": ("<b>", "`", r"\[!"),
    }
    for each in markup.get(name, ("<b>", r"\$x", r"\\input")):
        assert not re.search(each, made.replace("``", "")), each


# -- exports -------------------------------------------------------------------------------------------------------


def test_exports_tell_what_was_counted():
    made = bundle(WITH)
    (told,) = json.loads(json_format.render(made))["work"]
    assert (told["unit"], told["amount"], told["cells"], told["joules"]) == ("sample", 53000, 1, 22320.0)
    assert told["joules_per_unit"] == pytest.approx(22320 / 53000)
    assert "**Work:** 0.421 J/sample (0.38 – 0.47), 53,000 × sample in 1 cell." in markdown.render(made)
    assert r"\item[Work] 0.421~J/sample (0.38 -- 0.47){,} 53{,}000" in latex.render(made)
    assert "; 0.42 J/sample over 53,000; France" in huggingface.emissions(made)["source"]
    assert csv.render(made).splitlines()[0] == ",".join(csv.COLUMNS)  # CodeCarbon sets a file with other columns aside
    without = bundle(WITHOUT)
    assert json.loads(json_format.render(without))["work"] == []
    assert "Work" not in markdown.render(without)
    assert "J/" not in huggingface.emissions(without)["source"]


def test_the_units_of_the_users_choice_are_the_ones_that_are_told():
    both = run(
        record(1, 3600.0, session=7200.0, units=9.0, unit="token"),
        record(2, 1800.0, session=7200.0, units=3, unit="step"),
    )
    assert "400 J/token" in markdown.render(bundle(both))
    chosen = markdown.render(bundle(both, unit="step"))
    assert "600 J/step" in chosen
    assert "token" not in chosen


# -- the ledger ----------------------------------------------------------------------------------------------------


@pytest.fixture
def path(tmp_path, monkeypatch):
    """Keep two runs that took steps, one that did not, and one of another unit within a metered cell."""
    path = tmp_path / "ledger.sqlite3"
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(path))
    ledger = Ledger(path)

    def put(boot, number, joules, inside=None, **about):
        made = footprint(joules, started=time.time() - HOUR + number, **about)
        ledger._inside = inside
        ledger.append(Record(f"{boot}-{number}", boot, number, made, SessionTotal(footprint(9000.0), number, 0.0)))

    put("outer", 1, 300.0, label="train()", units=100, unit="step")
    put("outer", 2, 500.0, label="train()", units=300, unit="step")
    put("outer", 3, 800.0, label="train()")
    put("outer", 4, 700.0, label="both()", units=70, unit="token")
    put("outer", 5, 700.0, label="both()", units=7, unit="step")
    put("inner", 1, 600.0, "outer", label="inner()", units=6, unit="image")
    assert ledger.flush()
    ledger.close()
    return path


def test_the_ledger_keeps_it_and_gives_it_back(path):
    kept = [row["work"] for row in open_ledger(path).since(0.0)]
    assert kept[:3] == [{"amount": 100, "unit": "step"}, {"amount": 300, "unit": "step"}, None] or None in kept
    assert sum(one is not None for one in kept) == 5
    published = [one["work"] for one in open_ledger(path).records(0.0).records]
    assert published == [one for one in kept if one is None or one["unit"] != "image"]


def test_a_row_that_is_not_ours_has_no_work(path):
    import sqlite3

    with sqlite3.connect(path) as connection:
        for number, details in enumerate(("no json", '{"work": "many"}', '{"work": {"amount": "x"}}', "[]", None), 1):
            connection.execute("UPDATE cells SET details = ? WHERE id = ?", (details, f"outer-{number}"))
    assert [row["work"] for row in open_ledger(path).since(0.0) if row["boot"] == "outer"] == [None] * 5


def test_the_report_tells_sums_of_one_unit_each(path, capsys):
    assert main(["report"]) == 0
    text = capsys.readouterr().out
    start = text.splitlines().index("Per unit of work, over the cells that did it")
    told = text.splitlines()[start + 1 : start + 3]
    assert told[0].startswith("  3.69 J/step (")
    assert told[0].endswith("), 407 × step in 3 cells")
    assert told[1].startswith("  10.0 J/token (")
    assert "image" not in text.splitlines()[start + 3]
    assert re.search(r"10 J/token +\[4\] both\(\)", text)

    assert main(["report", "--json"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert [(one["unit"], one["amount"], one["cells"]) for one in made["work"]] == [("step", 407, 3), ("token", 70, 1)]
    assert {"amount": 300, "unit": "step"} in [cell["work"] for cell in made["cells"]]


def test_a_report_without_work_says_nothing_of_it(tmp_path, monkeypatch, capsys):
    path = tmp_path / "ledger.sqlite3"
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(path))
    ledger = Ledger(path)
    made = footprint(36.0, started=time.time() - HOUR, label="f()")
    ledger.append(Record("a-1", "a", 1, made, SessionTotal(made, 1, 0.0)))
    ledger.close()
    assert main(["report"]) == 0
    assert "unit" not in capsys.readouterr().out
    content = page.of_ledger(open_ledger(path), datetime.now().astimezone() - timedelta(days=7))
    made = page.document(content)
    assert "unit of work" not in made
    assert "Per unit" not in made


def test_the_page_tells_it_by_run_by_cell_and_by_unit(path):
    content = page.of_ledger(open_ledger(path), datetime.now().astimezone() - timedelta(days=7))
    made = page.document(content)
    rows = [re.sub(r"<[^>]*>", "|", row) for row in re.findall(r"<tr>.*?</tr>", made)]
    by_cell = next(row for row in rows if "train() ×3" in row)
    assert "|2.0 J/step|" in by_cell  # 800 J for 400 steps: not the 1600 J of all three runs
    assert next(row for row in rows if "both() ×2" in row).rstrip("|").endswith("–")
    assert "image" not in made.partition("<h2>By unit of work")[2].partition("</section>")[0]
    assert "3.69 J/step" in units_table(content.runs)


def test_the_panels_history_has_the_work_of_all_runs_of_a_cell(path):
    rows = {row["label"]: row["work"] for row in as_history(open_ledger(path).overview(0.0), 0.0)["rows"]}
    assert rows == {"train()": {"amount": 400, "unit": "step", "joules": 800.0}, "both()": None}


# -- live ----------------------------------------------------------------------------------------------------------


def settled(number, joules, **about):
    made = footprint(joules, label="train()", **about)
    return Record(str(number), "boot", number, made, SessionTotal(made, number, 0.0))


def test_a_snapshots_cells_have_their_own_work_and_that_of_all_their_runs():
    cells = CellList()
    cells.add([settled(1, 300.0, units=100, unit="step"), settled(2, 800.0)])
    first, second = cells.summaries([])
    assert (first["work"], "runs_work" in first) == ({"amount": 100, "unit": "step"}, False)
    assert "work" not in second
    assert second["runs_work"] == {"amount": 100, "unit": "step", "joules": 300.0}
    (*_, third) = cells.summaries([settled(3, 500.0, units=300, unit="step")])
    assert third["runs_work"] == {"amount": 400, "unit": "step", "joules": 800.0}
    cells.add([settled(3, 500.0, units=50, unit="token")])
    assert "runs_work" not in cells.summaries([])[-1]


def test_the_widget_tells_it_too():
    cells = CellList()
    cells.add([settled(1, 300.0, units=100, unit="<b>")])
    session = {"between_joules": 0.0}
    shown = live_html.cells({"cells": cells.summaries([]), "session": session})
    assert '<th scope="col">Per unit</th>' in shown
    assert "3.0 J/&lt;b&gt;" in shown
    plain = CellList()
    plain.add([settled(1, 300.0)])
    assert "Per unit" not in live_html.cells({"cells": plain.summaries([]), "session": session})
    running = {"execution_count": 3, "label": "f()", "duration_s": 2.0, "joules": 50.0, "low": 40.0, "high": 60.0}
    running |= {"work": {"amount": 10, "unit": "sample"}}
    told = {"metering": "on", "power": {"kernel_w": 5.0, "machine_w": None}, "running": [running]}
    assert " so far · 5.0 J/sample · 2.0 s" in live_html.now(told)


def test_of_a_session_the_work_is_nobodys():
    whole = footprint(10.0, **SAMPLES) + footprint(10.0)
    assert SimpleNamespace(units=whole.units, unit=whole.unit) == SimpleNamespace(units=None, unit=None)
