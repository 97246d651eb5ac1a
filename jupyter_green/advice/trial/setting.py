"""What an experiment is given: two arms, and what they run in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from ...log_ratio import CONFIDENCE
from .design import Arm
from .effort import Effort, Taken
from .outcome import Basis
from .reach import Reached
from .snapshot import Snapshot

Progress = Callable[[int, int, float, float], None]
"""Told runs done, runs in all, seconds left (``nan`` at first) and joules spent."""


def _nothing(*_: object) -> None:
    pass


@dataclass(slots=True)
class Side:
    """One arm.

    Attributes
    ----------
    name
        In a sentence: ``the step itself``, ``with bf16``.
    run
        Does so many passes; what they return as a loss is put into the list, where one is given.
    units
        Returns the units of work of the passes that ran last.
    prepare
        Comes before each run, and is not measured.
    """

    name: str
    run: Callable[[int, list[float] | None], None]
    units: Callable[[], float]
    prepare: Callable[[], None] = _nothing


@dataclass(slots=True)
class Setting:
    """What an experiment is made in.

    Attributes
    ----------
    reached, snapshot
        What the arms can change, and how it was.
    rounds
        Blocks that are wanted.
    quiet
        What holds around each run, so that nobody sees its outputs.
    each_from_the_same_state
        Whether there may be one pass only before the state is put back: a cell may not be able to go on from its end.
    first
        Comes before everything; may run arms.
    warmed_up
        Comes when each arm has run once from the same state.
    """

    label: str
    reached: Reached
    snapshot: Snapshot
    effort: Effort
    basis: Basis
    rounds: int
    unit: str = "step"
    progress: Progress | None = None
    quiet: Callable[[], AbstractContextManager[object]] = nullcontext
    notes: list[str] = field(default_factory=list)
    confidence: float = CONFIDENCE
    each_from_the_same_state: bool = False
    first: Callable[[Callable[[Arm], Taken]], None] = _nothing
    warmed_up: Callable[[Mapping[Arm, Taken]], None] = _nothing
