"""Exports by ``jupyter nbconvert``, straight after installation."""

import copy
import logging
import re

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from rig.records import MIME_TYPE
from rig.tools import pdf_text

from jupyter_green.report.preprocessor import FootnotePreprocessor

SENTENCE = "Running this notebook used 12.4 Wh (11.2 – 13.9) and emitted 0.729 g CO₂e (0.57 – 0.94).¹"
ROWS = [
    ["Cell", "Energy", "CO₂e", "Time", "Measured"],
    ["[4] train(model, loader)", "6.20 Wh", "0.36 g", "1 min 44 s", "84 %"],
    ["[2] ds = tokenize(corpus)", "1.44 Wh", "85 mg", "58 s", "84 %"],
    ["1 other cell, and between cells", "4.76 Wh", "0.28 g", "> 31 min", "84 %"],
]
SANITISE = ("--HTMLExporter.sanitize_html=True",)


def table(page):
    """Return the table's figures, as they are read; the chart between them has none."""
    rows = [row.locator("th, td").all_inner_texts() for row in page.locator("table tr").all()]
    return [[" ".join(text.split()) for text in row[:1] + row[2:]] for row in rows]


def unfold(page):
    page.locator("aside[role=note] summary").click()


def test_a_page_shows_the_short_form_and_unfolds_the_long_one(exported, opened):
    page, _ = opened(exported("html", "metered", "hostile", "plain") / "metered.html")
    assert page.get_by_text(SENTENCE).is_visible()
    assert page.get_by_text("Use phase only; hardware manufacture is not counted.").first.is_visible()
    assert not page.locator("table").is_visible()
    unfold(page)
    assert table(page) == ROWS
    assert page.get_by_role("definition").filter(has_text="Main board, power supply").is_visible()


def test_the_chart_is_drawn_to_scale_without_a_script(exported, opened):
    page, _ = opened(exported("html", "metered", "hostile", "plain") / "metered.html")
    unfold(page)
    measured, modelled = ([bar.bounding_box() for bar in page.locator(f"td .jp-green-{kind}").all()] for kind in KINDS)
    assert len(measured) == len(modelled) == 3
    lengths = [whole(a, b) for a, b in zip(measured, modelled, strict=True)]
    assert lengths[1] / lengths[0] == pytest.approx(5184 / 22320, abs=0.02)
    assert lengths[2] / lengths[0] == pytest.approx(17136 / 22320, abs=0.02)
    assert measured[0]["width"] / lengths[0] == pytest.approx(0.84, abs=0.02)
    fills = {
        page.locator(f"td .jp-green-{kind}").first.evaluate("e => getComputedStyle(e).fillOpacity") for kind in KINDS
    }
    assert len(fills) == 2
    assert page.locator("aside script").count() == 0


KINDS = ("measured", "modelled")


def whole(measured, modelled):
    return modelled["x"] + modelled["width"] - measured["x"]


def test_in_a_dark_theme_its_text_is_as_legible_as_the_page(exported, opened):
    page, _ = opened(exported("html", "metered", options=("--HTMLExporter.theme=dark",)) / "metered.html")
    colour = "e => getComputedStyle(e).color"
    assert page.locator("aside p").first.evaluate(colour) == page.locator(".jp-MarkdownOutput").last.evaluate(colour)


def test_printed_from_the_browser_nothing_stays_folded(exported, opened, tmp_path):
    page, _ = opened(exported("html", "metered", "hostile", "plain") / "metered.html")
    page.pdf(path=tmp_path / "page.pdf")
    text = pdf_text(tmp_path / "page.pdf")
    assert "tokenize(corpus)" in text
    assert "4.76 Wh" in text
    assert "power supply" in text


def test_a_sanitised_page_shows_it_without_a_trace_of_markup(exported, opened):
    page, _ = opened(exported("html", "metered", "hostile", options=SANITISE) / "metered.html")
    assert page.get_by_text(SENTENCE).is_visible()
    *lines, key = page.locator(".jp-MarkdownCell pre").inner_text().strip("\n").splitlines()
    shown = [re.split(r" {2,}", line.strip()) for line in lines]
    assert [row[1:5] for row in shown] == [row[1:] for row in ROWS]
    assert [row[0][:20] for row in shown] == [row[0][:20] for row in ROWS]
    assert [row[5:] for row in shown] == [[], ["■■■■■■■□"], ["■■"], ["■■■■■□"]]
    assert key == "■ measured □ modelled"
    assert not re.search(r"</?\w+>", page.locator(".jp-MarkdownCell").inner_text())


def test_neither_records_nor_their_lines_are_left_in_a_page(exported):
    html = (exported("html", "metered", "hostile", "plain") / "metered.html").read_text()
    assert "⚡" not in html
    assert "vnd.jupyter-green" not in html
    assert html.count("printed by the cell") == 4


@pytest.mark.parametrize("options", [(), SANITISE])
def test_hostile_texts_stay_texts(exported, opened, options):
    names = ("metered", "hostile") if options else ("metered", "hostile", "plain")
    page, alarms = opened(exported("html", *names, options=options) / "hostile.html")
    note = page.locator(".jp-MarkdownCell").last
    if not options:
        unfold(page)
    text = note.inner_text()
    assert ("[1] <img src=x onerror=aler…" if options else "[1] <img src=x onerror=alert(1)>") in text
    assert "<svg onload=alert(7)>" in text
    assert "at least" in text
    assert "1 record could not be read" in text
    assert note.locator("script, img, svg[onload], a, b, h1, input, iframe").count() == 0
    assert note.locator("table, pre").count() == 1
    assert "\\href{javascript:alert(4)}" in text or options  # cut short in plain text
    note.locator("code, pre").first.hover()
    page.wait_for_function("document.readyState === 'complete'")
    assert alarms == []


def test_a_notebook_without_records_is_exported_as_ever(exported, notebooks):
    folder = exported("html", "metered", "hostile", "plain")
    untouched, _ = HTMLExporter().from_filename(notebooks / "plain.ipynb")
    assert (folder / "plain.html").read_text().strip() == untouched.strip()


def test_a_notebook_without_records_keeps_every_byte(exported, notebooks):
    folder = exported("notebook", "metered", "plain")
    assert (folder / "plain.ipynb").read_bytes() == (notebooks / "plain.ipynb").read_bytes()


def test_a_notebook_keeps_its_records_and_gains_one_cell(exported, notebooks):
    before = nbformat.read(notebooks / "metered.ipynb", as_version=4)
    after = nbformat.read(exported("notebook", "metered", "plain") / "metered.ipynb", as_version=4)
    assert after.cells[:-1] == before.cells
    assert after.cells[-1].metadata.tags == ["jupyter-green-footnote"]
    assert SENTENCE in after.cells[-1].source
    assert sum(MIME_TYPE in o.get("data", {}) for c in after.cells if c.cell_type == "code" for o in c.outputs) == 2


def test_a_second_export_changes_nothing(command, exported, tmp_path):
    once = exported("notebook", "metered", "plain") / "metered.ipynb"
    assert command("nbconvert", "--to", "notebook", "--output-dir", tmp_path, once).returncode == 0
    assert (tmp_path / "metered.ipynb").read_bytes() == once.read_bytes()


def test_a_notebook_without_the_footnote_that_nobody_wants_keeps_every_byte(exported, notebooks):
    folder = exported("notebook", "metered", JUPYTER_GREEN_FOOTNOTE="none")
    assert (folder / "metered.ipynb").read_bytes() == (notebooks / "metered.ipynb").read_bytes()


def test_no_input_hides_the_labels(exported, opened):
    page, _ = opened(exported("html", "metered", options=("--no-input",)) / "metered.html")
    unfold(page)
    assert [row[0] for row in table(page)] == ["Cell", "[4]", "[2]", ROWS[-1][0]]
    assert "tokenize" not in page.content()


def test_a_cell_tagged_to_be_hidden_has_no_label(exported, opened):
    options = ("--TagRemovePreprocessor.enabled=True", "--TagRemovePreprocessor.remove_input_tags=hide-me")
    page, _ = opened(exported("html", "hidden", options=options) / "hidden.html")
    unfold(page)
    assert [row[0] for row in table(page)] == ["Cell", "[4]", "[2] ds = tokenize(corpus)", ROWS[-1][0]]


def test_the_sanitising_preprocessor_leaves_the_records_to_us(exported):
    folder = exported("html", "metered", options=("--SanitizeHTML.enabled=True",))
    assert SENTENCE in (folder / "metered.html").read_text()


def test_a_script_has_none(exported):
    (script,) = exported("script", "metered").iterdir()
    assert "Footprint" not in script.read_text()


@pytest.mark.parametrize("form", ["short", "none"])
def test_the_setting_shortens_it_or_leaves_it_out(exported, opened, form):
    page, _ = opened(exported("html", "metered", JUPYTER_GREEN_FOOTNOTE=form) / "metered.html")
    assert page.get_by_text(SENTENCE).count() == (form == "short")
    assert page.locator("table, details").count() == 0
    assert "⚡" not in page.content()


def test_odd_but_valid_notebooks_are_exported(command, notebooks, tmp_path):
    """A cell that has the id of our footnote, and a record of a foreign shape."""
    nb = nbformat.read(notebooks / "metered.ipynb", as_version=4)
    nb.cells[1].outputs[1].data[MIME_TYPE] = {"schema": ["jupyter-green/footprint/1"], "session": "none"}
    nb.cells[0]["id"] = "jupyter-green-footnote"
    nbformat.write(nb, tmp_path / "odd.ipynb")
    result = command("nbconvert", "--to", "notebook", "--output", "again.ipynb", tmp_path / "odd.ipynb")
    assert result.returncode == 0
    after = nbformat.read(tmp_path / "again.ipynb", as_version=4)
    assert "used at least" in after.cells[-1].source
    assert len({cell.id for cell in after.cells}) == len(after.cells)


def test_what_cannot_be_understood_is_left_alone_with_one_warning(notebooks):
    nb = nbformat.read(notebooks / "metered.ipynb", as_version=4)
    nb.cells[0]["metadata"] = None
    before = copy.deepcopy(nb)
    log = ListHandler()
    preprocessor = FootnotePreprocessor()
    preprocessor.log = logging.Logger("export")
    preprocessor.log.addHandler(log)
    after, _ = preprocessor.preprocess(nb, {})
    assert after == before
    assert [record.levelname for record in log.records] == ["WARNING"]


class ListHandler(logging.Handler):
    def __init__(self):
        super().__init__()
        self.records = []

    def emit(self, record):
        self.records.append(record)
