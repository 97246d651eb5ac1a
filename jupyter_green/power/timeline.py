"""The timeline: what was read when, and what stood between two readings.

Everything on it is cumulative, so that a window's amount is a difference, and a late or lost reading loses nothing.
"""

from __future__ import annotations

import math
import threading
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from .gpu_use import Look
from .source import Point


class Series:
    """One cumulative quantity over time, in ns on the boot-time clock; linear between its points."""

    __slots__ = ("_doubts", "_floor", "_gaps", "_late", "_swing", "_times", "_values")

    def __init__(self) -> None:
        self._times: list[int] = []
        self._values: list[float] = []
        self._doubts: list[float] = []
        self._swing = 0.0
        self._gaps: list[tuple[int, float]] = []  # from, to
        self._late: list[tuple[int, int]] = []
        self._floor: tuple[int, float] = (-1, 0.0)

    @property
    def last(self) -> tuple[int, float] | None:
        """The newest point."""
        return (self._times[-1], self._values[-1]) if self._times else None

    def add(self, at: int, value: float, doubt: float = 0.0) -> None:
        """Add a point, and by how much it may be off; two threads may come out of order by a little."""
        if self._gaps and self._gaps[-1][1] == math.inf:
            self._gaps[-1] = (self._gaps[-1][0], at)
        if at > self._floor[0] >= 0:
            value = max(value, self._floor[1])
        if not self._times or at > self._times[-1]:
            self._times.append(at)
            self._values.append(value)
            self._doubts.append(doubt)
            return
        position = bisect_left(self._times, at)
        if self._times[position] != at:
            self._times.insert(position, at)
            self._values.insert(position, value)
            self._doubts.insert(position, doubt)

    def revise(self, points: Sequence[Point]) -> None:
        """Replace or add points that are better known now, as far as nothing was made of what they said before."""
        pinned, floor = self._floor
        for at, value, doubt, swing in points:
            self._swing = swing
            position = bisect_left(self._times, at)
            if at <= pinned:
                continue
            if position < len(self._times) and self._times[position] == at:
                self._values[position] = max(value, floor)
                self._doubts[position] = doubt
            else:
                self.add(at, value, doubt)

    def pin(self, at: int) -> None:
        """Fix the value at *at*: it was used, and what is learned later moves only later points."""
        if self._times and self._times[0] <= at <= self._times[-1]:
            value = self.at(at)
            self.add(at, value, self.doubt(at))
            self._floor = at, value

    def delay(self, start: int, end: int) -> None:
        """Note that a reading took from *start* to *end*, so that it is not certain when it was taken."""
        self._late.append((start, end))

    def prompt(self, start: int, end: int) -> bool:
        """Whether no reading between *start* and *end* was delayed."""
        return not any(left < end and right > start for left, right in self._late)

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

    def used(self, start: int, end: int) -> float:
        """Return what was added between two times, as :meth:`extended` says."""
        return self.extended(end) - self.extended(start)

    def rate(self, time: int) -> float:
        """Return what was added in the second before *time*."""
        return max(0.0, self.used(time - 1_000_000_000, time))

    def doubt(self, time: int) -> float:
        """Return by how much the value at *time* may be off.

        Away from the nearest point that grows with the rate between the points around it; after the newest one, with
        what the rate may change unseen.
        """
        times, doubts = self._times, self._doubts
        i = bisect_left(times, time)
        if i == len(times):
            return doubts[-1] + self._swing * (time - times[-1]) * 1e-9 if times else 0.0
        if i == 0 or times[i] == time:
            return doubts[i]
        rate = (self._values[i] - self._values[i - 1]) / (times[i] - times[i - 1])
        return min(doubts[i - 1] + rate * (time - times[i - 1]), doubts[i] + rate * (times[i] - time))

    def forget(self, before: int) -> None:
        """Drop what is not needed to interpolate at or after *before*, ns."""
        keep = max(0, bisect_right(self._times, before) - 2)
        del self._times[:keep], self._values[:keep], self._doubts[:keep]
        self._gaps = [gap for gap in self._gaps if gap[1] > before]
        self._late = [gap for gap in self._late if gap[1] > before]


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
        self._looks: dict[str, list[tuple[int, Look]]] = {}

    def clear(self) -> None:
        """Begin anew: nothing before the next reading is known."""
        self.joules = {name: Series() for name in self.joules}
        self.busy, self.own, self.memory = Series(), Series(), Series()
        self._looks.clear()

    def pin(self, at: int) -> None:
        """Fix all joules at *at*, ns: a slice that ends there was charged."""
        for series in self.joules.values():
            series.pin(at)

    def look(self, name: str, at: int, look: Look) -> None:
        """Note what a look at a GPU showed."""
        self._looks.setdefault(name, []).append((at, look))

    def looked(self, name: str, at: int) -> Look:
        """Return the first look at a GPU at or after *at*, else the last; every kernel looks after a slice's end."""
        looks = self._looks.get(name)
        if not looks:
            return Look()
        i = bisect_left(looks, at, key=lambda entry: entry[0])
        return looks[min(i, len(looks) - 1)][1]

    def quiet(self, name: str, start: int, end: int) -> bool:
        """Whether a GPU was seen at both ends of a stretch of time, and always did next to nothing."""
        looks = [entry for entry in self._looks.get(name, ()) if entry[1].quiet is not None]
        first = bisect_left(looks, start, key=lambda entry: entry[0])
        last = bisect_left(looks, end, key=lambda entry: entry[0])
        return first < last < len(looks) and all(entry[1].quiet for entry in looks[first : last + 1])

    def forget(self, before: int) -> None:
        """Drop what is not needed at or after *before*, ns."""
        for series in (*self.joules.values(), self.busy, self.own, self.memory):
            series.forget(before)
        for looks in self._looks.values():
            while len(looks) > 1 and looks[1][0] <= before:
                del looks[0]
