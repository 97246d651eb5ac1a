"""``python -m jupyter_green.report.filter``, as Quarto, MyST and pipes call it."""

import json
import os
import subprocess
import sys

import nbformat
import pytest
from rig.records import MIME_TYPE, cell, notebook, run_once

from jupyter_green.report import filter as filter_

SENTENCE = "Running this notebook used 12.4 Wh"


def piped(text, *options, **variables):
    return subprocess.run(
        [sys.executable, "-m", "jupyter_green.report.filter", *options],
        input=text.encode(),
        env={**os.environ, **variables},
        capture_output=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def metered():
    return nbformat.writes(run_once())


def test_a_notebook_goes_in_and_one_with_its_footnote_comes_out(metered):
    done = piped(metered)
    assert done.returncode == 0, done.stderr
    after = nbformat.reads(done.stdout.decode(), 4)
    nbformat.validate(after)
    assert SENTENCE in after.cells[-1].source
    assert "| \\[4\\] `train(model, loader)`" in after.cells[-1].source
    assert MIME_TYPE not in done.stdout.decode()  # a publishing tool would print the line of text beside it
    assert [c.source for c in after.cells[:-1]] == [c.source for c in nbformat.reads(metered, 4).cells]


def test_twice_is_once_byte_for_byte(metered):
    once = filter_.filter_text(metered)
    assert filter_.filter_text(once) == once


def test_the_short_form(metered, monkeypatch):
    short = filter_.reads(metered, "short").cells[-1].source
    assert SENTENCE in short
    assert "|" not in short
    monkeypatch.setenv("JUPYTER_GREEN_FOOTNOTE", "short")
    assert filter_.reads(metered).cells[-1].source == short
    monkeypatch.setenv("JUPYTER_GREEN_FOOTNOTE", "none")
    assert SENTENCE not in filter_.filter_text(metered)
    assert MIME_TYPE not in filter_.filter_text(metered)


@pytest.mark.parametrize("indent", [None, 3])
def test_a_notebook_without_records_keeps_every_byte(indent):
    text = json.dumps(notebook(cell(1), cell(2)), indent=indent) + "\n\n"
    assert piped(text).stdout.decode() == text


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not a notebook"),
        ("[1, 2]", "not a notebook"),
        ('{"nbformat": 4}', "no cells"),
        ('{"pandoc-api-version": [1, 23], "meta": {}, "blocks": []}', "| pandoc -f ipynb"),
    ],
)
def test_anything_else_is_refused_in_one_line(text, words):
    done = piped(text)
    assert done.returncode == 2
    assert done.stdout == b""
    assert words in done.stderr.decode()
    assert done.stderr.decode().count("\n") == 1
