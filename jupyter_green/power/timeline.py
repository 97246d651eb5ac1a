"""The timeline: what was read when, and what stood between two readings.

Everything on it is cumulative, so that a window's amount is a difference, and a late or lost reading loses nothing.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable


class Series:
    """One cumulative quantity over time, in ns on the boot-time clock; linear between its points."""

    __slots__ = ("_gaps", "_times", "_values")

    def __init__(self) -> None:
        self._times: list[int] = []
        self._values: list[float] = []
        self._gaps: list[tuple[int, float]] = []  # from, to

    @property
    def last(self) -> tuple[int, float] | None:
        """The newest point."""
        return (self._times[-1], self._values[-1]) if self._times else None

    def add(self, at: int, value: float) -> None:
        """Add a point; two threads may come out of order by a little."""
        if self._gaps and self._gaps[-1][1] == math.inf:
            self._gaps[-1] = (self._gaps[-1][0], at)
        if not self._times or at > self._times[-1]:
            self._times.append(at)
            self._values.append(value)
            return
        position = bisect_left(self._times, at)
        if self._times[position] != at:
            self._times.insert(position, at)
            self._values.insert(position, value)

    def interrupt(self) -> None:
        """Note that the quantity could not be read: what happens until the next point is unknown."""
        if self._times and not (self._gaps and self._gaps[-1][1] == math.inf):
            self._gaps.append((self._times[-1], math.inf))

    def known(self, start: int, end: int) -> bool:
        """Whether readings reach from *start* to *end* without an interruption."""
        if not self._times or self._times[0] > start or self._times[-1] < end:
            return False
        return not any(left < end and right > start for left, right in self._gaps)

    def begun(self, start: int) -> bool:
        """Whether readings reach back to *start* and go on."""
        return bool(self._times) and self._times[0] <= start and not any(right > start for _, right in self._gaps)

    def at(self, time: int) -> float:
        """Return the value at *time*: interpolated, or held beyond the ends; 0 without any point."""
        return self._value(time, beyond=False)

    def extended(self, time: int) -> float:
        """Return the value at *time*; after the newest point it goes on as between the last two."""
        return self._value(time, beyond=True)

    def _value(self, time: int, *, beyond: bool) -> float:
        times, values = self._times, self._values
        i = bisect_left(times, time)
        if i == len(times):
            if not times:
                return 0.0
            if not beyond or i < 2:
                return values[-1]
            i -= 1
        elif i == 0 or times[i] == time:
            return values[i]
        slope = (values[i] - values[i - 1]) / (times[i] - times[i - 1])
        return values[i - 1] + slope * (time - times[i - 1])

    def forget(self, before: int) -> None:
        """Drop what is not needed to interpolate at or after *before*, ns."""
        keep = max(0, bisect_right(self._times, before) - 2)
        del self._times[:keep], self._values[:keep]
        self._gaps = [gap for gap in self._gaps if gap[1] > before]


class Timeline:
    """All series of one process.

    Attributes
    ----------
    lock
        Held by whoever reads or writes; the sampling thread writes, and so does the thread at a cell's edge.
    joules
        Of the machine, by source.
    busy
        CPU seconds of the machine.
    own
        CPU seconds of our process tree.
    memory
        Bytes that our tree alone uses; not cumulative.
    """

    def __init__(self, sources: Iterable[str]) -> None:
        self.lock = threading.RLock()
        self.joules = {name: Series() for name in sources}
        self.busy = Series()
        self.own = Series()
        self.memory = Series()
        self._holders: dict[str, list[tuple[int, frozenset[int], frozenset[int] | None]]] = {}

    def clear(self) -> None:
        """Begin anew: nothing before the next reading is known."""
        self.joules = {name: Series() for name in self.joules}
        self.busy, self.own, self.memory = Series(), Series(), Series()
        self._holders.clear()

    def hold(self, name: str, at: int, pids: frozenset[int], holders: frozenset[int] | None) -> None:
        """Note our own PIDs, and those with a compute context on a GPU (``None``: the driver does not tell)."""
        noted = self._holders.setdefault(name, [])
        if not noted or noted[-1][1:] != (pids, holders):
            noted.append((at, pids, holders))

    def holders(self, name: str, at: int) -> tuple[frozenset[int], frozenset[int] | None]:
        """Return what :meth:`hold` noted last at *at*; a GPU that was never looked at has unknown holders."""
        noted = self._holders.get(name)
        if not noted:
            return frozenset(), None
        i = bisect_right([entry[0] for entry in noted], at)
        return noted[max(0, i - 1)][1:]

    def forget(self, before: int) -> None:
        """Drop what is not needed at or after *before*, ns."""
        for series in (*self.joules.values(), self.busy, self.own, self.memory):
            series.forget(before)
        for noted in self._holders.values():
            while len(noted) > 1 and noted[1][0] <= before:
                del noted[0]
