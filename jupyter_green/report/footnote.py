"""The footnote's figures: what running a notebook cost, as far as the document can tell.

**Total.** Over each life of a kernel ("boot") in the document, the largest session total that a record carries; it
holds the cells too small for a record, and the time between cells. Where a session's total is unknown, or smaller
than its own cells (it was reset), the cells are added up instead.

**"At least".** The document may be less than what was run: see :mod:`.completeness`.

**Apart.** What hosted models used, and what making the hardware emitted, is never part of a total.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..emissions import Embodied
from ..energy import Energy, total
from ..footprint import RemoteCalls
from . import provenance
from .completeness import Coverage, by_boot, coverage, latest, shortfalls, was_reset
from .per_unit import Work, by_unit, of_reading
from .provenance import Grid, known_sum
from .reading import Part, Reading
from .records import Document

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

MOST_ROWS = 30
"""The table's length; the cells with the least energy beyond it join the row of the others."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table; J, g, s.

    Attributes
    ----------
    execution_count
        ``None`` outside a notebook.
    label
        ``None`` where there is none or inputs are hidden.
    work
        What it did; ``None`` where that is not known.
    """

    execution_count: int | None
    label: str | None
    joules: float
    grams: float
    duration: float
    measured_share: float
    work: Work | None


@dataclass(frozen=True, slots=True)
class Others:
    """Everything without a row of its own. *duration* is a lower bound, s."""

    cells: int
    joules: float
    grams: float
    duration: float
    measured_share: float


@dataclass(frozen=True, slots=True)
class Footnote:
    """What the footnote says.

    Attributes
    ----------
    energy, measured_share
        The document's energy, and which part of it counters measured.
    grams, low, high
        Its emissions with their range, gCO2e.
    rows, others
        Its division, the largest first.
    coverage
        How many of the document's cells were metered.
    shortfalls
        Why the total is a lower bound, if it is.
    disputed
        How many records state emissions that do not follow from their own energy, factor and PUE.
    parts
        What the records say of each component.
    gpus
        Their product names.
    grids
        Grids and PUE values in force, each once.
    work
        What the cells with a record did, by unit.
    remote
        Calls of hosted models, by provider and model; no part of *energy* or *grams*.
    embodied
        Part of what making the hardware emitted, as far as records tell; no part of *grams*.
    first, last
        When the first and the last record began.
    mixed
        Whether the grid factors are of kinds that no sum may hold together; then *grams* is unknown.
    """

    energy: Energy
    measured_share: float
    grams: float
    low: float
    high: float
    rows: tuple[Row, ...]
    others: Others | None
    coverage: Coverage
    shortfalls: tuple[str, ...]
    disputed: int
    parts: dict[str, tuple[Part, ...]]
    gpus: tuple[str, ...]
    grids: tuple[Grid, ...]
    work: tuple[Work, ...]
    remote: tuple[RemoteCalls, ...]
    embodied: Embodied | None
    first: datetime
    last: datetime
    mixed: bool = False


@dataclass(frozen=True, slots=True)
class _Boot:
    """One kernel's life, as its records in the document show it."""

    energy: Energy
    measured: float
    grams: float
    low: float
    high: float
    cells: int
    span: float


def footnote(document: Document, most_rows: int = MOST_ROWS) -> Footnote | None:
    """Return what a footnote should say, or ``None`` for a document without a record."""
    records = document.records
    if not records:
        return None
    boots = [_boot(group) for group in by_boot(records)]
    mixed = not provenance.of_one_kind(records)
    if mixed:
        boots = [replace(boot, grams=math.nan, low=math.nan, high=math.nan) for boot in boots]
    energy = total(boot.energy for boot in boots)
    largest = sorted(records, key=lambda record: -record.energy.joules_or_zero)
    shown = largest[:most_rows]
    return Footnote(
        energy=energy,
        measured_share=_ratio(known_sum(boot.measured for boot in boots), energy.joules),
        grams=known_sum(boot.grams for boot in boots),
        low=known_sum(boot.low for boot in boots),
        high=known_sum(boot.high for boot in boots),
        rows=tuple(_row(record) for record in shown),
        others=_others(boots, shown),
        coverage=coverage(document),
        shortfalls=tuple(shortfalls(document)),
        disputed=sum(map(provenance.disputed, records)),
        parts=provenance.parts(records),
        gpus=tuple(dict.fromkeys(name for record in records for name in record.gpus)),
        grids=provenance.grids(records),
        work=tuple(by_unit(map(of_reading, records))),
        remote=provenance.remote(records),
        embodied=provenance.embodied(records),
        first=min(record.started for record in records),
        last=max(record.started for record in records),
        mixed=mixed,
    )


def _boot(records: list[Reading]) -> _Boot:
    last = latest(records)
    cells = max(record.session.cells for record in records)
    span = (max(record.ended for record in records) - min(record.started for record in records)).total_seconds()
    session = last.session
    if not session.energy.known or was_reset(records):
        return _Boot(
            energy=total(record.energy for record in records),
            measured=known_sum(record.energy.joules * record.measured_share for record in records),
            grams=known_sum(record.emissions.grams for record in records),
            low=known_sum(record.emissions.low for record in records),
            high=known_sum(record.emissions.high for record in records),
            cells=max(cells, len(records)),
            span=math.fsum(record.duration for record in records),  # what was between them is not in the energy
        )
    below, above = _grid_range(last)
    return _Boot(
        energy=session.energy,
        measured=session.energy.joules * session.measured_share,
        grams=session.grams,
        low=session.grams * _ratio(session.energy.low, session.energy.joules) * below,
        high=session.grams * _ratio(session.energy.high, session.energy.joules) * above,
        cells=max(cells, len(records)),
        span=span,
    )


def _grid_range(record: Reading) -> tuple[float, float]:
    """Return the factors by which the grid's figure may be lower and higher.

    A record publishes the range of its emissions, which is that of its energy times these.
    """
    energy, emitted = record.energy, record.emissions
    central = _ratio(emitted.grams, energy.joules)
    below = _ratio(_ratio(emitted.low, energy.low), central)
    above = _ratio(_ratio(emitted.high, energy.high), central)
    return (1 / above if math.isnan(below) and above > 0 else below), above


def _ratio(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _row(record: Reading) -> Row:
    joules, grams = record.energy.joules, record.emissions.grams
    about = (record.duration, record.measured_share, of_reading(record))
    return Row(record.execution_count, record.label, joules, grams, *about)


def _others(boots: list[_Boot], shown: list[Reading]) -> Others | None:
    """Return what the totals hold beyond the table's rows; ``None`` where that is nothing."""
    whole = total(boot.energy for boot in boots)
    own = total(record.energy for record in shown)
    joules = whole.joules - own.joules_or_zero
    if not joules > 0:
        return None
    measured = _left(
        (boot.measured for boot in boots), (record.energy.joules * record.measured_share for record in shown)
    )
    duration = sum(boot.span for boot in boots) - sum(record.duration for record in shown)
    return Others(
        cells=sum(boot.cells for boot in boots) - len(shown),
        joules=joules,
        grams=_left((boot.grams for boot in boots), (record.emissions.grams for record in shown)),
        duration=duration if duration > 0 else math.nan,
        measured_share=measured if math.isnan(measured) else min(1.0, measured / joules),
    )


def _left(whole: Iterable[float], parts: Iterable[float]) -> float:
    """Return what the known *parts* leave of the *whole*, at least nothing; ``nan`` where the whole is unknown."""
    left = known_sum(whole)
    taken = known_sum(parts)
    return left if math.isnan(left) or math.isnan(taken) else max(0.0, left - taken)
