"""What is to come for the cell that runs: finds its outermost loop, keeps watching it, and says what follows."""

from __future__ import annotations

import threading
import time
from dataclasses import replace

from .forecast import Forecast, forecast
from .library_loops import library_loops
from .observations import Observations
from .progress import Progress, ProgressSource, tqdm_bars

NO_LOOP = "no loop says how far it has come, as tqdm's bars do"
_EARLY = 0.05  # s by which two clocks may disagree about what began first


class Outlook:
    """The forecast of the cell that runs, renewed at each look. Looks may come from several threads.

    Attributes
    ----------
    sources
        Who may know of loops; others may be added.
    told
        What was said last; ``None`` before any cell was looked at.
    seconds_used
        What all looks took together, s.
    """

    def __init__(self) -> None:
        self.sources: list[ProgressSource] = [tqdm_bars, library_loops]
        self.told: Forecast | None = None
        self.seconds_used = 0.0
        self._lock = threading.Lock()
        self._begin(0.0)

    def _begin(self, cell: float) -> None:
        self._cell = cell
        self._older: dict[float, float] = {}  # what loops from before this cell had done when it was first looked at
        self._followed: Progress | None = None
        self._seen = Observations(0.0, 0.0)
        self._past: set[float | None] = set()

    def look(self, cell: float, now: float, joules: float, *, alone: bool = True) -> Forecast:
        """Look at a running cell.

        Parameters
        ----------
        cell
            Unix time at which it began, s, which tells it from others.
        now
            Unix time, s.
        joules
            What it has used until now; ``nan`` when unknown.
        alone
            Whether no other cell runs meanwhile, whose loops these might be.
        """
        begun = time.perf_counter()
        with self._lock:
            if cell != self._cell:
                self._begin(cell)
            self.told = self._look(now, joules) if alone else Forecast(why_not="several cells run at once")
            self.seconds_used += time.perf_counter() - begun
            return self.told

    def _look(self, now: float, joules: float) -> Forecast:
        try:
            loops = [loop for source in self.sources for loop in source() if self._is_ours(loop)]
        except Exception as error:  # noqa: BLE001 - others' objects, read while they change
            return Forecast(why_not=f"its progress could not be read: {type(error).__name__}: {error}")
        if not loops:
            return Forecast(
                why_not=NO_LOOP if self._followed is None else "its loop is over; what follows is not known"
            )
        return self._follow(min(loops, key=lambda loop: loop.began), now, joules)

    def _is_ours(self, loop: Progress) -> bool:
        """Whether a loop is this cell's: begun in it, or gone on with."""
        if loop.began >= self._cell - _EARLY:
            return True
        return loop.done != self._older.setdefault(loop.began, loop.done)

    def _follow(self, loop: Progress, now: float, joules: float) -> Forecast:
        before, self._followed = self._followed, loop
        another = before is None or before.began != loop.began
        if before is not None and before.began < loop.began:
            self._past.add(before.total)
        if another and loop.began >= self._cell - _EARLY:
            self._seen = Observations(loop.began, loop.initial)
        elif before is None or another or loop.done < before.done or loop.total != before.total is not None:
            self._seen = Observations(now, loop.done)
        self._seen.look(now, loop.done, loop.at, joules)
        if getattr(loop, "inner", False):
            return Forecast(why_not=f"{loop.name} is inside a loop that does not say how far it has come")
        if loop.total in self._past:
            return Forecast(why_not=f"{loop.name} is one of several in a row, and nothing says how many there will be")
        if loop.total is None and (why := getattr(loop, "why_no_total", None)):
            return Forecast(why_not=f"{loop.name}: {why}")
        told = forecast(self._seen.marks, loop.total, now, joules, getattr(loop, "plan", None))
        return told if told.why_not is None else replace(told, why_not=f"{loop.name}: {told.why_not}")
