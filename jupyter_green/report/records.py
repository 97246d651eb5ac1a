"""Reading records out of a notebook that anybody may have written.

Every value that is used is checked for type and size. A record with a wrong one is refused whole and counted, as is
one of a later major version: half a record would make a sum that looks right. Texts are reduced to one line of
printable characters here; escaping is the business of whoever prints them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from ..footprint import Boundary, Emissions, Energy, Intensity, IntensityStatus, Method
from ..schema import FOOTPRINT, MIME_TYPE
from . import checked
from .checked import BadValueError

_RECORD_TYPE = re.compile(r"application/vnd\.jupyter-green\.footprint\.v\d+\+json")
_EXCESS = 1 + 1e-6
"""Sums of floats may put the end of a range this far on the wrong side of its middle."""
LABEL_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Part:
    """What a record says of one component."""

    joules: float
    method: Method
    source: str


@dataclass(frozen=True, slots=True)
class SessionReading:
    """What a record says of its kernel's life so far; J, g."""

    energy: Energy
    measured_share: float
    cells: int
    grams: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One checked record. ``nan`` is unknown; *started* is UTC, *duration* in s."""

    id: str
    boot: str
    execution_count: int | None
    label: str | None
    started: datetime
    duration: float
    energy: Energy
    measured_share: float
    components: Mapping[str, Part]
    emissions: Emissions
    gpus: tuple[str, ...]
    session: SessionReading

    @property
    def ended(self) -> datetime:
        """When the cell ended."""
        return self.started + timedelta(seconds=self.duration)


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
                reading = _reading(data)
            except BadValueError:
                refused += 1
                continue
            readings.append(reading if labels and not _hidden(cell) else replace(reading, label=None))
        cells.append(CodeCell(_execution_count(cell), not _source(cell).strip(), tuple(readings)))
    return Document(tuple(cells), refused)


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


def _reading(data: object) -> Reading:
    if not isinstance(data, Mapping) or data.get("schema") != FOOTPRINT:
        raise BadValueError("not a footprint of a version known here")
    energy, session = checked.mapping(data, "energy"), checked.mapping(data, "session")
    label = checked.text(data, "label", 200, optional=True)
    return Reading(
        id=checked.text(data, "id", 64),
        boot=checked.text(data, "boot", 64),
        execution_count=checked.count(data, "execution_count", optional=True),
        label=(label[: LABEL_LENGTH - 1] + "…" if len(label) > LABEL_LENGTH else label) or None,
        started=checked.time(data, "started"),
        duration=checked.known(data, "duration_s", checked.MOST),
        energy=_energy(energy),
        measured_share=checked.number(energy, "measured_share", 1.0),
        components=_components(checked.mapping(data, "components")),
        emissions=_emissions(checked.mapping(data, "emissions")),
        gpus=_gpus(data.get("hardware")),
        session=SessionReading(
            energy=_energy(session),
            measured_share=checked.number(session, "measured_share", 1.0),
            cells=checked.count(session, "cells") or 0,
            grams=checked.number(session, "grams"),
        ),
    )


def _energy(data: Mapping[str, Any]) -> Energy:
    return Energy(*_range(data, "joules"))


def _range(data: Mapping[str, Any], key: str) -> tuple[float, float, float]:
    value, low, high = checked.number(data, key), checked.number(data, "low"), checked.number(data, "high")
    if low > value * _EXCESS or value > high * _EXCESS:
        raise BadValueError(f"range of {key}")
    return value, low, high


def _components(data: Mapping[str, Any]) -> dict[str, Part]:
    parts = {}
    for name in ("gpu", "cpu", "ram"):
        if name in data:
            part = checked.mapping(data, name)
            parts[name] = Part(
                _energy(part).joules, checked.choice(part, "method", Method), checked.text(part, "source", 120)
            )
    return parts


def _emissions(data: Mapping[str, Any]) -> Emissions:
    place = checked.mapping(data, "intensity")
    if place.get("unit") != "gCO2e/kWh":
        raise BadValueError("unit")
    pue = checked.known(data, "pue", 100)
    if pue < 1:
        raise BadValueError("pue")
    intensity = Intensity(
        value=checked.known(place, "value", 1e5),
        zone=checked.text(place, "zone", 32),
        name=checked.text(place, "name", 80, optional=True),
        year=checked.count(place, "year", optional=True),
        boundary=checked.choice(place, "boundary", Boundary),
        source=checked.text(place, "source", 120),
        status=checked.choice(place, "status", IntensityStatus),
        low=math.nan,  # not published
        high=math.nan,
    )
    return Emissions(*_range(data, "grams"), pue, intensity)


def _gpus(hardware: object) -> tuple[str, ...]:
    names = hardware.get("gpu") if isinstance(hardware, Mapping) else None
    if not isinstance(names, list):
        return ()
    return tuple(checked.text({"gpu": name}, "gpu", 120) for name in names[:64])
