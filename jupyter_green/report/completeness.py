"""Whether a document shows all that was run: if not, its total is "at least".

:func:`shortfalls` says so when

- records come from several boots: what ran in the earlier ones after their last record is gone;
- a cell was run again, copied or deleted: the prompts' numbers repeat, have a gap below the highest one, or differ
  from the number in the cell's own record;
- a cell with code has no number: it was not run, or its output was cleared;
- a session counts fewer executions than its prompt's number says (one is granted: the cell that loads the
  extension): some ran unmetered, or the total was reset;
- a record could not be read, or a session's energy is unknown.

Small cells without any output are none of these: their joules stand in every later session total.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..energy import total
from . import wording

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from .reading import Reading
    from .records import Document

_UNMETERED_GRANTED = 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the document's cells with code were metered, and how many there are."""

    metered: int
    cells: int


def coverage(document: Document) -> Coverage:
    """Count the cells whose energy is in the total, as far as their numbers tell.

    A cell without a number was not run or cleared; of a session's executions, those beyond its count were not metered.
    A cell too small for a record of its own counts.
    """
    cells = [cell for cell in document.cells if not cell.blank]
    recorded = sum(bool(cell.records) for cell in cells)
    unrun = sum(cell.execution_count is None for cell in cells)
    unmetered = sum(max(0, _executions_left_out(boot) - _UNMETERED_GRANTED) for boot in by_boot(document.records))
    return Coverage(max(recorded, len(cells) - unrun - unmetered), len(cells))


def by_boot(records: Iterable[Reading]) -> list[list[Reading]]:
    """Group records by their kernel's life."""
    boots: dict[str, list[Reading]] = {}
    for record in records:
        boots.setdefault(record.boot, []).append(record)
    return list(boots.values())


def shortfalls(document: Document) -> Iterator[str]:
    """Say why the document's total is a lower bound, one reason at a time; nothing when it is whole."""
    boots = by_boot(document.records)
    if document.refused:
        yield f"{wording.count(document.refused, 'record')} could not be read"
    if len(boots) > 1:
        yield f"the cells were run in {len(boots)} sessions"
    elif _disordered(document):
        yield "cells were run again, copied or deleted"
    unrun = sum(cell.execution_count is None and not cell.blank for cell in document.cells)
    if unrun:
        yield f"{wording.count(unrun, 'cell')} {'was' if unrun == 1 else 'were'} not run or cleared"
    if any(_unmetered(boot) for boot in boots):
        yield "some executions were not metered, or the session's total was reset"
    if not all(latest(boot).session.energy.known for boot in boots):
        yield "a session's energy is unknown"


def _disordered(document: Document) -> bool:
    """Whether one run from top to bottom, in whatever order, cannot have left these numbers."""
    counts = [cell.execution_count for cell in document.cells if cell.execution_count is not None]
    whole = len(counts) == len(set(counts)) == max(counts, default=0)
    own = all(
        record.execution_count in (None, cell.execution_count) for cell in document.cells for record in cell.records
    )
    return not (whole and own)


def _executions_left_out(boot: list[Reading]) -> int:
    last = latest(boot)
    return (last.execution_count or 0) - last.session.cells


def _unmetered(boot: list[Reading]) -> bool:
    return _executions_left_out(boot) > _UNMETERED_GRANTED or was_reset(boot)


def latest(boot: list[Reading]) -> Reading:
    """Return the record with the largest session total."""
    return max(boot, key=lambda record: record.session.energy.joules_or_zero)


def was_reset(boot: list[Reading]) -> bool:
    """Whether the cells surely used more than the session that should contain them."""
    return total(record.energy for record in boot).low > latest(boot).session.energy.high
