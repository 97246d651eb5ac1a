"""Cells from their beginning to their record: which of them get one, when it is final, and where it is kept."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from .config import Green
from .footprint import Footprint, Status
from .ledger import HEARTBEAT, Ledger
from .meter import Meter
from .power.schedule import SECOND
from .record import Parameter, Record, SessionTotal
from .remote import Call, Observation
from .window import Window

_PLAUSIBLE_WATTS = 1000.0  # of one source: more than a CPU package or a GPU draws
_FIRST_HEARTBEAT = 2.0  # s
_KEPT = 5000  # records in memory; the ledger has them all


class CellRecords:
    """The cells of one session.

    Parameters
    ----------
    meter
        Opens and closes their windows.
    config
        The user's settings; may change at any time.
    ledger
        Where settled records go, and running cells now and then; ``None`` for nowhere.
    on_settled
        Called with records that are final, on the thread that settles them.
    remote
        Notes calls of hosted models; ``None`` for none.
    """

    def __init__(
        self,
        meter: Meter,
        config: Green,
        ledger: Ledger | None,
        on_settled: Callable[[list[Record]], None],
        remote: Observation | None = None,
    ) -> None:
        self._meter = meter
        self._config = config
        self._ledger = ledger
        self._on_settled = on_settled
        self._remote = remote or Observation()
        self._records: deque[Record] = deque(maxlen=_KEPT)
        self._running: dict[Window, _Cell] = {}
        self._unsettled: dict[Window, _Cell] = {}
        self._lock = threading.Lock()
        self._unrecorded = 0.0

    def newest_last(self) -> list[Record]:
        """Return the records of all ended cells; those of the last second with what is known now."""
        with self._lock:
            records, cells = list(self._records), list(self._unsettled.values())
        return records + self._provisional(cells)

    def unsettled(self) -> list[Record]:
        """Return the records of the last second, with what is known now."""
        with self._lock:
            cells = list(self._unsettled.values())
        return self._provisional(cells)

    def _provisional(self, cells: list[_Cell]) -> list[Record]:
        present = [cell for cell in cells if not cell.forgotten]
        if not present:
            return []
        total = self._meter.session()
        return [self._record(cell, total) for cell in present]

    def begin(self, label: str | None, run: Mapping[str, Parameter] | None = None) -> Window:
        """Open a cell's window.

        Parameters
        ----------
        label
            Of the cell.
        run
            What it is run with, if the label is the user's.
        """
        window = self._meter.open(label)
        heartbeat_due = time.monotonic() + _FIRST_HEARTBEAT
        self._running[window] = _Cell(window, self._meter.boot, heartbeat_due, self._remote.log.open(), run)
        return window

    def end(
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
            From :meth:`begin`.
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
            window.state_work(*units)
        self._meter.close(window, status)
        window.execution_count = execution_count
        cell = self._running.pop(window)
        self._remote.log.close(cell.calls)
        if may_record and not quiet and (marked or self._worth_recording(cell)):
            cell.recorded = True
            self._unrecorded = 0.0
        with self._lock:
            self._unsettled[window] = cell
        if window.footprint is not None:  # the slice ended while we were here
            self.settle([window])
        return self._record(cell, self._meter.session()) if cell.recorded else None

    def _worth_recording(self, cell: _Cell) -> bool:
        """Whether this cell called a hosted model or, with the unrecorded ones before it, reaches the threshold."""
        if self._config.record != "output":
            return False
        if cell.calls:
            return True
        window, threshold = cell.window, self._config.record_threshold
        seconds = ((window.closed or window.opened) - window.opened) / SECOND
        if self._unrecorded + seconds * _PLAUSIBLE_WATTS * len(self._meter.sources) < threshold:
            return False  # nearly always: an estimate would cost more than all the rest
        self._unrecorded += self._meter.peek(window).energy.joules_or_zero
        cell.counted = True
        return self._unrecorded >= threshold

    def _record(self, cell: _Cell, total: SessionTotal, *, final: bool = False) -> Record:
        footprint = self._meter.peek(cell.window)
        if cell.calls:
            remote = self._remote.settled(cell.calls) if final else self._remote.now(cell.calls)
            footprint = replace(footprint, remote=remote)
        return Record(cell.id, cell.boot, cell.window.execution_count, footprint, total, cell.recorded, cell.run)

    def footprint(self, window: Window) -> Footprint:
        """Return what is known of a cell that has just ended, whether it got a record or not."""
        with self._lock:
            cell = self._unsettled.get(window)
        return self._meter.peek(window) if cell is None else self._record(cell, self._meter.session()).footprint

    def settle(self, windows: list[Window]) -> None:
        """Take note that the figures of these windows are final."""
        with self._lock:  # they stay among the unsettled ones until their records are there: never in neither
            cells = [cell for w in windows if (cell := self._unsettled.get(w)) is not None and not cell.settles]
            for cell in cells:
                cell.settles = True
        if not cells:
            return
        total = self._meter.session()
        records = [self._record(cell, total, final=True) for cell in cells]
        for cell, record in zip(cells, records, strict=True):
            if not (cell.counted or cell.recorded or cell.forgotten):
                self._unrecorded += record.footprint.energy.joules_or_zero
        with self._lock:
            self._records.extend(r for cell, r in zip(cells, records, strict=True) if not cell.forgotten)
            for cell in cells:
                del self._unsettled[cell.window]
        if self._ledger is not None:
            for record in records:
                self._ledger.append(record)
        self._on_settled(records)

    def keep_running(self) -> None:
        """Keep what is known of cells that have been running for a while, in case that this process is killed."""
        ledger, now = self._ledger, time.monotonic()
        if ledger is None:
            return
        for cell in list(self._running.values()):
            if now >= cell.heartbeat_due:
                cell.heartbeat_due = now + HEARTBEAT
                ledger.append(self._record(cell, self._meter.session()), running=True)

    def settle_all(self) -> None:
        """Keep what has not settled yet as it is known now: the process is about to end."""
        self.settle(list(self._unsettled))

    def clear(self) -> None:
        """Forget the ended cells: a new session total begins."""
        with self._lock:
            self._records.clear()
            for cell in self._unsettled.values():
                cell.forgotten = True  # the ledger still gets it
            self._unrecorded = 0.0


@dataclass(eq=False, slots=True)
class _Cell:
    """A cell whose figures have not settled yet.

    Attributes
    ----------
    heartbeat_due
        When the ledger next hears of it while it runs, s on the monotonic clock.
    calls
        Of hosted models, so far.
    run
        What it is run with, if it has a label of the user's.
    recorded
        Whether its record is published.
    counted
        Whether its joules stand among the unrecorded ones already.
    settles
        Whether its final record is being made.
    forgotten
        Whether it ended before the present session total began.
    """

    window: Window
    boot: str
    heartbeat_due: float
    calls: list[Call] = field(default_factory=list)
    run: Mapping[str, Parameter] | None = None
    recorded: bool = False
    counted: bool = False
    settles: bool = False
    forgotten: bool = False
    _id: str | None = None

    @property
    def id(self) -> str:
        """Identity of the record; made when it is first asked for."""
        if self._id is None:
            self._id = str(uuid.uuid4())
        return self._id
