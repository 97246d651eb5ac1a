"""Passes over DataLoaders in a cell, each with its beginning and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..work.loader_traits import Loaded, Loading
from .evidence import Evidence


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass; ``ended`` is ``None`` where it went on after the cell."""

    begun: Loading
    ended: Loaded | None

    @property
    def trained(self) -> bool:
        """Whether models learned from it."""
        return self.ended is not None and self.ended.backwards > 0

    @property
    def whole(self) -> bool:
        """Whether all of the data set was gone through."""
        return self.ended is not None and self.begun.batches is not None and self.ended.batches >= self.begun.batches


def passes(cell: Evidence) -> list[Pass]:
    """Return the passes of a cell that were written down, the oldest first."""
    ended = {each.number: each for each in cell.seen(Loaded)}
    return [Pass(begun, ended.get(begun.number)) for begun in cell.seen(Loading)]


def training(cell: Evidence) -> list[Pass]:
    """Return the passes from which models learned over the data set that was gone through most, newest last."""
    gone = passes(cell)
    trained = [each for each in gone if each.trained]
    if not trained and cell.work.backwards and len({each.begun.data for each in gone}) == 1:
        trained = gone  # Accelerate asks for a batch before it gives the last one: a pass of one has none of its own
    if not trained:
        return []
    most = max(trained, key=lambda each: (each.begun.items or 0, each.begun.number)).begun
    return [each for each in trained if (each.begun.data, each.begun.batch_size) == (most.data, most.batch_size)]


def count(gone: Sequence[Pass]) -> int:
    """Return how many passes there were from the first to the last of these; of many quick ones few are written."""
    return gone[-1].begun.passes - gone[0].begun.passes + 1 if gone else 0


def steps_a_pass(cell: Evidence, gone: Sequence[Pass]) -> float | None:
    """Return the optimizer steps of a whole pass, those of two optimizers counted once; ``None`` unknown."""
    whole = [each for each in gone if each.whole]
    if not whole or whole != list(gone):
        return None
    return min(cell.work.steps / count(gone), whole[-1].begun.batches or 0)


def stalled(cell: Evidence) -> float:
    """Return the share of a cell's time in which batches were waited for."""
    return min(1.0, cell.work.stall_seconds / cell.duration) if cell.duration > 0 else 0.0
