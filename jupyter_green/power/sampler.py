"""Puts readings of all sources onto the timeline.

One daemon thread samples at whole seconds of the boot-time clock while a window is open, rarely otherwise, and never
when stopped. At the edge of a window the thread that runs the cell reads by itself what costs microseconds and cannot
block; waking another thread for it would cost ten times as much. Drivers that may stall are read by the sampling
thread alone, densely at first where what they count may be ours.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Protocol

from ..clock import Clock
from .gpu_looks import GpuLooks
from .gpu_state import GpuState
from .load import Load
from .readings import PATIENCE, Readings
from .schedule import GRID, SECOND, Schedule
from .source import Gpu, Source
from .timeline import Timeline

_SLOW_TICK: Final = 0.01  # s between two refreshes of a counter, above which a short cell needs dense samples
_MEMORY_INTERVAL: Final = SECOND // 2
_REPORT_INTERVAL: Final = SECOND // 10


class Tree(Protocol):
    """A process tree whose CPU seconds and memory can be read."""

    @property
    def pids(self) -> frozenset[int]:
        """PIDs of the tree as last seen."""
        ...

    def cpu_seconds(self) -> float:
        """CPU seconds of the tree so far."""
        ...

    @property
    def lost(self) -> int:
        """How often a process of the tree ended with CPU time that nobody counted."""
        ...

    def memory_bytes(self) -> int:
        """Bytes that only this tree uses."""
        ...

    def survey(self) -> None:
        """Look for processes of ours that the cell's edges are too short for."""
        ...


class Sampler:
    """Reads all sources, on its own thread or, in tests, when told to.

    Parameters
    ----------
    sources
        What to read.
    tree, load, clock
        Our processes, the machine, and time.
    timeline
        Where the readings go.
    on_sample
        Called on the sampling thread with the time of a sample, ns: after each one of all sources, and after a dense
        one by which more slices may be final, or a while after the last call. Must not raise.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        tree: Tree,
        load: Load,
        clock: Clock,
        timeline: Timeline,
        on_sample: Callable[[int], None],
    ) -> None:
        self._edge_sources = tuple(source for source in sources if source.at_edges)
        self._other_sources = tuple(source for source in sources if not source.at_edges)
        self._slow = tuple(source for source in self._other_sources if source.tick > _SLOW_TICK)
        self._dense = self._slow
        gpus = tuple(source for source in sources if isinstance(source, Gpu))
        self._gpu_names = frozenset(gpu.name for gpu in gpus)
        self._readings = Readings(sources, clock, timeline)
        self._looks = GpuLooks(gpus, tree, clock, timeline, self._readings)
        self._schedule = Schedule(watches=bool(self._slow))
        self._tree = tree
        self._load = load
        self._clock = clock
        self._timeline = timeline
        self._on_sample = on_sample
        self._full_at = 0
        self._reported = self._reported_at = 0
        self._memory_due = 0
        self._own_lock = threading.Lock()
        self._edge_lock = threading.Lock()
        self._edge_at = 0
        self._condition = threading.Condition(threading.Lock())
        self._thread: threading.Thread | None = None
        self._waits_until = 0
        self.seconds_used = 0.0

    @property
    def failing(self) -> dict[str, str]:
        """Sources that cannot be read at present, with the reason."""
        return self._readings.failing

    @property
    def gpus(self) -> Mapping[str, GpuState]:
        """What each GPU has been doing, by its source's name: a value that does not change, taken without a call."""
        return self._looks.states.seen

    @property
    def due(self) -> int:
        """When the next sample is due, ns."""
        return self._schedule.due()

    def lag(self, at: int) -> int:
        """Return the ns by which a slice must have ended at *at* for its figures to be final."""
        return self._schedule.lag(at)

    def sample(self) -> None:
        """Read what is due now: everything once a grid point has passed, else what is worth a dense sample."""
        now = self._clock.boottime()
        if now // GRID > self._full_at // GRID:
            self.take()
            return
        with self._condition:
            self._schedule.sampled(now)
        read = self._dense
        for source in read:
            self._readings.read(source)
        if self._looks.due(now):
            self._look(now)
            for source in self._slow:
                if source not in read:
                    self._readings.read(source)
        if self._final(now) > self._reported or now - self._reported_at >= _REPORT_INTERVAL:
            self._report(now)

    def take(self) -> None:
        """Read everything now."""
        began = self._clock.boottime()
        with self._condition:
            self._schedule.sampled(began)
        self._full_at = began
        for source in self._other_sources:
            self._readings.read(source)
        now = self.edge()
        if self._edge_at < began:
            return  # a counter stalls on a cell's thread: no slice is complete without it
        if self._looks.due(now):
            self._look(now)
        if now >= self._memory_due:
            self._tree.survey()
            memory = float(self._tree.memory_bytes())
            with self._timeline.lock:
                self._timeline.memory.add(now, memory)
            self._memory_due = now + _MEMORY_INTERVAL
        self._report(began)

    def _look(self, now: int) -> None:
        """See who uses the GPUs: what those count that are not ours is worth no dense samples."""
        self._looks.take(now, running=self._schedule.running)
        others = self._gpu_names - self._looks.ours
        self._dense = tuple(source for source in self._slow if source.name not in others)
        self._schedule.dense = bool(self._dense)

    def _final(self, at: int) -> int:
        """Return the number of the slice whose figures are not final yet by a sample at *at*."""
        return (at - self._schedule.lag(at)) // GRID

    def _report(self, at: int) -> None:
        self._reported, self._reported_at = self._final(at), at
        self._on_sample(at)

    def edge(self, unless_within: int = 0) -> int:
        """Read our own CPU seconds, and what else is read at edges, on the calling thread; return the time of it, ns.

        Parameters
        ----------
        unless_within
            ns; our own CPU seconds suffice if the last edge is no older.
        """
        with self._own_lock:
            own = self._tree.cpu_seconds()
            now = self._clock.boottime()
            with self._timeline.lock:
                self._timeline.own.add(now, own)
        if now - self._edge_at < unless_within or not self._edge_lock.acquire(timeout=PATIENCE):
            return now  # where a counter stalls on another thread, no cell waits for it
        try:
            self._edge_at = now
            busy = self._load.busy_seconds()
            with self._timeline.lock:
                self._timeline.busy.add(now, busy)
            for source in self._edge_sources:
                if not self._readings.read(source, now):
                    # It stalled: the sampling thread reads it from now on, and no cell waits for it again.
                    self._edge_sources = tuple(other for other in self._edge_sources if other is not source)
                    self._other_sources = (*self._other_sources, source)
        finally:
            self._edge_lock.release()
        return now

    def start(self) -> None:
        """Start the thread, if it does not run."""
        with self._condition:
            if self._thread is None or not self._thread.is_alive():
                self._schedule.started(self._clock.boottime())
                self._thread = threading.Thread(target=self._run, name="jupyter-green", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is doing."""
        with self._condition:
            self._thread = None
            self._condition.notify_all()

    def ask(self) -> None:
        """Have what is not read at edges read once more, soon, on the sampling thread, where any of it may be ours."""
        with self._condition:
            self._schedule.asked(self._clock.boottime())
            if self._schedule.due() < self._waits_until:
                self._condition.notify_all()

    def window_opened(self) -> None:
        """Sample every second from now on, at first densely what may be read by this thread alone."""
        self._edge_of_window(self._schedule.opened, opens=True)

    def window_closed(self) -> None:
        """Sample once more at the end of the running slice, then rarely."""
        self._edge_of_window(self._schedule.closed, opens=False)

    def _edge_of_window(self, plan: Callable[[int], None], *, opens: bool) -> None:
        with self._condition:
            now = self._clock.boottime()
            plan(now)
            for source in self._readings.revising.values():
                source.edge(now, opens=opens)
            # After a suspend the thread waits on, for a time that has long passed.
            if self._schedule.due() < self._waits_until or self._waits_until < now:
                self._condition.notify_all()

    def _run(self) -> None:
        me = threading.current_thread()
        while True:
            with self._condition:
                while self._thread is me:
                    self._waits_until = self._schedule.due()
                    pause = self._waits_until - self._clock.boottime()
                    if pause <= 0:
                        break
                    self._condition.wait(pause / SECOND)
                if self._thread is not me:
                    return
            before = time.thread_time()
            self.sample()
            self.seconds_used += time.thread_time() - before
