"""Where counters stand when a cell begins and when it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..power.gpu_state import GpuState
from ..work import Reading
from ..work.torch_state import TorchState
from .source_code.code import Code
from .state.repeats import Pending

Namespace = Mapping[str, Any]
Gpus = Mapping[str, GpuState]


@dataclass(frozen=True, slots=True)
class Times:
    """CPU time, s: with the children that have ended, of this process alone, of this thread alone; and the time."""

    tree: float
    process: float
    thread: float
    passed: float

    @classmethod
    def now(cls) -> Times:
        """Return how it stands: a few microseconds."""
        times = os.times()
        tree = times.user + times.system + times.children_user + times.children_system
        return cls(tree, time.process_time(), time.thread_time(), time.perf_counter())

    def since(self, earlier: Times) -> Times:
        """Return what went from *earlier* to this."""
        return Times(
            self.tree - earlier.tree,
            self.process - earlier.process,
            self.thread - earlier.thread,
            self.passed - earlier.passed,
        )


@dataclass(frozen=True, slots=True)
class Begun:
    """When a cell began.

    Attributes
    ----------
    traits
        The end of their log.
    chance
        Where the shared generators of random numbers stood.
    trials
        How many trials had been made.
    """

    work: Reading
    times: Times
    traits: int
    gpus: Gpus
    faults: int
    chance: tuple[Any, ...]
    trials: int


@dataclass(slots=True)
class Ended:
    """A cell that has ended and whose figures have not settled yet: what it took, and what it is known by."""

    execution_count: int | None
    cell_id: str | None
    status: str
    code: Code
    work: Reading
    times: Times
    traits: tuple[int, int]
    gpus: tuple[Gpus, Gpus]
    faults: int
    namespace: Callable[[], Namespace]
    repeat: Pending
    torch: TorchState | None
