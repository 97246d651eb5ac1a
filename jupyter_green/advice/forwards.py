"""What rules ask of the forward passes that were looked at in a cell."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ..work.forward_traits import Forward
from .evidence import Evidence

_TIMES = 4  # the quarter of the shortest periods: what else the machine does only makes them longer


def direct(cell: Evidence) -> list[Forward]:
    """Return those that the user's code called, and no generation or pipeline."""
    return [each for each in cell.seen(Forward) if not each.larger]


def heaviest(forwards: Sequence[Forward]) -> list[Forward]:
    """Return the passes of the model with the most parameters that are multiplied."""
    if not forwards:
        return []
    serial = max(forwards, key=lambda each: (each.model.multiplied, each.model.parameters)).model.serial
    return [each for each in forwards if each.model.serial == serial]


def period(cell: Evidence, forwards: Sequence[Forward]) -> float | None:
    """Return the seconds from one pass of a model to the next, or ``None`` where no two followed each other."""
    own = {id(each) for each in forwards}
    times = sorted(
        later.at - earlier.at
        for earlier, later in pairwise(cell.seen(Forward))
        if id(earlier) in own
        and id(later) in own
        and later.training is earlier.training
        and later.samples - earlier.samples == later.rows
    )
    return times[len(times) // _TIMES] if times else None


def trains(cell: Evidence) -> bool:
    """Whether parameters were changed by gradients."""
    return cell.work.steps > 0 and cell.work.backwards > 0


def millions(count: float) -> str:
    """Return a number of parameters in words: ``1.2 M``, ``340 k``, ``58``."""
    for size, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:.0f}"


def duration(seconds: float) -> str:
    """Return a time in words: ``1.2 s``, ``340 ms``, ``5.3 ms``."""
    if seconds >= 1:
        return f"{seconds:.2g} s"
    return f"{seconds * 1e3:.0f} ms" if seconds >= 0.1 else f"{seconds * 1e3:.2g} ms"
