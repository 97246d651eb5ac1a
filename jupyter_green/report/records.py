"""Reading records out of a notebook that anybody may have written.

A record with a wrong value is refused whole and counted, as is one of a later major version: half a record would make
a sum that looks right.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..schema import MIME_TYPE
from . import checked
from .checked import BadValueError
from .reading import Reading, reading

_RECORD_TYPE = re.compile(r"application/vnd\.jupyter-green\.footprint\.v\d+\+json")


@dataclass(frozen=True, slots=True)
class CodeCell:
    """A code cell of the document.

    Attributes
    ----------
    execution_count
        The number in its prompt.
    blank
        Whether there is nothing to run in it.
    records
        Those in its outputs.
    """

    execution_count: int | None
    blank: bool
    records: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What a notebook holds that bears on its footprint.

    Attributes
    ----------
    cells
        Its code cells.
    refused
        Records that were malformed or of a later version.
    """

    cells: tuple[CodeCell, ...]
    refused: int

    @property
    def records(self) -> tuple[Reading, ...]:
        """All records in the document's order, each once even if its cell was copied."""
        return tuple({record.id: record for cell in self.cells for record in cell.records}.values())


def is_record_type(mime_type: object) -> bool:
    """Tell whether a MIME type is a record's, of this or any later version."""
    return isinstance(mime_type, str) and _RECORD_TYPE.fullmatch(mime_type) is not None


def read(notebook: Mapping[str, Any], *, labels: bool = True) -> Document:
    """Read all records of a notebook.

    Parameters
    ----------
    notebook
        A notebook of format 4.
    labels
        False leaves every label out, for a document that hides its inputs. Those of a single cell whose input is
        hidden are left out in any case.
    """
    cells = []
    refused = 0
    for cell in _items(notebook.get("cells")):
        if cell.get("cell_type") != "code":
            continue
        readings = []
        for data in _record_data(cell):
            try:
                found = reading(data)
            except BadValueError:
                refused += 1
                continue
            readings.append(found if labels and not _hidden(cell) else replace(found, label=None))
        cells.append(CodeCell(_execution_count(cell), not _source(cell).strip(), tuple(readings)))
    return Document(tuple(cells), refused)


def record_data(notebook: Mapping[str, Any]) -> Iterator[object]:
    """Yield what a notebook's code cells hold as records, unchecked; ``None`` for those of a later version."""
    for cell in _items(notebook.get("cells")):
        if cell.get("cell_type") == "code":
            yield from _record_data(cell)


def _items(value: object) -> Iterator[Mapping[str, Any]]:
    if isinstance(value, list):
        yield from (item for item in value if isinstance(item, Mapping))


def _source(cell: Mapping[str, Any]) -> str:
    source = cell.get("source")
    return "".join(str(line) for line in source) if isinstance(source, list) else str(source or "")


def _execution_count(cell: Mapping[str, Any]) -> int | None:
    try:
        return checked.count(cell, "execution_count", optional=True)
    except BadValueError:
        return None


def _hidden(cell: Mapping[str, Any]) -> bool:
    """Whether an export or JupyterLab leaves this cell's input out: by a tag, collapsed, or by an older extension."""
    metadata = cell.get("metadata")
    if not isinstance(metadata, Mapping):
        return False
    places = ((metadata.get("transient"), "remove_source"), (metadata.get("jupyter"), "source_hidden"))
    inner = any(isinstance(place, Mapping) and place.get(key) for place, key in places)
    return inner or bool(metadata.get("hide_input"))


def _record_data(cell: Mapping[str, Any]) -> Iterator[object]:
    for output in _items(cell.get("outputs")):
        data = output.get("data")
        if isinstance(data, Mapping):
            for mime_type, value in data.items():
                if is_record_type(mime_type):
                    yield value if mime_type == MIME_TYPE else None
