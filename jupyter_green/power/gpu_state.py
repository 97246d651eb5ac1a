"""What GPUs have been doing, as the sampling thread sees them: kept for advice, which asks no driver.

Each state is a frozen value, so that whoever stands at a cell's edge takes it without a lock or a call.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple, Protocol, runtime_checkable

from .gpu_use import Look
from .schedule import IDLE_INTERVAL, SECOND

_NOTHING: Final = 0.01
"""Utilisation up to which a GPU computes nothing: drivers tell whole per cents."""

_APART: Final = 10 * IDLE_INTERVAL
"""Between looks that are farther apart the machine slept: nobody knows of that time."""

_LIMIT_INTERVAL: Final = 60 * SECOND


class Memory(NamedTuple):
    """Bytes of a GPU's memory."""

    used: float
    total: float


@runtime_checkable
class TellsMore(Protocol):
    """A GPU that tells of its memory and its limit. Each call may raise whatever a driver's library raises."""

    capability: tuple[int, int] | None

    def memory(self) -> Memory | None:
        """Return how much of its memory is in use; ``None`` if it does not tell."""
        ...

    def power_limit(self) -> float:
        """Return the limit in force, W; ``nan`` if it does not tell."""
        ...


@dataclass(frozen=True, slots=True)
class Unused:
    """A time between cells in which we held a GPU that computed nothing.

    Attributes
    ----------
    seconds
        How long it was.
    watts
        What the GPU drew meanwhile; ``nan`` unknown.
    """

    seconds: float
    watts: float


@dataclass(frozen=True, slots=True)
class Done:
    """What a GPU had done by some look.

    Attributes
    ----------
    at
        When that was, ns.
    joules
        By its counter until then; ``nan`` unknown.
    active, watched
        Seconds that it computed, of those in which that was known.
    """

    at: int
    joules: float = math.nan
    active: float = 0.0
    watched: float = 0.0


@dataclass(frozen=True, slots=True)
class GpuState:
    """One GPU by the last look at what it does.

    Attributes
    ----------
    model
        The product's name.
    done
        What it has done so far.
    begun
        The same when the first look was taken at the cell that runs, or that ran last: between cells looks are rare.
    memory, power_limit
        ``None`` and ``nan`` where they are unknown.
    ours, others
        Who holds a context on it.
    idle_since
        Since when we hold it while it computes nothing, ns; ``None`` if that is not so.
    unused
        The longest time between cells in which that was so.
    capability
        CUDA's number of its generation.
    """

    model: str
    done: Done
    begun: Done | None = None
    memory: Memory | None = None
    power_limit: float = math.nan
    ours: bool = False
    others: bool = False
    idle_since: int | None = None
    unused: Unused | None = None
    capability: tuple[int, int] | None = None


class GpuStates:
    """Makes states of looks, on the sampling thread.

    Attributes
    ----------
    seen
        The newest state of each GPU, by its source's name: another mapping after each look.
    """

    def __init__(self) -> None:
        self.seen: Mapping[str, GpuState] = {}
        self._resting: dict[str, Done] = {}  # when it began to be of no use, between cells
        self._limit_due: dict[str, int] = {}
        self._running: set[str] = set()

    def saw(
        self,
        gpu: object,
        name: str,
        now: int,
        look: Look,
        utilisation: float | None,
        joules: float,
        *,
        running: bool,
    ) -> None:
        """Take note of a look.

        Parameters
        ----------
        gpu, name, now, look
            What was looked at, when, and who uses it.
        utilisation
            Share of the time before the look in which it computed; ``None`` unknown.
        joules
            Of its counter; ``nan`` unknown.
        running
            Whether a cell runs.
        """
        before = self.seen.get(name)
        state = before or GpuState(str(getattr(gpu, "model", "GPU")), Done(now))
        ours, others = holders(look)
        apart = math.inf if before is None else now - before.done.at
        known = utilisation is not None and apart <= _APART
        seconds, share = (apart / SECOND, utilisation or 0.0) if known else (0.0, 0.0)
        done = Done(now, joules, state.done.active + share * seconds, state.done.watched + seconds)
        begins = running and name not in self._running
        (self._running.add if running else self._running.discard)(name)
        idle = ours and utilisation is not None and utilisation <= _NOTHING
        goes_on = idle and apart <= _APART
        since = state.idle_since if goes_on else None
        state = replace(
            state,
            done=done,
            begun=done if begins else state.begun,
            ours=ours,
            others=others,
            idle_since=(now if since is None else since) if idle else None,
        )
        if isinstance(gpu, TellsMore):
            state = self._told(gpu, name, now, state)
        state = self._rested(name, state, goes_on=goes_on, rests=idle and not running and not others)
        self.seen = {**self.seen, name: state}

    def _told(self, gpu: TellsMore, name: str, now: int, state: GpuState) -> GpuState:
        limit = state.power_limit
        if now >= self._limit_due.get(name, 0):
            self._limit_due[name] = now + _LIMIT_INTERVAL
            limit = gpu.power_limit()
        return replace(state, memory=gpu.memory(), power_limit=limit, capability=gpu.capability)

    def _rested(self, name: str, state: GpuState, *, goes_on: bool, rests: bool) -> GpuState:
        """Note how long it has been of no use between cells."""
        if not rests:
            self._resting.pop(name, None)
            return state
        began = self._resting.get(name)
        if began is None or not goes_on:
            self._resting[name] = state.done
            return state
        seconds = (state.done.at - began.at) / SECOND
        if state.unused is not None and seconds <= state.unused.seconds:
            return state
        return replace(state, unused=Unused(seconds, (state.done.joules - began.joules) / seconds))


def holders(look: Look) -> tuple[bool, bool]:
    """Return whether we hold a context on a GPU, and whether others do, as far as a look shows."""
    listed = frozenset(pid for part in look.parts for pid in part.holders or ())
    if look.contexts is not None and not look.lists_ours:  # the driver knows our PIDs by other numbers
        ours, all_seen = look.contexts
        return ours > 0, max(len(listed), all_seen) > ours
    return look.lists_ours, bool(listed - look.own)
