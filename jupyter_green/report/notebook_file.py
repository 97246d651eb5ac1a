"""Notebooks on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import nbformat

from .problem import Problem
from .whole_file import write_whole

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode


def read_notebook(path: Path) -> NotebookNode:
    """Return the notebook at *path*, in format 4.

    Raises
    ------
    Problem
        When there is none, or something else.
    """
    try:
        notebook: NotebookNode = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except OSError as error:
        raise Problem(f"{path}: {error.strerror or error}") from None
    except Exception as error:  # nbformat lets out whatever a malformed file provokes
        raise Problem(f"{path} is not a notebook: {' '.join(str(error).split())[:120]}") from error
    if not isinstance(notebook.get("cells"), list):
        raise Problem(f"{path} is not a notebook: it has no cells")
    return notebook


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook so that *path* holds the old file or the new one at any moment, never a part.

    Raises
    ------
    Problem
        When it cannot be written.
    """
    text: str = nbformat.writes(notebook)  # type: ignore[no-untyped-call]
    write_whole(text if text.endswith("\n") else f"{text}\n", path)
