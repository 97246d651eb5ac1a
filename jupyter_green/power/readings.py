"""Puts sources' readings onto the timeline, whatever goes wrong with them: a source that fails is tried again later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from ..clock import Clock
from .schedule import GRID, SECOND
from .source import Revising, Source, SourceError
from .timeline import Timeline

PATIENCE: Final = 0.05
"""s that a cell's edge may wait for another thread's readings, and that a counter may take to be read at edges."""

_STALL: Final = SECOND // 2  # ns after which a driver does not answer in time
_RETRY_FIRST: Final = 9 * SECOND // 10  # in time for the next slice
_RETRY_LAST: Final = 60 * SECOND


class Readings:
    """Reads sources, one at a time on each thread.

    Parameters
    ----------
    sources
        All that may be read.
    clock, timeline
        Time, and where the readings go.

    Attributes
    ----------
    asked
        The device that the sampling thread waits for, and since when, ns.
    """

    def __init__(self, sources: Sequence[Source], clock: Clock, timeline: Timeline) -> None:
        # Decided once: whether an object has all of a protocol's methods takes longer to find out than reading it.
        self.revising = {source.name: source for source in sources if isinstance(source, Revising)}
        self.asked: tuple[str, int] | None = None
        self._clock = clock
        self._timeline = timeline
        self._failing: dict[str, tuple[str, int, int]] = {}  # source: reason, retry at, pause

    @property
    def failing(self) -> dict[str, str]:
        """Sources that cannot be read at present, with the reason."""
        failing = {name: reason for name, (reason, _, _) in dict(self._failing).items()}
        asked = self.asked
        if asked is not None and (waited := self._clock.boottime() - asked[1]) > _STALL:
            failing[asked[0]] = f"{asked[0]} has not answered for {waited / SECOND:.0f} s"
        return failing

    def read(self, source: Source, at: int | None = None) -> bool:
        """Read a source, unless it failed not long ago; return whether that took no longer than it may at an edge.

        Parameters
        ----------
        source
            What to read.
        at
            ns; the time of the reading. Where reading takes its time, it is the time when it is done.
        """
        failing = self._failing.get(source.name)
        if failing is not None and self._clock.boottime() < failing[1]:
            return True
        began = self._clock.boottime()
        reason = self._attempt(source, at, resumed=failing is not None)
        if reason is not None and failing is None:  # a counter that was reset is good again at once
            reason = self._attempt(source, at, resumed=True)
        if reason is None:
            if failing is not None:
                self._failing.pop(source.name, None)
            return self._clock.boottime() - began <= PATIENCE * SECOND
        pause = min(2 * failing[2], _RETRY_LAST) if failing else _RETRY_FIRST
        self._failing[source.name] = (reason, self._clock.boottime() + pause, pause)
        return self._clock.boottime() - began <= PATIENCE * SECOND

    def _attempt(self, source: Source, at: int | None, *, resumed: bool) -> str | None:
        """Read a source once; return why that failed."""
        began = self._clock.boottime()
        if at is None:
            self.asked = source.name, began
        try:
            value = source.read()
        except Exception as error:  # noqa: BLE001 - a vendor's library may raise anything; no cell may notice
            with self._timeline.lock:
                self._timeline.joules[source.name].interrupt()
            return str(error) if isinstance(error, SourceError) else f"{type(error).__name__}: {error}"
        finally:
            if at is None:
                self.asked = None
        done = self._clock.boottime()
        prompt = at is not None and done - began <= PATIENCE * SECOND
        self._put(source, value, began, at if at is not None and prompt else done, resumed=resumed)
        return None

    def _put(self, source: Source, value: float, began: int, done: int, *, resumed: bool) -> None:
        series = self._timeline.joules[source.name]
        revising = self.revising.get(source.name)
        with self._timeline.lock:
            if done - began > _STALL:
                series.delay(began, done)
            last = series.last
            start = done // GRID * GRID
            # What is lost ends with its slice: the next one's first moments are less than a refresh may hide.
            ended = resumed and done - start <= source.tick * SECOND and last is not None and last[0] < start
            if revising is None:
                if ended:
                    series.add(start, value)
                series.add(done, value)
                return
            points = revising.points()
            series.revise([points[-1]._replace(at=start), *points] if ended else points)
