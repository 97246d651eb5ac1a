"""Power of the last minutes, as the panel's chart draws it.

Made from the session's cumulative energy: a step's power is its energy over its length, however rare or late the
samples were.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from itertools import pairwise

from ..record import Json, number

STEP = 3.0  # s
STEPS = 100
_MACHINE = "machine"


class PowerHistory:
    """The last 100 steps of 3 s."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._joules: list[dict[str, float]] = []

    def clear(self) -> None:
        """Forget everything: another session begins."""
        self._times.clear()
        self._joules.clear()

    def add(self, at: float, joules: Mapping[str, float], machine: float) -> None:
        """Note the session's joules by component, and the machine's, at a time, s since boot."""
        if self._times and at <= self._times[-1]:
            return
        self._times.append(at)
        self._joules.append({**joules, _MACHINE: machine})
        keep = bisect_left(self._times, at - (STEPS + 1) * STEP) - 1
        if keep > 0:
            del self._times[:keep], self._joules[:keep]

    def to_json(self, wall_at_boot: float) -> Json | None:
        """Return the power by step, or ``None`` before the first is complete.

        Parameters
        ----------
        wall_at_boot
            Unix time minus time since boot, s.
        """
        if len(self._times) < 2:
            return None
        end, first = self._times[-1], self._times[0]
        count = min(STEPS, int((end - first) / STEP))
        if not count:
            return None
        edges = [end - STEP * step for step in range(count, -1, -1)]
        names = sorted(set().union(*self._joules) - {_MACHINE})
        return {
            "end": end + wall_at_boot,
            "step_s": STEP,
            "watts": {name: self._watts(name, edges) for name in names},
            "machine_w": self._watts(_MACHINE, edges),
        }

    def _watts(self, name: str, edges: list[float]) -> list[float | None]:
        values = [self._at(name, edge) for edge in edges]
        # Three digits are more than a chart shows, and less than half of a snapshot's 8 KB.
        return [number(float(f"{max(0.0, after - before) / STEP:.3g}")) for before, after in pairwise(values)]

    def _at(self, name: str, time: float) -> float:
        """Return the joules at a time, interpolated."""
        i = min(max(1, bisect_left(self._times, time)), len(self._times) - 1)
        start, end = self._times[i - 1], self._times[i]
        before, after = self._joules[i - 1].get(name, 0.0), self._joules[i].get(name, 0.0)
        return before + (after - before) * (time - start) / (end - start)
