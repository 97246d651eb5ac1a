"""Passes over DataLoaders in a cell, each with its beginning and its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

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
    trained = [each for each in passes(cell) if each.trained]
    if not trained:
        return []
    most = max(trained, key=lambda each: (each.begun.items or 0, each.begun.number)).begun
    return [each for each in trained if (each.begun.data, each.begun.batch_size) == (most.data, most.batch_size)]


def steps_a_pass(gone: Sequence[Pass]) -> float | None:
    """Return the optimizer steps of a whole pass, a GAN's two for each batch counted once; ``None`` unknown."""
    steps = [min(each.ended.steps, each.ended.batches) for each in gone if each.ended is not None and each.whole]
    return median(steps) if steps else None


def stalled(cell: Evidence) -> float:
    """Return the share of a cell's time in which batches were waited for."""
    return min(1.0, cell.work.stall_seconds / cell.duration) if cell.duration > 0 else 0.0
