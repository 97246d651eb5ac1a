"""Puts readings of all sources onto the timeline.

One daemon thread samples at whole seconds of the boot-time clock while a window is open, rarely otherwise, and never
when stopped. At the edge of a window the thread that runs the cell reads by itself what costs microseconds and cannot
block; waking another thread for it would cost ten times as much. Drivers that may stall are read by the sampling
thread alone, densely at first.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from ..clock import Clock
from .gpu_use import Look, OpenContexts, Part, SharedGpu
from .load import Load
from .source import Gpu, Source, SourceError
from .timeline import Timeline

SECOND = 1_000_000_000
GRID = SECOND  # Δ of the slices, the same in every kernel of a machine
IDLE_INTERVAL = 30 * SECOND  # well below the minutes in which a package counter wraps
# A counter that refreshes slowly says more when it is read often: one refresh to learn its phase, then the time in
# which a short cell's work begins.
_DENSE = tuple(int(s * SECOND) for s in (*(0.01 * i for i in range(1, 11)), 0.15, 0.3, 0.6))
# Two refreshes: one tells how a short cell ended, the other one the power that follows.
_AFTERWARDS = tuple(SECOND // 100 * i for i in (*range(1, 13), *range(14, 25, 2)))
_LEARN = tuple(SECOND // 200 * i for i in range(1, 25))
_SLOW_TICK = 0.01  # s between two refreshes of a counter, above which a short cell needs dense samples
_REFRESH = 12 * SECOND // 100
_HOLDERS_INTERVAL = SECOND // 10
_CONTEXTS_INTERVAL = 2 * SECOND
_QUIET = 0.05  # utilisation up to which a GPU's power counts as idle
_STALL = SECOND // 2  # ns after which a driver does not answer in time
_MEMORY_INTERVAL = SECOND // 2
_RETRY_FIRST, _RETRY_LAST = 9 * SECOND // 10, 60 * SECOND  # the first in time for the next slice


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


@runtime_checkable
class Revising(Source, Protocol):
    """A source that knows the past better once its counter has refreshed."""

    def edge(self, at: int, *, opens: bool) -> None:
        """Take note that a window opened or closed at *at*, ns."""
        ...

    def points(self) -> list[tuple[int, float]]:
        """Return, once, times in ns with the joules then: of the last reading, and of earlier ones known better now."""
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
        Called on the sampling thread after each full sample with the time, ns, from which all of it was read; must
        not raise.
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
        self._wants_dense = any(source.tick > _SLOW_TICK for source in sources)
        self._gpus = tuple(source for source in sources if isinstance(source, Gpu))
        self._revising = tuple(source for source in sources if isinstance(source, Revising))
        self._tree = tree
        self._load = load
        self._clock = clock
        self._timeline = timeline
        self._on_sample = on_sample
        self._failing: dict[str, tuple[str, int, int]] = {}  # source: reason, retry at, pause
        self._asked: tuple[str, int] | None = None  # source, since
        self._holders_due = 0
        self._looked_at = 0
        self._activity: dict[str, Mapping[int, float] | None] = {}
        self._contexts = OpenContexts()
        self._contexts_due = 0
        self._counted: tuple[int, int] | None = None
        self._memory_due = 0
        self._edge_lock = threading.Lock()
        self._edge_at = 0
        self._condition = threading.Condition(threading.Lock())
        self._thread: threading.Thread | None = None
        self._open = 0
        self._dense: list[int] = []
        self._settle_by = 0
        self._nudged = False
        self._waits_until = 0
        self.seconds_used = 0.0

    @property
    def failing(self) -> dict[str, str]:
        """Sources that cannot be read at present, with the reason."""
        failing = {name: reason for name, (reason, _, _) in dict(self._failing).items()}
        asked = self._asked
        if asked is not None and self._clock.boottime() - asked[1] > _STALL:
            failing[asked[0]] = f"{asked[0]} has not answered for {(self._clock.boottime() - asked[1]) / SECOND:.0f} s"
        return failing

    def lag(self, at: int) -> int:
        """Return the ns by which a slice must have ended at *at* for its figures to be final.

        While dense samples follow, they wait for the refresh after the slice's end.
        """
        return _REFRESH if max(list(self._dense), default=0) > at else 0

    def take(self) -> None:
        """Read everything now."""
        began = self._clock.boottime()
        for source in self._other_sources:
            self._read(source)
        now = self.edge()
        if now >= self._holders_due:
            self._look_at_gpus(now)
            self._holders_due = now + _HOLDERS_INTERVAL
        if now >= self._memory_due:
            self._tree.survey()
            memory = float(self._tree.memory_bytes())
            with self._timeline.lock:
                self._timeline.memory.add(now, memory)
            self._memory_due = now + _MEMORY_INTERVAL
        self._on_sample(began)

    def edge(self, unless_within: int = 0) -> int:
        """Read our own CPU seconds, and what else is read at edges, on the calling thread; return the time of it, ns.

        Parameters
        ----------
        unless_within
            ns; our own CPU seconds suffice if the last edge is no older.
        """
        with self._edge_lock:
            own = self._tree.cpu_seconds()
            now = self._clock.boottime()
            with self._timeline.lock:
                self._timeline.own.add(now, own)
            if now - self._edge_at < unless_within:
                return now
            self._edge_at = now
            busy = self._load.busy_seconds()
            with self._timeline.lock:
                self._timeline.busy.add(now, busy)
            for source in self._edge_sources:
                self._read(source, now)
        return now

    def _read(self, source: Source, at: int | None = None) -> None:
        """Put one source's reading onto the timeline, at *at* or, where reading takes its time, when it is done."""
        failing = self._failing.get(source.name)
        if failing is not None and self._clock.boottime() < failing[1]:
            return
        series = self._timeline.joules[source.name]
        began = self._clock.boottime()
        if at is None:
            self._asked = source.name, began
        try:
            value = source.read()
        except SourceError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - a vendor's library may raise anything; no cell may notice
            reason = f"{type(error).__name__}: {error}"
        else:
            done = self._clock.boottime() if at is None else at
            self._failing.pop(source.name, None)
            with self._timeline.lock:
                if done - began > _STALL:
                    series.delay(began, done)
                if isinstance(source, Revising):
                    series.revise(source.points())
                else:
                    series.add(done, value)
            return
        finally:
            if at is None:
                self._asked = None
        pause = min(2 * failing[2], _RETRY_LAST) if failing else _RETRY_FIRST
        self._failing[source.name] = (reason, self._clock.boottime() + pause, pause)
        with self._timeline.lock:
            series.interrupt()

    def _look_at_gpus(self, now: int) -> None:
        full = now // GRID > self._looked_at // GRID  # in each slice the same for all kernels of a machine
        self._looked_at = now
        looks = {gpu.name: self._look(gpu, full=full) for gpu in self._gpus}
        if self._contexts.may_be_needed and not any(look.lists_ours for look in looks.values()):
            if now >= self._contexts_due:
                self._counted = self._contexts.count(self._tree.pids)
                self._contexts_due = now + _CONTEXTS_INTERVAL
            looks = {name: replace(look, contexts=self._counted) for name, look in looks.items()}
        with self._timeline.lock:
            for name, look in looks.items():
                self._timeline.look(name, now, look)

    def _look(self, gpu: Gpu, *, full: bool) -> Look:
        """Look at one GPU; a *full* look tells what its processes and the GPU itself did since the last one."""
        parts: tuple[Part, ...] = ()
        quiet: bool | None = None
        self._asked = gpu.name, self._clock.boottime()
        try:
            parts = gpu.parts() if isinstance(gpu, SharedGpu) else (Part(gpu.processes()),)
            look = Look(self._tree.pids, parts)
            if full:
                quiet = _empty(parts)
                if isinstance(gpu, SharedGpu):
                    self._activity[gpu.name] = gpu.activity() if look.shared else None
                    utilisation = gpu.utilisation()
                    quiet = quiet if utilisation is None else utilisation <= _QUIET
        except Exception:  # noqa: BLE001 - as above; what could not be asked is then unknown
            quiet = False if full else None
        finally:
            self._asked = None
        return Look(self._tree.pids, parts, self._activity.get(gpu.name), None, quiet)

    def start(self) -> None:
        """Start the thread, if it does not run."""
        with self._condition:
            if self._thread is None or not self._thread.is_alive():
                now = self._clock.boottime()
                self._dense = [now + offset for offset in _LEARN] if self._wants_dense else []
                self._thread = threading.Thread(target=self._run, name="jupyter-green", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread after what it is doing."""
        with self._condition:
            self._thread = None
            self._condition.notify_all()

    def window_opened(self) -> None:
        """Sample every second from now on, at first densely what may be read by this thread alone."""
        with self._condition:
            self._open += 1
            now = self._clock.boottime()
            if self._wants_dense:
                self._dense = [now + offset for offset in _DENSE]
                self._nudged = True
                for source in self._revising:
                    source.edge(now, opens=True)
            if self._nudged or self._waits_until > next_grid(now):
                self._condition.notify_all()

    def window_closed(self) -> None:
        """Sample once more at the end of the running slice, then rarely."""
        with self._condition:
            self._open = max(0, self._open - 1)
            now = self._clock.boottime()
            self._settle_by = next_grid(now)
            if self._wants_dense:
                followed = self._dense if self._open else ()
                self._dense = sorted({*followed, *(now + offset for offset in _AFTERWARDS)})
                for source in self._revising:
                    source.edge(now, opens=False)
                self._nudged = True
                self._condition.notify_all()

    def _run(self) -> None:
        me = threading.current_thread()
        last = self._clock.boottime()
        while True:
            with self._condition:
                while self._thread is me and not self._nudged:
                    self._waits_until = self._due(last)
                    pause = self._waits_until - self._clock.boottime()
                    if pause <= 0:
                        break
                    self._condition.wait(pause / SECOND)
                if self._thread is not me:
                    return
                self._nudged = False
            last = self._clock.boottime()
            before = time.thread_time()
            self.take()
            self.seconds_used += time.thread_time() - before

    def _due(self, last: int) -> int:
        """When the next sample is due, given the time of the last."""
        while self._dense and self._dense[0] <= last:
            del self._dense[0]
        if self._open:
            later = next_grid(last)
        else:
            later = self._settle_by if last < self._settle_by else last + IDLE_INTERVAL
        return min(later, self._dense[0]) if self._dense else later


def next_grid(at: int) -> int:
    """Return the first grid point after *at*, ns."""
    return (at // GRID + 1) * GRID


def _empty(parts: tuple[Part, ...]) -> bool:
    """Whether nobody holds any of a GPU that is not divided: other instances' processes may not be shown."""
    return bool(parts) and all(part.slices is None and part.holders == frozenset() for part in parts)
