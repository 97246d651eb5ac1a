"""``jupyter green footnote``: the notebook with its footnote as a cell."""

from __future__ import annotations

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

    from .footnote_text import Form


def add_footnote(notebook: NotebookNode, form: Form = "long") -> str | None:
    """Put the footnote into a notebook, in place of an earlier one.

    Returns
    -------
    str or None
        Its first sentence; ``None`` when the notebook has no record, and then nothing is changed.
    """
    note = footnote(read(notebook))
    if note is None:
        return None
    put(notebook, markdown_cell(markdown(note, form)))
    return footnote_text.lead(note).removesuffix("¹")


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
