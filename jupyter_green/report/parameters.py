"""Parameters of a headless run, in papermill's way: a cell after the one tagged ``parameters``."""

from __future__ import annotations

import ast
import keyword
from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_code_cell

from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbformat import NotebookNode

_DEFAULTS = "parameters"
_INJECTED = "injected-parameters"
_WORDS = {"true": True, "false": False, "none": None, "null": None}


def parse(pairs: Sequence[Sequence[str]]) -> dict[str, object]:
    """Return the parameters of ``-p NAME VALUE``: a number, truth value or ``None`` where it reads as one, else text.

    Raises
    ------
    Problem
        When a name is none.
    """
    values: dict[str, object] = {}
    for name, text in pairs:
        if not name.isidentifier() or keyword.iskeyword(name):
            raise Problem(f"-p {name}: not a name that a variable can have")
        values[name] = _value(text)
    return values


def _value(text: str) -> object:
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text
    # Anything but a finite number stays text, as with papermill; repr of an infinity is no Python.
    return value if isinstance(value, (int, float)) and abs(value) != float("inf") else text


def inject(notebook: NotebookNode, values: Mapping[str, object]) -> None:
    """Put the cell that sets *values* after the defaults, at the top without any; an earlier one is replaced."""
    if not values:
        return
    source = "\n".join(["# Parameters", *(f"{name} = {value!r}" for name, value in values.items())])
    cell: Any = new_code_cell(source, metadata={"tags": [_INJECTED]})  # type: ignore[no-untyped-call]
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        del cell["id"]
    before = _position(notebook, _INJECTED)
    if before is not None:
        notebook.cells[before] = cell
        return
    defaults = _position(notebook, _DEFAULTS)
    notebook.cells.insert(0 if defaults is None else defaults + 1, cell)


def _position(notebook: NotebookNode, tag: str) -> int | None:
    tagged = (index for index, cell in enumerate(notebook.cells) if tag in cell.metadata.get("tags", []))
    return next(tagged, None)
