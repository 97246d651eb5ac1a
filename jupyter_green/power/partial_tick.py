"""What a slowly refreshing counter has not published yet, filled in from instant power.

A GPU's energy counter moves every 20 to 100 ms, so that the difference of two reads may be off by a whole refresh:
all of a cell of 100 ms. Between two reads the estimate therefore follows the power: along the straight line where the
sensor is live, else – where it moves only with the counter – as the earlier read saw it. The counter then says
between which bounds the estimate must lie, so that an error never adds up. A burst of reads within one refresh narrows
the bounds to the distance of two reads, for good while the power is steady.

A sensor that moves only with the counter knows nothing of a cell that begins and ends within one refresh. When that
refresh is seen, its energy is known, and so is the power before and after; what is left over was used in the cell.
The points in between are then *revised*.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

_SHARP: Final = 0.03
"""s between two reads, at most, for the refresh between them to count as seen."""

_KEPT: Final = 64  # points and edges; a refresh that takes longer is not followed in such detail


class PartialTick:
    """Follows one counter.

    Parameters
    ----------
    tick
        The longest time between two refreshes, s.
    """

    __slots__ = (
        "_at",
        "_before",
        "_count",
        "_edges",
        "_held",
        "_high",
        "_joules",
        "_live",
        "_low",
        "_opened",
        "_points",
        "_revised",
        "_seen",
        "_started",
        "_tick",
        "_watts",
    )

    def __init__(self, tick: float) -> None:
        self._tick = tick
        self._started = self._live = False
        self._at = self._seen = self._before = self._opened = 0
        self._count = self._joules = self._watts = self._held = self._low = self._high = 0.0
        self._points: list[tuple[int, float]] = []  # since the last refresh that was seen, which is the first of them
        self._edges: list[tuple[int, bool]] = []
        self._revised: list[tuple[int, float]] = []

    def edge(self, at: int, *, opens: bool) -> None:
        """Note that a window opened or closed at *at*, ns since boot."""
        if opens:
            self._opened = at
        self._edges.append((at, opens))  # by another thread than the reader's: one step at a time
        del self._edges[:-_KEPT]

    def revised(self) -> list[tuple[int, float]]:
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
        if not self._started:
            self._started = True
            self._at = self._seen = at
            self._before = at - round(self._tick * 1e9)
            self._count, self._watts, self._low, self._high = count, watts, watts, watts
            self._joules = count + watts * self._tick / 2
            return self._joules
        refreshed = count != self._count
        if not refreshed and watts != self._watts and self._at > self._seen:
            self._live = True
        if refreshed and self._reveals(at, watts):
            self._revise(at, count, watts)
        else:
            self._follow(at, count, watts, refreshed=refreshed)
        if refreshed:
            self._points.clear()
            self._held = watts
        if len(self._points) < _KEPT:
            self._points.append((at, self._joules))
        self._at, self._watts = at, watts
        return self._joules

    def _follow(self, at: int, count: float, watts: float, *, refreshed: bool) -> None:
        if refreshed:
            self._seen, self._before, self._count = at, self._at, count
            self._low = self._high = self._watts
        self._low, self._high = min(self._low, watts), max(self._high, watts)
        least = count + self._low * min(self._tick, (at - self._seen) * 1e-9)
        most = count + self._high * min(self._tick, (at - self._before) * 1e-9)
        # What a window's edge changes, it changes afterwards.
        steady = max((edge for edge, _ in list(self._edges) if self._at < edge <= at), default=self._at)
        steady = steady if self._live else at
        followed = self._joules + (self._watts * (steady - self._at) + (self._watts + watts) / 2 * (at - steady)) * 1e-9
        self._joules = max(self._joules, min(max(followed, least), most))

    def _reveals(self, at: int, watts: float) -> bool:
        """Whether the refresh since the last read tells what the reads before it could not."""
        return (
            not self._live
            and self._watts + watts > 0
            and bool(self._points)
            and (at - self._at) * 1e-9 <= _SHARP
            and (at - self._points[0][0]) * 1e-9 <= self._tick + _SHARP
        )

    def _revise(self, at: int, count: float, watts: float) -> None:
        """Lay the refresh's energy out in time: known power outside of the window, the rest inside."""
        start, base = self._points[0]
        since = (at - self._at) * 1e-9
        followed = self._joules + self._watts * since
        most = count + watts * since
        if abs(followed - (count + most) / 2) <= most - count:
            followed = max(count, min(followed, most))  # steady power: it knows the refresh better than this read
        else:
            followed = (count + most) / 2
        self._seen, self._before, self._count = at, self._at, count
        self._low = self._high = watts
        self._joules = max(base, followed)
        knots = _knots(
            (start, base),
            (at, self._joules),
            [edge for edge in list(self._edges) if start < edge[0] < at],
            self._held,
            watts,
            steady=(start - self._opened) * 1e-9 >= self._tick,
        )
        times = sorted({*(time for time, _ in self._points[1:]), *(time for time, _ in knots[1:-1])})
        self._revised = [(time, _along(knots, time)) for time in times]


def _knots(
    first: tuple[int, float],
    last: tuple[int, float],
    edges: list[tuple[int, bool]],
    before: float,
    after: float,
    *,
    steady: bool,
) -> list[tuple[int, float]]:
    """Return where the power changed between two points, with the joules there.

    Parameters
    ----------
    first, last
        Points of known energy: ns and J.
    edges
        Where windows opened (true) or closed between them.
    before, after
        W, as the sensor saw it at the first point and at the last.
    steady
        Whether a window was open long enough before the first point that its power is *before*.
    """
    if not edges:
        return [first, last]
    (left, opens), (right, _) = edges[0], edges[-1]
    whole = last[1] - first[1]
    leading = before * (left - first[0]) * 1e-9
    trailing = after * (last[0] - right) * 1e-9
    if len(edges) == 1:
        # The better known side counts, and the other one takes the rest.
        if opens or steady:
            trailing = max(0.0, whole - leading)
        else:
            leading = max(0.0, whole - trailing)
    shrink = min(1.0, whole / (leading + trailing)) if leading + trailing > 0 else 0.0
    middle = [(left, first[1] + leading * shrink)]
    if right > left:
        middle.append((right, last[1] - trailing * shrink))
    return [first, *middle, last]


def _along(knots: list[tuple[int, float]], time: int) -> float:
    """Return the joules at *time* on the straight lines between the knots."""
    for (start, low), (end, high) in pairwise(knots):
        if start <= time <= end:
            return low + (high - low) * (time - start) / (end - start)
    return knots[-1][1]
