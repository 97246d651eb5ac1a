"""``jupyter green footnote``: the notebook with its footnote as a cell."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from . import footnote_text
from .footnote import footnote
from .footnote_cell import markdown_cell, put
from .footnote_markdown import markdown
from .notebook_file import read_notebook, write_notebook
from .problem import Problem
from .records import read

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from .footnote_text import Chosen, Form


def add_footnote(notebook: NotebookNode, form: Chosen = "long") -> str | None:
    """Put the footnote into a notebook, in place of an earlier one; for ``none`` only say what it would.

    Returns
    -------
    str or None
        Its first sentence; ``None`` when the notebook has no record, and then nothing is changed.
    """
    note = footnote(read(notebook))
    if note is None:
        return None
    if form != "none":
        put(notebook, markdown_cell(markdown(note, form)))
    return footnote_text.lead(note).removesuffix("¹")


def chosen() -> Chosen:
    """Return how much the footnote should say by the user's settings; what is wrong with them is said on stderr."""
    from ..config import load

    config, complaints = load()
    for line in complaints:
        print(line, file=sys.stderr)
    form: Chosen = config.footnote  # type: ignore[assignment] # an Enum's values
    return form


def annotate(source: Path, target: Path, form: Form = "long") -> str:
    """Write the notebook *source* with its footnote to *target*, and return the footnote's first sentence.

    Raises
    ------
    Problem
        When it cannot be read or written, or has no record.
    """
    notebook = read_notebook(source)
    sentence = add_footnote(notebook, form)
    if sentence is None:
        raise Problem(f"{source} has no footprint in it: meter it with %load_ext jupyter_green or `jupyter green run`")
    write_notebook(notebook, target)
    return sentence
