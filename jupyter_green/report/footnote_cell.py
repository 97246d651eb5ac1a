"""The footnote as the notebook's last cell: in the form that an exporter sets best, and put in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbformat.v4 import new_markdown_cell, new_raw_cell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

TAG = "jupyter-green-footnote"


def markdown_cell(source: str) -> NotebookNode:
    """Return a Markdown cell with the footnote."""
    cell: NotebookNode = new_markdown_cell(source, metadata={"tags": [TAG]})  # type: ignore[no-untyped-call]
    return cell


def raw_cell(source: str, mime_type: str) -> NotebookNode:
    """Return a cell that exporters which take this MIME type pass on as it is.

    They leave no space between it and what is before it, so it brings its own.
    """
    metadata = {"tags": [TAG], "raw_mimetype": mime_type}
    cell: NotebookNode = new_raw_cell(f"\n\n{source}\n\n", metadata=metadata)  # type: ignore[no-untyped-call]
    return cell


def put(notebook: NotebookNode, cell: NotebookNode) -> None:
    """Put the footnote's cell into a notebook as its last, in place of any earlier footnote."""
    take_out(notebook)
    if (notebook.nbformat, notebook.nbformat_minor) < (4, 5):
        del cell["id"]
    elif TAG not in {other.get("id") for other in notebook.cells}:
        cell["id"] = TAG  # the same each time, so that nothing changes in git
    notebook.cells = [*notebook.cells, cell]


def take_out(notebook: NotebookNode) -> None:
    """Take an earlier footnote out of a notebook."""
    notebook.cells = [cell for cell in notebook.cells if not is_footnote(cell)]


def is_footnote(cell: Mapping[str, Any]) -> bool:
    """Tell whether a cell is a footnote of ours."""
    tags = cell.get("metadata", {}).get("tags")
    return cell.get("cell_type") in ("markdown", "raw") and isinstance(tags, list) and TAG in tags
