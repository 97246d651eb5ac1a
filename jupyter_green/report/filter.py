"""A filter for publishing tools: ``python -m jupyter_green.report.filter`` reads a notebook and writes it for readers.

It stands in Quarto's ``ipynb-filters``, before MyST or Jupyter Book, or in any pipe: notebook JSON comes in by stdin
and goes out by stdout, with the footnote as its last cell and without the records. A notebook without records goes out
byte for byte as it came. :func:`reads` is the same for tools that call a Python function, as MyST-NB does.

Pandoc's own filters get a document in which the records are no longer: they are refused with a word on what to do.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

import nbformat

from .annotate import add_footnote, chosen
from .problem import Problem
from .record_removal import strip_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

    from .footnote_text import Form

BAD_USE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Filter stdin to stdout and return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m jupyter_green.report.filter",
        description="Read a notebook from stdin and write it to stdout, with its footprint as the last cell.",
    )
    parser.add_argument("--short", action="store_true", help="the total and what it rests on, without cells and notes")
    short: bool = parser.parse_args(arguments).short
    try:
        filtered = filter_text(sys.stdin.buffer.read().decode("utf-8-sig"), "short" if short else None)
    except (Problem, UnicodeDecodeError) as problem:
        print(f"jupyter green: {problem}", file=sys.stderr)
        return BAD_USE
    sys.stdout.buffer.write(filtered.encode())
    sys.stdout.buffer.flush()
    return 0


def filter_text(text: str, form: Form | None = None) -> str:
    """Return a notebook's JSON with its footnote; as it is where nothing was metered.

    Raises
    ------
    Problem
        When it is no notebook.
    """
    notebook = _notebook(text)
    if not _annotate(notebook, form):
        return text
    return f"{nbformat.writes(notebook)}\n"  # type: ignore[no-untyped-call]


def reads(text: str, form: Form | None = None) -> NotebookNode:
    """Return a notebook's JSON as a notebook with its footnote.

    Raises
    ------
    Problem
        When it is no notebook.
    """
    notebook = _notebook(text)
    _annotate(notebook, form)
    return notebook


def _annotate(notebook: NotebookNode, form: Form | None) -> bool:
    """Put the footnote in and take the records out; whether there was anything to do."""
    try:
        add_footnote(notebook, form or chosen())
        return strip_records(notebook)
    except Exception as error:  # noqa: BLE001 - a document is worth more than its footnote
        print(f"jupyter green: no footnote, this notebook could not be understood: {error}", file=sys.stderr)
        return False


def _notebook(text: str) -> NotebookNode:
    try:
        data = json.loads(text)
    except ValueError:
        raise Problem("this is not a notebook: no JSON") from None
    if isinstance(data, dict) and "pandoc-api-version" in data:
        raise Problem(
            "pandoc gives its filters a document without the notebook's footprints: filter the notebook itself, "
            "`python -m jupyter_green.report.filter < NB.ipynb | pandoc -f ipynb …`, or by Quarto's ipynb-filters"
        )
    if not isinstance(data, dict) or not isinstance(data.get("cells", data.get("worksheets")), list):
        raise Problem("this is not a notebook: it has no cells")
    try:
        notebook: NotebookNode = nbformat.reads(text, as_version=4)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat lets out whatever a malformed file provokes
        raise Problem(f"this is not a notebook: {' '.join(str(error).split())[:120]}") from error
    return notebook


if __name__ == "__main__":
    sys.exit(main())
