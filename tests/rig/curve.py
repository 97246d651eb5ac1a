"""Power over time, and its exact integral. ``nvml_stub.c`` computes the same."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

Point = tuple[int, float]
"""Nanoseconds since boot, and watts."""


class Curve:
    """Watts at given times; constant before the first point and after the last.

    Between two points the power is that of the earlier one, or with ``linear`` on the straight line between them.
    """

    def __init__(self, points: Sequence[Point], *, linear: bool = False) -> None:
        if not points or any(a[0] > b[0] for a, b in pairwise(points)):
            raise ValueError("a curve needs points in the order of time")
        self.points = list(points)
        self.linear = linear

    def append(self, at_ns: int, watts: float) -> None:
        """Change the power from *at_ns* on; the past stays as it was."""
        if self.linear or at_ns < self.points[-1][0]:
            raise ValueError("only the future of a step curve can change")
        self.points.append((at_ns, watts))

    def watts(self, at_ns: int) -> float:
        index = bisect_right(self.points, at_ns, key=lambda point: point[0]) - 1
        if index < 0:
            return self.points[0][1]
        start, power = self.points[index]
        if not self.linear or index + 1 == len(self.points):
            return power
        end, following = self.points[index + 1]
        return power + (following - power) * (at_ns - start) / (end - start)

    def joules(self, at_ns: int) -> float:
        """Energy since the first point; negative before it."""
        first, power = self.points[0]
        if at_ns <= first:
            return power * (at_ns - first) * 1e-9
        total = 0.0
        for (start, power), (end, following) in pairwise(self.points):
            if at_ns <= start:
                break
            until = min(end, at_ns)
            closing = (
                power + (following - power) * (until - start) / (end - start) if self.linear and end > start else power
            )
            total += (power + closing) / 2 * (until - start) * 1e-9
        last, power = self.points[-1]
        return total + power * max(0, at_ns - last) * 1e-9

    def joules_between(self, start_ns: int, end_ns: int) -> float:
        return self.joules(end_ns) - self.joules(start_ns)
