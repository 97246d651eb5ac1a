"""The metering of one process: hardware, meter, ledger and place together, and the records they make.

There is one session a process. The notebook's kernel opens cells on it, ``measure`` opens views.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from traitlets.config import Config

from .clock import Clock, SystemClock
from .config import Green, load
from .footprint import Footprint, Intensity, Status
from .grid import Place, configured, locate
from .ledger import HEARTBEAT, Ledger
from .meter import Meter, Window
from .power.detect import Hardware, detect
from .power.sampler import SECOND
from .record import Record, SessionTotal

_PLAUSIBLE_WATTS = 1000.0  # of one source: more than a CPU package or a GPU draws
_FIRST_HEARTBEAT = 2.0  # s
_KEPT = 5000  # records in memory; the ledger has them all


class Session:
    """Meters this process.

    Parameters
    ----------
    config
        The user's settings; may change at any time.
    hardware, clock
        Found and taken from the system when not given.
    """

    def __init__(self, config: Green, hardware: Hardware | None = None, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = SystemClock() if clock is None else clock
        if hardware is None:
            hardware = detect(self.clock, Path(config.powercap), config.cpu_power_model)
        self.hardware = hardware
        self.meter = Meter(
            self.hardware.sources,
            self.hardware.tree,
            self.hardware.load,
            self.clock,
            self._factor,
            self.hardware.names,
        )
        self.meter.on_settled = self._settled
        self.meter.on_tick = self._tick
        self.on_tick: Callable[[], None] = _nothing
        self.on_settled: Callable[[list[Record]], None] = _ignore
        self.ledger = _ledger(config)
        self._records: deque[Record] = deque(maxlen=_KEPT)
        self.metering = False
        self.hook_seconds = 0.0
        self.trouble: str | None = None
        self._running: dict[Window, _Cell] = {}
        self._unsettled: dict[Window, _Cell] = {}
        self._lock = threading.Lock()
        self._unrecorded = 0.0
        self._located: tuple[tuple[str | None, float | None], Place] | None = None

    # -- what users see --------------------------------------------------------------------------------------------

    @property
    def footprint(self) -> Footprint:
        """Everything this process used since it is metered."""
        return self.total.footprint

    @property
    def total(self) -> SessionTotal:
        """The cumulative footprint with the number of cells and the time between them."""
        return self.meter.session()

    @property
    def cells(self) -> list[Record]:
        """Records of the metered cells, newest last; those of the last second with what is known now."""
        with self._lock:
            records, unsettled = list(self._records), list(self._unsettled.values())
        if unsettled:
            total = self.total
            records += [self._record(cell, total) for cell in unsettled]
        return records

    @property
    def place(self) -> Place:
        """Where we are taken to be, and how that was found."""
        key = (self.config.region, self.config.intensity)
        if self._located is None or self._located[0] != key:
            region, intensity = key
            place = locate(region) if intensity is None else Place(configured(intensity, region), "configured")
            self._located = (key, place)
        return self._located[1]

    def _factor(self) -> tuple[Intensity, float]:
        return self.place.intensity, self.config.pue

    # -- control ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to meter, if it is off."""
        if not self.metering:
            self.meter.start()
            self.metering = True

    def stop(self) -> None:
        """Cease to meter."""
        if self.metering:
            self._finish()
            self.meter.stop()
            self.metering = False

    def reset(self) -> None:
        """Begin a new session total."""
        self.meter.reset()
        with self._lock:
            self._records.clear()
            self._unrecorded = 0.0

    # -- cells -----------------------------------------------------------------------------------------------------

    def begin_cell(self, label: str | None) -> Window:
        """Open a cell's window."""
        window = self.meter.open(label)
        self._running[window] = _Cell(window, self.meter.boot, time.monotonic() + _FIRST_HEARTBEAT)
        return window

    def end_cell(
        self,
        window: Window,
        execution_count: int | None,
        status: Status,
        *,
        marked: bool = False,
        quiet: bool = False,
        units: tuple[float, str] | None = None,
        may_record: bool = True,
    ) -> Record | None:
        """Close a cell's window and return the record to publish, with what is known now, if there is one.

        Parameters
        ----------
        window
            From :meth:`begin_cell`.
        execution_count
            As in the cell's prompt.
        status
            How the cell ended.
        marked
            Whether the user asked to see this cell's footprint whatever its size.
        quiet
            Whether the user asked for no output.
        units
            Work done, and its unit.
        may_record
            False where an output would disturb the cell's own.
        """
        if units is not None:
            window.units, window.unit = units
        self.meter.close(window, status)
        window.execution_count = execution_count
        cell = self._running.pop(window)
        if may_record and not quiet and (marked or self._worth_recording(cell)):
            cell.recorded = True
            self._unrecorded = 0.0
        with self._lock:
            self._unsettled[window] = cell
        if window.footprint is not None:  # the slice ended while we were here
            self._settled([window])
        return self._record(cell, self.total) if cell.recorded else None

    def _worth_recording(self, cell: _Cell) -> bool:
        """Whether this cell, with the unrecorded ones before it, reaches the threshold."""
        if self.config.record != "output":
            return False
        window, threshold = cell.window, self.config.record_threshold
        seconds = ((window.closed or window.opened) - window.opened) / SECOND
        if self._unrecorded + seconds * _PLAUSIBLE_WATTS * len(self.meter.sources) < threshold:
            return False  # nearly always: an estimate would cost more than all the rest
        self._unrecorded += self.meter.peek(window).energy.joules_or_zero
        cell.counted = True
        return self._unrecorded >= threshold

    def _record(self, cell: _Cell, total: SessionTotal) -> Record:
        window = cell.window
        return Record(cell.id, cell.boot, window.execution_count, self.meter.peek(window), total, cell.recorded)

    def _settled(self, windows: list[Window]) -> None:
        with self._lock:
            cells = [self._unsettled.pop(w) for w in windows if w in self._unsettled]
        if not cells:
            return
        total = self.total
        records = [self._record(cell, total) for cell in cells]
        for cell, record in zip(cells, records, strict=True):
            if not (cell.counted or cell.recorded):
                self._unrecorded += record.footprint.energy.joules_or_zero
        with self._lock:
            self._records.extend(records)
        for record in records:
            self._keep(record)
        self.on_settled(records)

    def _tick(self) -> None:
        if self.ledger is not None:
            self._heartbeat(self.ledger)
            if self.ledger.pending:
                self.ledger.flush()
        self.on_tick()

    def _heartbeat(self, ledger: Ledger) -> None:
        """Keep what is known of cells that have been running for a while, in case that this process is killed."""
        now = time.monotonic()
        for cell in list(self._running.values()):
            if now >= cell.heartbeat_due:
                cell.heartbeat_due = now + HEARTBEAT
                ledger.append(self._record(cell, self.total), running=True)

    def _keep(self, record: Record) -> None:
        if self.ledger is not None:
            self.ledger.append(record)

    def _finish(self) -> None:
        """Keep what has not settled yet as it is known now: the process is about to end."""
        self._settled(list(self._unsettled))
        if self.ledger is not None:
            self.ledger.close()


@dataclass(eq=False, slots=True)
class _Cell:
    """A cell whose figures have not settled yet.

    Attributes
    ----------
    heartbeat_due
        When the ledger next hears of it while it runs, s on the monotonic clock.
    recorded
        Whether its record is published.
    counted
        Whether its joules stand among the unrecorded ones already.
    """

    window: Window
    boot: str
    heartbeat_due: float
    recorded: bool = False
    counted: bool = False
    _id: str | None = None

    @property
    def id(self) -> str:
        """Identity of the record; made when it is first asked for."""
        if self._id is None:
            self._id = str(uuid.uuid4())
        return self._id


def _ledger(config: Green) -> Ledger | None:
    if config.ledger == "none":
        return None
    return Ledger(Path(config.ledger).expanduser() if config.ledger else None, labels=config.labels)


def _ignore(_: list[Record]) -> None:
    pass


def _nothing() -> None:
    pass


_current: Session | None = None
_current_lock = threading.Lock()


def session(base: Config | None = None) -> Session:
    """Return this process's session, started when it is first asked for.

    Parameters
    ----------
    base
        IPython's configuration, where there is one.
    """
    global _current
    with _current_lock:
        if _current is None:
            config, complaints = load(base)
            for line in complaints:
                print(line, file=sys.stderr)
            _current = Session(config)
            _current.start()
            atexit.register(_current.stop)
        return _current


def _after_fork() -> None:
    """Give a forked child a clean slate: it has no sampling thread, and the parent counts its CPU time already."""
    global _current, _current_lock
    _current, _current_lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
