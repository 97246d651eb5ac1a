"""A loop under the fake clock, as the live feed sees it: a look once a second at a bar that lags a little."""

from __future__ import annotations

import bisect
import itertools
import math
from collections.abc import Sequence

from jupyter_green.work.forecast import Forecast, forecast
from jupyter_green.work.observations import Observations

from .clock import NANOSECONDS, FakeClock
from .workloads import Unit

_BEFORE = Unit(2.0, 50.0)
_LAG = 0.1  # s within which tqdm does not draw a bar again


class Loop:
    """One run of a workload.

    Parameters
    ----------
    units
        What it does; a search among them says what it has planned.
    before
        s and W of what the cell does before the loop.
    """

    def __init__(self, units: Sequence[Unit], before: Unit = _BEFORE) -> None:
        self.units, self._before, self._clock = units, before, FakeClock()
        self.plan = getattr(units, "plan", None)
        self._began = before.seconds
        self._ends = list(itertools.accumulate((unit.seconds for unit in units), initial=self._began))
        self._joules = list(
            itertools.accumulate((unit.seconds * unit.watts for unit in units), initial=before.seconds * before.watts)
        )

    @property
    def joules(self) -> float:
        """What it needs in all."""
        return self._joules[-1]

    def spent(self, at: float) -> float:
        """J until *at*, s."""
        done = bisect.bisect_right(self._ends, at) - 1
        if done < 0:
            return at * self._before.watts
        if done == len(self.units):
            return self._joules[-1]
        return self._joules[done] + (at - self._ends[done]) * self.units[done].watts

    def forecasts(self, parts: Sequence[float]) -> list[Forecast]:
        """Return what is forecast when so much of the work is done, of 1: at the first look from there on."""
        began = self._clock.boottime()
        seen = Observations(self._began, 0.0)
        told: list[Forecast] = []
        total = len(self.units)
        while len(told) < len(parts):
            self._clock.advance(1.0 - (self._clock.boottime() - began) % NANOSECONDS / NANOSECONDS)
            now = (self._clock.boottime() - began) / NANOSECONDS
            done = max(0, bisect.bisect_right(self._ends, now) - 1)
            shown = max(0, bisect.bisect_right(self._ends, math.floor(now / _LAG) * _LAG) - 1) if done < total else done
            seen.look(now, shown, self._ends[shown], self.spent(now))
            while len(told) < len(parts) and done >= parts[len(told)] * total:
                told.append(forecast(seen.marks, total, now, self.spent(now), self.plan))
        return told


def carbontracker(units: Sequence[Unit]) -> float:
    """Return what Carbontracker's rule foretells after the first unit: all are like it."""
    return len(units) * units[0].seconds * units[0].watts
