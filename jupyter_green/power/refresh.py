"""One refresh of a counter whose sensor moves only with it: its energy is known, and is laid out in time.

Such a sensor knows nothing of a cell that begins and ends within one refresh. When that refresh is seen, its energy is
known, and so is the power before and after; what is left over was used in the cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from .source import Point

LAG: Final = 0.03
"""s by which a GPU's power, as its sensor tells it, follows what a cell does: ramps take 10 to 100 ms and the sensor
tells a mean over 25 ms (arXiv 2312.02741)."""


def lay_out(
    first: Point,
    last: Point,
    times: Sequence[int],
    edges: Sequence[tuple[int, bool]],
    before: float,
    after: float,
    *,
    steady: bool,
) -> list[Point]:
    """Return what is known better now: points at *times* and at the edges, all between *first* and *last*.

    Parameters
    ----------
    first, last
        Points of known energy.
    times
        ns, of the reads between them.
    edges
        Where windows opened (true) or closed between them.
    before, after
        W, as the sensor saw it at the first point and at the last.
    steady
        Whether a window was open long enough before the first point that its power is *before*.
    """
    if not edges:
        first = _from_behind(first, last, before, after)
        knots = [first, last]
    else:
        knots = _knots(first, last, edges, before, after, steady=steady)
    wanted = sorted({*times, *(knot.at for knot in knots[:-1])} - {last.at})
    return [_along(knots, time) for time in wanted if time >= first.at]


def _from_behind(first: Point, last: Point, before: float, after: float) -> Point:
    """Return the first point as the last one tells it, if that is surer."""
    seconds = (last.at - first.at) * 1e-9
    ramp = min(seconds, LAG)
    joules = last.joules - after * seconds + (after - before) * ramp / 2
    doubt = last.doubt + abs(after - before) * ramp / 2
    low, high = max(joules - doubt, first.joules - first.doubt), min(joules + doubt, first.joules + first.doubt)
    if low > high or high - low >= 2 * first.doubt:
        return first
    joules = min(max(first.joules, low), high)
    return first._replace(joules=joules, doubt=max(high - joules, joules - low))


def _knots(
    first: Point,
    last: Point,
    edges: Sequence[tuple[int, bool]],
    before: float,
    after: float,
    *,
    steady: bool,
) -> list[Point]:
    """Return the points where the power changed."""
    (left, opens), (right, _) = edges[0], edges[-1]
    whole = last.joules - first.joules
    leading = before * (left - first.at) * 1e-9
    trailing = after * (last.at - right) * 1e-9
    if len(edges) == 1:
        # The better known side counts, and the other one takes the rest.
        if opens or steady:
            trailing = max(0.0, whole - leading)
        else:
            leading = max(0.0, whole - trailing)
    shrink = min(1.0, whole / (leading + trailing)) if leading + trailing > 0 else 0.0
    if right > left:
        within = (whole - (leading + trailing) * shrink) / ((right - left) * 1e-9)
    else:
        within = trailing / ((last.at - right) * 1e-9) if opens else leading / ((left - first.at) * 1e-9)
    change = max(abs(within - before), abs(within - after), abs(after - before))
    begins = first.doubt + change * min(LAG, (left - first.at) * 1e-9, (last.at - left) * 1e-9)
    ends = last.doubt + change * min(LAG, (right - first.at) * 1e-9, (last.at - right) * 1e-9)
    middle = [Point(left, first.joules + leading * shrink, begins)]
    if right > left:
        middle.append(Point(right, last.joules - trailing * shrink, ends))
    return [first, *middle, last]


def _along(knots: Sequence[Point], time: int) -> Point:
    """Return the point at *time* on the straight lines between the knots."""
    for start, end in pairwise(knots):
        if start.at <= time <= end.at:
            part = (time - start.at) / (end.at - start.at) if end.at > start.at else 0.0
            return Point(
                time,
                start.joules + (end.joules - start.joules) * part,
                start.doubt + (end.doubt - start.doubt) * part,
            )
    return knots[-1]
