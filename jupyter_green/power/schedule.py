"""When samples are due: at whole seconds while a window is open, rarely otherwise, and densely where that tells more.

A counter that refreshes slowly says more when it is read often: around the edges of a window, until the refreshes that
tell how the window began and ended are past. Edges come from the thread that runs the cells; the first sample that
they ask for waits until that thread is done with them, as both need the interpreter's lock.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Final

SECOND: Final = 1_000_000_000
GRID: Final = SECOND
"""Δ of the slices, the same in every kernel of a machine."""

IDLE_INTERVAL: Final = 30 * SECOND
"""Well below the minutes in which a package counter wraps."""

_AFTER_EDGE = SECOND // 1000 * 3  # what an edge costs its thread, with room to spare; a GPU ramps up ten times slower
_STEP = SECOND // 100  # between dense samples; two of them show when a counter refreshed
_CLOSE = _STEP * 2 // 5  # between two samples, below which the second one tells no power
_APART = SECOND // 10  # between samples that edges ask for where nothing slow may be ours
_REFRESH = 12 * SECOND // 100  # of the slowest counter, and a sample
# One refresh to learn its phase, then the time in which a short cell's work begins.
_DENSE = (*(_STEP * i for i in range(1, 11)), 15 * _STEP, 30 * _STEP, 50 * _STEP, 80 * _STEP)
# Two refreshes: one tells how a short cell ended, the other one the power that follows.
_AFTERWARDS = tuple(_STEP * i for i in (*range(1, 13), *range(14, 25, 2)))
_LEARN = tuple(_STEP // 2 * i for i in range(1, 25))
_WATCH = (10 * _STEP, 30 * _STEP, 60 * _STEP)  # a short cell may be the first to use a device

_Plan = tuple[int, tuple[int, ...], tuple[int, ...]]  # from, offsets where samples are dense, else


class Schedule:
    """The sampling thread's plan. Knows neither clock nor thread: all times are given, in ns since boot.

    Parameters
    ----------
    watches
        Whether edges ask for samples at all: a counter refreshes slowly.

    Attributes
    ----------
    dense
        Whether such a counter's energy may be ours; changes as processes come and go.
    """

    def __init__(self, *, watches: bool) -> None:
        self.dense = watches
        self._watches = watches
        self._open = 0
        self._last = 0
        self._settle_by = 0
        self._asked: int | None = None
        self._plans: tuple[_Plan, ...] = ()

    @property
    def running(self) -> bool:
        """Whether a window is open."""
        return self._open > 0

    def started(self, now: int) -> None:
        """Learn the phase of the counters' refreshes."""
        self._last = now
        self._plans = ((now, _LEARN, ()),)

    def opened(self, now: int) -> None:
        """Plan for a window that begins."""
        self._open += 1
        self._plan(now, ((now, _DENSE, _WATCH),))

    def closed(self, now: int) -> None:
        """Plan for the time after a window, until its slice is complete."""
        self._open = max(0, self._open - 1)
        self._settle_by = next_grid(now)
        others = tuple(plan for plan in self._plans if _end(plan) > now) if self._open else ()
        self._plan(now, ((now, _AFTERWARDS, ()), *others))

    def _plan(self, now: int, plans: tuple[_Plan, ...]) -> None:
        self._plans = plans
        if self._watches and self._asked is None:  # a row of edges does not put off what the first one asked for
            self._asked = now + _AFTER_EDGE

    def asked(self, now: int) -> None:
        """Plan a sample that somebody wants now."""
        if self._watches and self.dense and self._asked is None:
            self._asked = now

    def sampled(self, at: int) -> None:
        """Note that a sample is taken; it serves the edges before it."""
        self._last = at
        if self._asked is not None and self._asked <= at + _AFTER_EDGE:
            self._asked = None

    def due(self) -> int:
        """Return when the next sample is due."""
        last = self._last
        if self._open:
            due = next_grid(last)
        else:
            due = self._settle_by if last < self._settle_by else last + IDLE_INTERVAL
        if self._asked is not None:
            due = min(due, max(self._asked, last + (_STEP if self.dense else _APART)))
        for start, dense, sparse in self._plans if self._watches else ():
            offsets = dense if self.dense else sparse
            i = bisect_right(offsets, last - start + _CLOSE)
            if i < len(offsets):
                due = min(due, start + offsets[i])
        grid = next_grid(due)
        return grid if self._open and grid - due < _CLOSE else due

    def lag(self, at: int) -> int:
        """Return the ns by which a slice must have ended at *at* for its figures to be final.

        While dense samples follow, they wait for the refresh after the slice's end.
        """
        return _REFRESH if self.dense and any(_end(plan) > at + _CLOSE for plan in self._plans) else 0


def next_grid(at: int) -> int:
    """Return the first grid point after *at*, ns."""
    return (at // GRID + 1) * GRID


def _end(plan: _Plan) -> int:
    return plan[0] + plan[1][-1]
