"""Taking the records out of a document for readers, once the footnote says what they say."""

from __future__ import annotations

from nbformat import NotebookNode

from .records import is_record_type


def strip_records(nb: NotebookNode) -> bool:
    """Take the records out of all outputs, and with each the line of text that stands for it.

    Returns
    -------
    bool
        Whether there were any.
    """
    found = False
    for cell in nb.cells:
        if cell.get("cell_type") == "code" and isinstance(cell.get("outputs"), list):
            before = list(cell.outputs)
            found |= any(map(_has_record, before))
            cell.outputs = [kept for kept in map(_without_record, before) if kept is not None]
    return found


def _has_record(output: NotebookNode) -> bool:
    data = output.get("data")
    return isinstance(data, dict) and any(map(is_record_type, data))


def _without_record(output: NotebookNode) -> NotebookNode | None:
    """Return an output without its record; ``None`` when nothing of somebody else's is left."""
    if not _has_record(output):
        return output
    others = {mime_type: value for mime_type, value in output.data.items() if not is_record_type(mime_type)}
    if others.keys() <= {"text/plain"}:
        return None
    output.data = NotebookNode(others)  # type: ignore[no-untyped-call]
    return output
