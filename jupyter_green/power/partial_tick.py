"""What a slowly refreshing counter has not published yet, filled in from instant power.

A GPU's energy counter moves every 20 to 100 ms, so that the difference of two reads may be off by a whole refresh:
all of a cell of 100 ms. Between two reads the estimate therefore follows the power: along the straight line where the
sensor is live, else – where it moves only with the counter – as the earlier read saw it. The counter then says
between which bounds the estimate must lie, so that an error never adds up. A burst of reads within one refresh narrows
the bounds to the distance of two reads, for good while the power is steady.

When such a burst shows a refresh, the energy at that time is known, and the reads before it are *revised*: backwards
along the power where the sensor is live; else what the refresh holds is laid out in time (:mod:`.refresh`).

Beside each estimate goes an interval in which the truth lies, as far as the power did what the sensor saw; its half
width is the *doubt*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from .refresh import LAG, lay_out
from .source import Point

SHARP: Final = 0.03
"""s between two reads, at most, for the refresh between them to count as seen."""

VARIES: Final = 0.04
"""By what part power may change while nobody looks, beyond what the reads on both sides show. Assumed; whether the
stated range covers the truth with it stands in the benchmark."""

_KEPT: Final = 64  # points and edges; a refresh that takes longer is not followed in such detail
_RECENT: Final = 3  # steps of power that tell how much it varies now


@dataclass(slots=True)
class _Read:
    """One read: the estimate, J, the interval in which the truth lies, and what the sensor said, W."""

    at: int
    joules: float
    low: float
    high: float
    watts: float

    def point(self, swing: float = 0.0) -> Point:
        return Point(self.at, self.joules, max(self.high - self.joules, self.joules - self.low), swing)


class PartialTick:
    """Follows one counter.

    Parameters
    ----------
    tick
        The longest time between two refreshes, s.
    limit
        The device's power limit, W, if it is known: what a cell may draw that the sensor has not seen yet. Else the
        highest power seen counts.
    """

    def __init__(self, tick: float, limit: float = 0.0) -> None:
        self._tick = tick
        self._limit = limit
        self._live = False
        self._reads: list[_Read] = []
        self._refresh = 0  # index of the read that saw the last refresh
        self._sharp = False  # whether it saw it within two reads
        self._seen = self._before = self._opened = 0
        self._count = self._low = self._high = self._least = self._peak = 0.0
        self._steps: list[float] = []
        self._edges: list[tuple[int, bool]] = []
        self._revised: list[Point] = []

    @property
    def last(self) -> Point:
        """The last read."""
        last = self._reads[-1]
        if self._untold(last.at):
            return last.point(max(self._peak - last.watts, last.watts - self._least))
        step = sum(self._steps) / max(1, len(self._steps))
        if self._live:  # a step comes at any time until the next read: half of it, in the mean
            return last.point(max(VARIES * last.watts, step / 2))
        return last.point(max(2.5 * VARIES * last.watts, step))

    def edge(self, at: int, *, opens: bool) -> None:
        """Note that a window opened or closed at *at*, ns since boot."""
        if opens:
            self._opened = at
        self._edges.append((at, opens))  # by another thread than the reader's: one step at a time
        del self._edges[:-_KEPT]

    def revised(self) -> list[Point]:
        """Return, once, earlier points whose joules are better known now, and what stood at the edges among them."""
        revised, self._revised = self._revised, []
        return revised

    def advance(self, at: int, count: float, watts: float) -> float:
        """Return what the counter would say if it were live, J; after a revision it may be less than before.

        Parameters
        ----------
        at
            ns since boot.
        count
            What the counter says, J.
        watts
            Instant power. Never an average, which would smear a short cell over its neighbours. 0 if there is none:
            the result then moves as the counter does.

        Notes
        -----
        The refresh that showed *count* lies after the last read of another count and before the first read of this
        one. With the lowest and highest power seen since, that bounds the energy that is not published yet.
        """
        if not self._reads:
            self._seen, self._before = at, at - round(self._tick * 1e9)
            self._count = count
            self._low = self._high = self._least = watts
            self._peak = max(watts, self._limit)
            self._reads.append(_Read(at, count + watts * self._tick / 2, count, count + watts * self._tick, watts))
            return self._reads[-1].joules
        last = self._reads[-1]
        refreshed = count != self._count
        if not refreshed and watts != last.watts and last.at > self._seen:
            self._live = True
        sharp = refreshed and (at - last.at) * 1e-9 <= SHARP
        blind = self._untold(last.at)
        self._least, self._peak = min(self._least, watts), max(self._peak, watts)
        self._steps = [*self._steps, abs(watts - last.watts)][-_RECENT:]
        if refreshed:
            self._seen, self._before, self._count = at, last.at, count
            self._low = self._high = last.watts
        if sharp and not self._live and self._reveals(at, last.watts + watts):
            read = self._laid_out(last, at, count, watts)
        else:
            read = self._followed(last, at, count, watts, blind=blind > 0)
        self._reads.append(read)
        if sharp and self._live:
            self._trace_back()
        if refreshed:
            self._refresh, self._sharp = len(self._reads) - 1, sharp
        excess = len(self._reads) - _KEPT
        if excess > 0:
            del self._reads[:excess]
            self._refresh = max(0, self._refresh - excess)
        return read.joules

    def _untold(self, at: int) -> float:
        """Return for how many s before *at* a sensor that moves with the counter may not have seen the power."""
        edge = None if self._live else self._last_edge(at)
        if edge is None or (self._before - edge) * 1e-9 >= 2 * LAG:
            return 0.0
        return (at - edge) * 1e-9

    def _last_edge(self, at: int) -> int | None:
        """Return the last edge not after *at*; another thread may add one meanwhile."""
        return next((edge for edge, _ in reversed(self._edges) if edge <= at), None)

    def _followed(self, last: _Read, at: int, count: float, watts: float, *, blind: bool) -> _Read:
        since = (at - last.at) * 1e-9
        self._low, self._high = min(self._low, watts), max(self._high, watts)
        # What a window's edge changes, it changes afterwards.
        steady = max(self._last_edge(at) or 0, last.at) if self._live else at
        used = (last.watts * (steady - last.at) + (last.watts + watts) / 2 * (at - steady)) * 1e-9
        least = count + self._low * min(self._tick, (at - self._seen) * 1e-9)
        most = count + self._high * min(self._tick, (at - self._before) * 1e-9)
        joules = max(last.joules, min(max(last.joules + used, least), most))
        untold = self._untold(at)
        change = abs(watts - last.watts) / 4 * since + (VARIES * used if since > SHARP else 0.0)
        unknown = since if blind else min(since, untold)
        fewer = change + (watts - self._least) * unknown
        more = change + (self._peak - watts) * unknown
        least -= (self._low - self._least) * min(untold, self._tick)
        most += (self._peak - self._high) * min(untold, self._tick)
        low, high = max(last.low + used - fewer, least), min(last.high + used + more, most)
        if low > high:  # counter and sensor do not agree
            low, high = least, most
        return _Read(at, joules, min(low, joules), max(high, joules), watts)

    def _trace_back(self) -> None:
        """Carry what the last read knows to the reads before it, along the power between them."""
        later = self._reads[-1]
        revised: list[Point] = []
        for read in reversed(self._reads[:-1]):
            since = (later.at - read.at) * 1e-9
            used = (read.watts + later.watts) / 2 * since
            change = abs(later.watts - read.watts) / 4 * since
            change += VARIES * used if since > SHARP else 0.0
            low, high = max(read.low, later.low - used - change), min(read.high, later.high - used + change)
            if low > high or (low == read.low and high == read.high):
                break
            read.low, read.high = low, high
            joules = min(max(read.joules, low), high)
            read.joules = joules
            revised.append(read.point())
            later = read
        self._revised = revised[::-1]

    def _reveals(self, at: int, watts: float) -> bool:
        """Whether the refresh since the last read tells what the reads before it could not."""
        return watts > 0 and (at - self._reads[self._refresh].at) * 1e-9 <= self._tick + SHARP

    def _laid_out(self, last: _Read, at: int, count: float, watts: float) -> _Read:
        """Lay the refresh's energy out in time: known power outside of the window, the rest inside."""
        first = self._reads[self._refresh]
        since = (at - last.at) * 1e-9
        followed = last.joules + last.watts * since
        most = count + watts * since
        if abs(followed - (count + most) / 2) <= most - count:
            followed = max(count, min(followed, most))  # steady power: it knows the refresh better than this read
        else:
            followed = (count + most) / 2
        self._low = self._high = watts
        edges = [edge for edge in list(self._edges) if first.at < edge[0] < at]
        base = first.joules
        read = _Read(at, max(base, followed), count, max(most, followed, base), watts)
        steady = (first.at - self._opened) * 1e-9 >= self._tick
        self._revised = lay_out(
            first.point(),
            read.point(),
            [r.at for r in self._reads[self._refresh + 1 :]],
            edges,
            first.watts,
            watts,
            steady=steady,
        )
        return read
