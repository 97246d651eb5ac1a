"""A record's grams equal joules x factor x PUE / 3.6e6, to the last printed digit, in every presentation of it."""

import csv
import json
import math
import re
import tempfile
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import datetime, timezone
from html import unescape
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rig.records import FRANCE, cell, footprint, notebook

from jupyter_green.cli import main
from jupyter_green.ledger import Ledger, open_ledger
from jupyter_green.record import Record, SessionTotal
from jupyter_green.report import footnote_table, footnote_text, page
from jupyter_green.report.footnote import footnote
from jupyter_green.report.footnote_asciidoc import asciidoc
from jupyter_green.report.footnote_html import page_note
from jupyter_green.report.footnote_latex import latex
from jupyter_green.report.footnote_markdown import markdown
from jupyter_green.report.footnote_rst import rst
from jupyter_green.report.line import line, record_line
from jupyter_green.report.reading import reading
from jupyter_green.report.records import read
from jupyter_green.report.summary import summary

GRAMS_PER = {"µg": 1e-6, "mg": 1e-3, "g": 1.0, "kg": 1e3}
MASS = re.compile(r"(< )?(\d+(?:\.\d+)?)[ ~\xa0]([kmµ]?g)\b")


def made(joules, factor, pue):
    """Make the record of a cell that is all that its session did."""
    intensity = replace(FRANCE, value=factor, low=factor / 1.15, high=factor * 1.15)
    whole = footprint(joules, intensity=intensity, pue=pue, label="train()")
    return Record("the-cell", "the-boot", 1, whole, SessionTotal(whole, 1, 0.0), recorded=True)


def written(record):
    return notebook(cell(1, record.to_json()))


def noted(record):
    return footnote(read(written(record)))


def printed(*arguments):
    with redirect_stdout(StringIO()) as out:
        assert main([str(argument) for argument in arguments]) == 0
    return out.getvalue()


def exported(record, form, *options):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "work.ipynb"
        nbformat.write(written(record), path)
        return printed("export", form, path, *options)


def kept(record, path):
    ledger = Ledger(path)
    assert ledger.append(record)
    ledger.close()
    return open_ledger(path)


def in_ledger(record, look):
    with tempfile.TemporaryDirectory() as folder:
        return look(kept(record, Path(folder) / "ledger.sqlite3"))


def session_of(record):
    """Return what the page asks of a session."""
    place = SimpleNamespace(intensity=record.footprint.intensity, found="configured")
    pue = SimpleNamespace(because="configured")
    return SimpleNamespace(
        total=record.session,
        cells=[record],
        place=place,
        pue=pue,
        hardware=SimpleNamespace(sources=[], absent=[]),
        meter=SimpleNamespace(sampler=SimpleNamespace(failing={})),
        config=SimpleNamespace(equivalents=False),
        advisory=SimpleNamespace(suggestions=list),
    )


SCI = ("--embodied=1", "--unit=run", "--units=1")

# What is printed in full, in g.
FIGURES = {
    "footprint": lambda record: record.footprint.emissions.grams,
    "record": lambda record: json.loads(json.dumps(record.to_json()))["emissions"]["grams"],
    "record's session": lambda record: record.to_json()["session"]["grams"],
    "record read back": lambda record: reading(record.to_json()).emissions.grams,
    "footnote": lambda record: noted(record).grams,
    "export json, record": lambda record: json.loads(exported(record, "json"))["records"][0]["emissions"]["grams"],
    "export json, total": lambda record: json.loads(exported(record, "json"))["total"]["grams"],
    "export csv": lambda record: float(next(csv.DictReader(StringIO(exported(record, "csv"))))["emissions"]) * 1e3,
    "export huggingface": lambda record: float(exported(record, "huggingface").split("emissions: ")[1].split()[0]),
    "export sci": lambda record: json.loads(exported(record, "sci", *SCI))["operational_gco2eq"],
    "ledger's row": lambda record: in_ledger(record, lambda ledger: ledger.since(0)[0]["grams"]),
    "ledger's session": lambda record: in_ledger(record, lambda ledger: ledger.sessions(0)[0]["grams"]),
    "ledger's record": lambda record: in_ledger(
        record, lambda ledger: ledger.records(0).records[0]["emissions"]["grams"]
    ),
}

# What is rounded for people: the part of it with the cell's emissions.
TEXTS = {
    "line": lambda record: line(record.footprint),
    "record's line": lambda record: record_line(record.to_json()),
    "%carbon": lambda record: summary(record.session),
    "footnote's lead": lambda record: footnote_text.lead(noted(record)),
    "footnote's row": lambda record: footnote_table.lines(noted(record))[0].figures[1],
    "footnote as Markdown": lambda record: markdown(noted(record)),
    "footnote as LaTeX": lambda record: latex(noted(record)),
    "footnote as reStructuredText": lambda record: rst(noted(record)),
    "footnote as AsciiDoc": lambda record: asciidoc(noted(record)),
    "footnote as HTML": lambda record: page_note(noted(record)),
    "export markdown": lambda record: exported(record, "markdown").split("Emissions:")[1],
    "export latex": lambda record: exported(record, "latex").split("[Emissions]")[1],
}

PAGES = {
    "a session's": lambda record: page.document(page.of_session(session_of(record))),
    "the ledger's": lambda record: in_ledger(record, lambda ledger: page.document(page.of_ledger(ledger, LONG_AGO))),
}
LONG_AGO = datetime(2026, 1, 1, tzinfo=timezone.utc)
AMOUNTS = {"joules": st.floats(1e-2, 1e8), "factor": st.floats(0.1, 1500), "pue": st.floats(1, 3)}


def agrees(text, joules, factor, pue):
    """Check the first mass in a text: no further from the true one than half of its last digit."""
    plain = unescape(text).replace("\\ensuremath{\\mu}", "µ").replace("\\textless{}", "<")
    below, figure, unit = MASS.search(plain).groups()
    grams = joules * factor * pue / 3.6e6
    if below:
        assert grams < GRAMS_PER[unit]
        return
    rounded_away = len(figure) - len(figure.rstrip("0")) if "." not in figure else -len(figure.partition(".")[2])
    assert abs(float(figure) - grams / GRAMS_PER[unit]) <= 0.5 * 10**rounded_away * (1 + 1e-9), (figure, unit, grams)


@pytest.mark.parametrize("name", FIGURES)
@settings(max_examples=10)
@given(**AMOUNTS)
def test_in_full(name, joules, factor, pue):
    assert math.isclose(FIGURES[name](made(joules, factor, pue)), joules * factor * pue / 3.6e6, rel_tol=1e-14)


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=10)
@given(**AMOUNTS)
def test_in_words(name, joules, factor, pue):
    agrees(TEXTS[name](made(joules, factor, pue)), joules, factor, pue)


@pytest.mark.parametrize("amounts", [(22320.0, 49.0, 1.2), (3.3e7, 713.5, 1.56), (0.7, 12.25, 1.0)])
@pytest.mark.parametrize("name", PAGES)
def test_on_the_page(name, amounts):
    html = PAGES[name](made(*amounts))
    agrees(html.split("</h1>")[1], *amounts)
    agrees(html.split('"col">Emissions</th>')[1].split("train()</th>")[1], *amounts)


@pytest.mark.parametrize("amounts", [(22320.0, 49.0, 1.2), (3.3e7, 713.5, 1.56), (0.7, 12.25, 1.0)])
def test_by_the_command_line(amounts, tmp_path, monkeypatch):
    joules, factor, pue = amounts
    path = tmp_path / "ledger.sqlite3"
    monkeypatch.setenv("JUPYTER_GREEN_LEDGER", str(path))
    kept(made(*amounts), path)
    since = "--since=2026-01-01"
    report = json.loads(printed("report", since, "--json"))
    export = json.loads(printed("export", "json", since))
    due = joules * factor * pue / 3.6e6
    for grams in (
        report["total"]["grams"],
        report["cells"][0]["grams"],
        report["sessions"][0]["grams"],
        export["total"]["grams"],
        export["records"][0]["emissions"]["grams"],
    ):
        assert math.isclose(grams, due, rel_tol=1e-14)
    agrees(printed("report", since), *amounts)
    agrees(printed("export", "markdown", since).split("Emissions:")[1], *amounts)
