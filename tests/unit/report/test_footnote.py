"""The rules of ``report/footnote.py`` and ``report/completeness.py``, one test each."""

import math
import re

import pytest
from rig.records import STARTED, cell, notebook, record, run_once

from jupyter_green.report import footnote_table, footnote_text, quantities
from jupyter_green.report.footnote import MOST_ROWS, footnote
from jupyter_green.report.footnote_html import page_note, sanitised_note, slide_note
from jupyter_green.report.footnote_markdown import markdown
from jupyter_green.report.records import read


def noted(nb, **options):
    return footnote(read(nb, **options))


def reasons(nb):
    return noted(nb).shortfalls


def said(note):
    return "\n".join(f"{one.term}: {one.text}" for one in footnote_text.notes(note, "1.0"))


def test_a_notebook_without_a_record_has_no_footnote():
    assert noted(notebook(cell(1), cell(2))) is None


def test_the_total_is_the_largest_session_and_the_rows_are_the_records():
    note = noted(run_once())
    assert note.energy.joules == 44640.0
    assert [(row.execution_count, row.label) for row in note.rows] == [
        (4, "train(model, loader)"),
        (2, "ds = tokenize(corpus)"),
    ]
    assert [row.joules for row in note.rows] == pytest.approx([22320.0, 5184.0])
    assert note.shortfalls == ()


def test_what_has_no_row_stands_in_one_line_and_the_table_adds_up():
    note = noted(run_once())
    assert note.others.cells == 1
    assert sum(row.joules for row in note.rows) + note.others.joules == pytest.approx(note.energy.joules)
    assert sum(row.grams for row in note.rows) + note.others.grams == pytest.approx(note.grams)
    assert note.others.duration == pytest.approx(1900 + 104.2 - 104.2 - 58)


def test_the_range_of_emissions_holds_those_of_energy_and_grid():
    note = noted(run_once())
    assert note.low == pytest.approx(note.grams * note.energy.low / note.energy.joules / 1.15)
    assert note.high == pytest.approx(note.grams * note.energy.high / note.energy.joules * 1.15)


def test_it_reads_as_in_the_design():
    note = noted(run_once())
    assert footnote_text.lead(note) == (
        "Running this notebook used 12.4 Wh (11.2 – 13.9) and emitted 0.729 g CO₂e (0.57 – 0.94).¹"
    )
    table = [(line.title, line.code, *line.figures) for line in footnote_table.lines(note)]
    assert table == [
        ("[4]", "train(model, loader)", "6.20 Wh", "0.36 g", "1 min 44 s", "84 %"),
        ("[2]", "ds = tokenize(corpus)", "1.44 Wh", "85 mg", "58 s", "84 %"),
        ("1 other cell, and between cells", None, "4.76 Wh", "0.28 g", "> 31 min", "84 %"),
    ]
    small = said(note)
    for words in (
        "84 % of the energy was measured.",
        "GPU measured (NVML energy counter), 6.4 Wh; CPU modelled (AMD EPYC 9654, 16 of 192 threads), 0.92 Wh;",
        "memory modelled (0.3725 W/GB), 0.31 Wh.",
        "NVIDIA H200.",
        "France, 49 g CO₂e/kWh, 2025 mean, lifecycle (Ember, ",
        "CC BY 4.0), between 43 and 56, location-based; PUE 1.2.",
        "The range covers sensor, model and annual-factor error, not the grid's hourly mix.",
        "power supply",
        "Use phase only",
        "as recorded on 2026-11-23 by jupyter-green 1.0; read from this notebook, not verified.",
    ):
        assert words in small
    assert "least" not in footnote_text.lead(note) + small
    assert footnote_text.partial(note) == ""


def test_the_short_form_says_what_its_total_rests_on():
    assert footnote_text.short_print(noted(run_once()), "1.0") == (
        "84 % of the energy was measured. Grid: France, 49 g CO₂e/kWh, 2025 mean, lifecycle (Ember, processed by Our "
        "World in Data, CC BY 4.0); PUE 1.2; location-based. Use phase only; hardware manufacture is not counted. "
        "Figures as recorded on 2026-11-23 by jupyter-green 1.0."
    )


def test_a_session_without_other_cells_names_the_time_between():
    note = noted(notebook(cell(1, record(1, 100.0, session=150.0))))
    assert footnote_table.lines(note)[-1].title == "Between cells"


def test_a_single_cell_that_is_everything_needs_no_other_line():
    assert noted(notebook(cell(1, record(1, 100.0)))).others is None


def test_small_cells_without_output_do_not_make_it_incomplete():
    nb = notebook(cell(1), cell(2), cell(3, record(3, 100.0, session=120.0, cells=3)), cell(4))
    assert reasons(nb) == ()


def test_cells_may_be_run_in_any_order():
    nb = notebook(cell(2, record(2, 100.0, session=200.0)), cell(1, record(1, 100.0)))
    assert reasons(nb) == ()


def test_blank_cells_are_nothing_to_run():
    assert reasons(notebook(cell(1, record(1, 100.0)), cell(None, source="  \n"))) == ()


def test_a_rerun_leaves_a_gap():
    nb = notebook(cell(1, record(1, 100.0)), cell(3, record(3, 100.0, session=300.0)))
    assert reasons(nb) == ("cells were run again, copied or deleted",)
    assert noted(nb).energy.joules == 300.0
    assert "used at least" in footnote_text.lead(noted(nb))
    assert "emitted at least" in footnote_text.lead(noted(nb))
    assert footnote_text.partial(noted(nb)) == "Partial: cells were run again, copied or deleted."


def test_a_copied_cell_counts_once():
    data = record(1, 100.0)
    nb = notebook(cell(1, data), cell(1, data))
    assert len(noted(nb).rows) == 1
    assert reasons(nb) == ("cells were run again, copied or deleted",)


def test_a_record_of_an_earlier_run_of_its_cell():
    nb = notebook(cell(1, record(1, 100.0)), cell(2, record(5, 100.0, session=200.0, cells=5)))
    assert reasons(nb) == ("cells were run again, copied or deleted",)


def test_cleared_or_unrun_cells():
    nb = notebook(cell(1, record(1, 100.0)), cell(None, source="not run"), cell(None, source="nor this"))
    assert reasons(nb) == ("2 cells were not run or cleared",)
    assert footnote_text.partial(noted(nb)) == "Partial: 1 of 3 cells metered; 2 cells were not run or cleared."


def test_several_boots_add_up():
    nb = notebook(
        cell(1, record(1, 100.0, session=150.0)),
        cell(1, record(1, 10.0, boot="second", started=STARTED + 86400.0)),
        cell(2, record(2, 10.0, session=25.0, boot="second", started=STARTED + 86500.0)),
    )
    note = noted(nb)
    assert note.energy.joules == 175.0
    assert note.shortfalls == ("the cells were run in 2 sessions",)
    assert note.others.joules == pytest.approx(55.0)
    assert "from 2026-11-23 to 2026-11-24" in said(note)
    assert "from 2026-11-23 to 2026-11-24" in footnote_text.short_print(note)


def test_executions_before_metering_began():
    nb = notebook(*(cell(n) for n in range(1, 6)), cell(6, record(6, 100.0, cells=1)))
    assert reasons(nb) == ("some executions were not metered, or the session's total was reset",)
    assert footnote_text.partial(noted(nb)).startswith("Partial: 2 of 6 cells metered; some executions")


def test_a_reset_session_does_not_hide_the_cells_before_it():
    nb = notebook(cell(1, record(1, 300.0)), cell(2, record(2, 100.0, session=100.0, cells=2)))
    assert noted(nb).energy.joules == 400.0
    assert reasons(nb) == ("some executions were not metered, or the session's total was reset",)
    assert noted(nb).others is None


def test_an_unknown_session_leaves_the_cells():
    data = record(1, 100.0)
    data["session"] |= {"joules": None, "low": None, "high": None, "measured_share": None, "grams": None}
    note = noted(notebook(cell(1, data)))
    assert note.energy.joules == 100.0
    assert note.shortfalls == ("a session's energy is unknown",)


def test_unknown_energy_is_said_and_never_zero():
    data = record(1, 100.0)
    for part in (data["energy"], data["session"]):
        part |= {"joules": None, "low": None, "high": None, "measured_share": None}
    data["emissions"] |= {"grams": None, "low": None, "high": None}
    data["session"]["grams"] = None
    data["components"] = {}
    note = noted(notebook(cell(1, data)))
    assert math.isnan(note.energy.joules)
    assert footnote_text.lead(note) == "How much energy running this notebook used is not known.¹"
    assert set(footnote_table.lines(note)[0].figures) == {"unknown", quantities.duration(10.0)}


def test_a_long_table_ends_with_its_smallest_cells_among_the_others():
    session, cells = 0.0, []
    for n in range(1, MOST_ROWS + 6):
        session += 100.0 * n
        cells.append(cell(n, record(n, 100.0 * n, session=session)))
    note = noted(notebook(*cells))
    assert len(note.rows) == MOST_ROWS
    assert note.others.cells == 5
    assert note.others.joules == pytest.approx(1500.0)
    assert note.shortfalls == ()


@pytest.mark.parametrize(
    "metadata", [{"transient": {"remove_source": True}}, {"jupyter": {"source_hidden": True}}, {"hide_input": True}]
)
def test_a_hidden_input_hides_its_label(metadata):
    nb = notebook(
        cell(1, record(1, 200.0, label="secret()"), **metadata),
        cell(2, record(2, 100.0, session=300.0, label="open()")),
    )
    assert [row.label for row in noted(nb).rows] == [None, "open()"]
    assert [row.label for row in noted(nb, labels=False).rows] == [None, None]


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "`</code><script>alert(1)</script>",
    "a | b || c",
    "[x](javascript:alert(1)) ![y](http://evil.example/z)",
    "$$ \\href{javascript:alert(1)}{x} $$ $a$ \\(b\\) \\\\[c\\\\]",
    "\\begin{equation} x \\end{equation}",
    "line\nbreak\r\n\r\n# heading\u2028- item",
    "\u202eevil\u0000\ud800",
    "**bold** _it_ ~~s~~ &lt;b&gt; {{ nb }} {% raw %}",
    "\\",
]


@pytest.mark.parametrize("label", HOSTILE)
@pytest.mark.parametrize("form", [markdown, sanitised_note, page_note, slide_note])
def test_a_label_stays_within_its_row(label, form):
    nb = notebook(
        cell(1, record(1, 100.0, label=label)), cell(2, record(2, 50.0, session=150.0, label="$$ \\begin{a}"))
    )
    plain = notebook(cell(1, record(1, 100.0, label="f()")), cell(2, record(2, 50.0, session=150.0, label="g()")))
    made, usual = form(noted(nb)), form(noted(plain))
    assert made.count("\n") == usual.count("\n")
    if form is markdown:
        assert len(re.findall(r"(?<!\\)[`|]", made)) == len(re.findall(r"(?<!\\)[`|]", usual))
    assert made.encode()
    if form is not markdown:
        assert not re.search(r"[\\$`]|\n\n", made)  # no TeX, and no end of the HTML to Markdown
        assert re.findall(r"<[^>]*>", made) == re.findall(r"<[^>]*>", usual)


def test_names_in_the_small_print_are_text_too():
    data = record(1, 100.0)
    data["components"]["cpu"]["source"] = "[x](javascript:alert) <script> www.evil.example http://evil.example $x$ `c`"
    data["emissions"]["intensity"]["name"] = "<b>France</b>"
    data["hardware"]["gpu"] = ["|x|\\(y\\)"]
    small = markdown(noted(notebook(cell(1, data)))).split("|\n\n")[1]
    assert not re.search(r"(?<!\\)[<>\[\]|`$]|\\\\|www\.evil|http:/", small)
