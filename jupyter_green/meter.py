"""Opens and closes windows on the timeline and returns their footprints.

A window's figures exist twice: *published* at once when it closes, with what is known then, and *settled* when the
running slice is complete, at most a second later. A cell never waits for the second.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .accounts import Account
from .clock import Clock
from .division import Charge, Divider, Division, known, total_power
from .emissions import Embodied, Intensity
from .footprint import Footprint, Status
from .power.load import Load
from .power.memory import visible_memory
from .power.sampler import Sampler, Tree
from .power.schedule import GRID, SECOND, next_grid
from .power.source import Source
from .power.timeline import Timeline
from .record import SessionTotal
from .window import Window, pieces

_FRESH = SECOND // 200  # ns; in a row of cells, the end of one tells the beginning of the next
_PAUSE = 3 * GRID // 2  # ns without a sample that are more than a late one
_SUSPENDED = SECOND // 10  # ns by which the clocks with and without suspend drift apart only in a suspend


class Meter:
    """Turns samples into footprints.

    Parameters
    ----------
    sources, tree, load, clock
        The hardware, our processes, the machine's load, and time.
    place
        Returns the carbon intensity and the PUE in force.
    factor_at
        Returns the carbon intensity at a time, ns, where it changes with the hours; ``None`` where it does not.
    hardware
        Names of CPU and GPUs for the record.
    total_memory
        Bytes; read from the system when not given.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        tree: Tree,
        load: Load,
        clock: Clock,
        place: Callable[[], tuple[Intensity, float]],
        hardware: Mapping[str, object] | None = None,
        total_memory: int | None = None,
        factor_at: Callable[[int], Intensity | None] | None = None,
    ) -> None:
        self.sources = tuple(sources)
        self.place = place
        self.assumptions: Callable[[], tuple[str, ...]] = tuple  # flags of what was assumed about the place
        self.boot = str(uuid.uuid4())
        self.on_tick: Callable[[], None] = _nothing
        self.on_settled: Callable[[list[Window]], None] = _nothing
        self.embodied: Callable[[float, Mapping[str, float]], Embodied | None] = _nothing
        self.timeline = Timeline(source.name for source in self.sources)
        self.sampler = Sampler(self.sources, tree, load, clock, self.timeline, self._on_sample)
        self._tree = tree
        self._clock = clock
        self._hardware = dict(hardware or {})
        memory = visible_memory() if total_memory is None else total_memory
        self._divider = Divider(self.timeline, self.sources, load, memory, factor_at or _nothing)
        self._lock = self.timeline.lock
        self._settling = threading.Condition(self._lock)
        self._pid = os.getpid()
        self._settled_to: int | None = None
        self._slept = 0
        self._lost = 0
        self._windows: list[Window] = []
        self._begin_session()

    def _begin_session(self) -> None:
        self._session = Account()
        self._between = Account()
        # A session holds what did no work, and work of several units: none of it is the session's.
        self._whole = Window(True, self._clock.boottime(), self._clock.wall(), counted=False)
        self._cells = 0

    # -- windows ---------------------------------------------------------------------------------------------------

    def open(self, label: str | None = None, *, is_view: bool = False) -> Window:
        """Open a window; it begins when this returns."""
        self.sampler.window_opened()
        opened = self.sampler.edge(unless_within=_FRESH)
        window = Window(is_view, opened, self._clock.wall(), label)
        with self._lock:
            self._windows.append(window)
            if not is_view:
                self._cells += 1
        return window

    def close(self, window: Window, status: Status = "ok") -> None:
        """Close a window; :meth:`peek` tells what is known of it, :attr:`Window.footprint` follows."""
        window.status = status
        if os.getpid() != self._pid:  # a fork inside the window: the parent meters, and its locks are not ours
            window.closed = window.opened
            window.footprint = self._footprint(window, Account(), window.opened)
            return
        window.take_work()
        window.closed = self.sampler.edge()  # not under the lock, which the sampling thread takes inside its own
        self.sampler.window_closed()

    def settled(self, window: Window, timeout: float) -> Footprint:
        """Return a closed window's footprint when it has settled, or what is known after *timeout* s."""
        with self._settling:
            self._settling.wait_for(lambda: window.footprint is not None, timeout)
        return self.peek(window)

    def peek(self, window: Window, at: int | None = None) -> Footprint:
        """Return a window's footprint so far: until *at*, ns, or now, if it has not been closed."""
        with self._lock:
            if window.footprint is not None:
                return window.footprint
            account = window.account.copy()
            end = window.closed
            if end is None:
                end = self._clock.boottime() if at is None else at
            for start, stop in self._slices(end):
                if stop <= window.opened:
                    continue
                due = None if window.closed is None else next_grid(stop)
                running = self._divider.running(start, stop, due)
                for left, right, open_windows in pieces(self._windows, max(window.opened, start), stop):
                    cells = sum(not w.is_view for w in open_windows)
                    account.charge(running.piece(left, right), 1.0 if window.is_view else 1.0 / cells)
            failing = self.sampler.failing
            for source in self.sources if failing else ():
                if source.name in failing:
                    account.flags[f"{source.component}-partial"] = None
            return self._footprint(window, account, end)

    def session(self, at: int | None = None) -> SessionTotal:
        """Return everything until *at*, ns, or now: cells, the running ones too, and the time between."""
        with self._lock:
            account, between = self._session.copy(), self._between.copy()
            now = self._clock.boottime() if at is None else at
            for start, stop in self._slices(now):
                running = self._divider.running(start, stop)
                account.charge(running.piece(start, stop))
                for left, right, open_windows in pieces(self._windows, start, stop):
                    if all(w.is_view for w in open_windows):
                        between.charge(running.piece(left, right))
            footprint = replace(self._footprint(self._whole, account, now), settled=not self._windows)
            gpus = [source.name for source in self.sources if source.component == "gpu"]
            used, unused = (
                {name: whole.lines[name].joules for name in gpus if name in whole.lines} for whole in (account, between)
            )
            return SessionTotal(footprint, self._cells, between.joules, known(unused.values()), used)

    @property
    def running(self) -> list[Window]:
        """Cells that run now, oldest first."""
        with self._lock:
            return [w for w in self._windows if w.closed is None and not w.is_view]

    def power(self) -> tuple[float, float]:
        """Return watts over about the last second: this kernel's and the machine's. ``nan`` when unknown."""
        return total_power(self.last_second())

    def last_second(self) -> list[Charge]:
        """Return what each source charges for the last second that was sampled; J are W then."""
        with self._lock:
            last = self.timeline.own.last
            if last is None:
                return []
            start, end = last[0] - GRID, last[0]
            return self._divider.running(start, end).piece(start, end)

    def reset(self) -> None:
        """Begin a new session total, under a new identity."""
        with self._lock:
            self.boot = str(uuid.uuid4())
            self._begin_session()
            self._cells = len(self.running)

    def start(self) -> None:
        """Begin to meter; what happened before is not charged to anything."""
        with self._lock:
            self.timeline.clear()
            self._settled_to = None
        self.sampler.take()
        self.sampler.start()

    def stop(self) -> None:
        """Cease to meter; what has not settled stays as it is known now."""
        self.sampler.stop()
        with self._settling:
            for window in self._windows:
                window.footprint = self.peek(window)
            self._windows.clear()
            self._settling.notify_all()

    # -- settling --------------------------------------------------------------------------------------------------

    def _on_sample(self, at: int) -> None:
        if os.getpid() != self._pid:
            return
        with self._settling:
            done = self._settle(at)
            if done:
                self._settling.notify_all()
        if done:
            self.on_settled(done)
        self.on_tick()

    def _settle(self, at: int) -> list[Window]:
        """Charge all complete slices up to a sample at *at*; return the windows whose figures are final now."""
        start = self._settled_to
        slept, self._slept = self._slept, self._clock.boottime() - self._clock.monotonic()
        if start is None:  # every source has a first reading now
            self._settled_to = self._clock.boottime()
            return []
        # After a pause between cells the slice ends at the sample itself: the grid point before it was never sampled.
        end = at if at - start > _PAUSE and not self._windows else (at - self.sampler.lag(at)) // GRID * GRID
        if self._slept - slept > _SUSPENDED:
            # What the machine drew asleep is nobody's, and counters may have begun anew: the slice is dropped.
            end = max(end, at)
            for account in (self._session, *(window.account for window in self._windows)):
                account.flags["suspended"] = None
        else:
            for left, right in self._slices(end):
                self._charge_slice(left, right)
        if end <= start:
            return []
        self._settled_to = end
        self.timeline.pin(end)
        done = [w for w in self._windows if w.closed is not None and w.closed <= end]
        for window in done:
            self._finish(window)
        self.timeline.forget(end - 2 * GRID)
        return done

    def _slices(self, end: int) -> list[tuple[int, int]]:
        """Return the slices from what is settled to *end*: one, or two where a window opened after a pause."""
        start = self._settled_to
        if start is None or end <= start:
            return []
        opened = min((w.opened for w in self._windows), default=end)
        if opened - start > _PAUSE and opened < end:
            return [(start, opened), (opened, end)]
        return [(start, end)]

    def _charge_slice(self, start: int, end: int) -> None:
        """Charge a complete slice to everybody, and learn from it."""
        both = [s for s in self.sources if self.timeline.joules[s.name].known(start, end)]
        for window in (self._whole, *self._windows):
            window.remember(self.timeline, start, end)
        running = [window.account for window in self._windows if window.opened < end]
        for account in running if end - start > _PAUSE else ():
            account.flags["sampling-gap"] = None
        for source in self.sources:
            if source not in both or not self.timeline.joules[source.name].prompt(start, end):
                for account in (self._session, *running):
                    account.flags[f"{source.component}-partial"] = None
        if self._tree.lost > self._lost:
            self._lost = self._tree.lost
            for account in (self._session, *running):
                account.flags["cpu-lower-bound"] = None
        division = self._divider.complete(start, end, both)
        self._session.charge(division.piece(start, end))
        for left, right, open_windows in pieces(self._windows, start, end):
            self._charge(division, left, right, open_windows)
        self._divider.learn(start, end, both)

    def _finish(self, window: Window) -> None:
        self._windows.remove(window)
        assert window.closed is not None
        window.footprint = self._footprint(window, window.account, window.closed)

    def _charge(self, division: Division, left: int, right: int, open_windows: list[Window]) -> None:
        """Charge one piece: to views in full, to cells in equal parts, to the time between cells if there is none."""
        charges = division.piece(left, right)
        cells = 0
        for window in open_windows:
            if window.is_view:
                window.account.charge(charges)
            else:
                cells += 1
        if not cells:
            self._between.charge(charges)
        for window in open_windows:
            if not window.is_view:
                window.account.charge(charges, 1.0 / cells)
                if cells > 1:
                    window.account.flags["overlapping-cells"] = None

    def _footprint(self, window: Window, account: Account, end: int) -> Footprint:
        settled = window.closed is not None and window.closed <= (self._settled_to or 0)
        charged = window.charged(self.timeline, self.sources, account, end, self.place())
        flags = (*charged.flags, *self.assumptions())
        embodied = self.embodied(charged.duration, account.parts(self.sources, "gpu"))
        return replace(charged, settled=settled, hardware=self._hardware, flags=flags, embodied=embodied)


def _nothing(*_: object) -> None:
    pass
