"""A cell with real tqdm bars on a clock that only its own ``sleep`` moves, looked at once a second as by the feed."""

from __future__ import annotations

import io
import linecache
import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import tqdm as tqdm_package

from jupyter_green.work.forecast import Forecast
from jupyter_green.work.library_loops import LibraryLoop, running
from jupyter_green.work.outlook import Outlook

from .clock import FakeClock

_WATTS = 50.0


class Cells:
    """Runs cells one after the other."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.outlook = Outlook()
        self.names: dict[str, Any] = {
            "tqdm": tqdm_package.tqdm,
            "quiet": {"file": io.StringIO()},
            "sleep": self._sleep,
            "fit": self._fit,
        }
        self._began, self._told, self._count = 0.0, dict[int, Forecast](), 0

    def run(self, code: str) -> list[tuple[int, Forecast]]:
        """Run a cell; return what was told of it at each second of its age, and of its end in the last row."""
        self._count += 1
        name = f"<cell {self._count}>"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)  # as IPython keeps them
        self._began, self._told = self.clock.wall(), {}
        try:
            exec(compile(code, name, "exec"), self.names)
        finally:
            del linecache.cache[name]
        self.clock.advance(1.0)
        self._look()
        return list(self._told.items())

    def _sleep(self, seconds: float) -> None:
        while seconds > 0:
            age = self.clock.wall() - self._began
            step = min(seconds, math.floor(age + 1 + 1e-6) - age)
            self.clock.advance(step)
            seconds -= step
            if abs((age + step) % 1.0 - 0.5) > 0.5 - 1e-6:
                self._look()

    def _fit(self, units: int) -> None:
        """Do what a library does that shows no bar: a second a unit."""
        done = 0
        with mock.patch("jupyter_green.work.library_loops.time.time", self.clock.wall):
            loop = LibraryLoop("fit", lambda: (done, units))
        with running(loop):
            for _ in range(units):
                self._sleep(1.0)
                done += 1

    def _look(self) -> None:
        now = self.clock.wall()
        age = now - self._began
        self._told[round(age)] = self.outlook.look(self._began, now, age * _WATTS)


@contextmanager
def cells() -> Iterator[Cells]:
    """Have tqdm go by the clock of what is yielded, and leave no bars behind."""
    made = Cells()
    with mock.patch("tqdm.std.time", made.clock.wall), mock.patch.object(tqdm_package.tqdm, "monitor_interval", 0):
        yield made
    for left in made.names.values():
        if isinstance(left, tqdm_package.tqdm):
            left.close()
    tqdm_package.tqdm._instances.clear()
