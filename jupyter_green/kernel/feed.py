"""The live feed: idempotent snapshots to every frontend of this kernel, while a cell runs and once when it is done.

They go out as ``comm_msg`` with a fixed comm id that is never opened: frontends that do not know it drop it, ours
listens to the kernel's messages directly. An idle kernel publishes nothing, or it would never be culled.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from typing import TYPE_CHECKING, Any

from ..division import total_power
from ..emissions import emissions
from ..energy import Energy
from ..record import Json, Record, component_json, emissions_json, energy_json, number, timestamp, work_json
from ..schema import FEED, FEED_COMM_ID
from . import budget_feed, suggestion_feed
from .cell_list import CellList
from .power_history import STEP, PowerHistory
from .remote_sum import remote_sum

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import InteractiveShell

    from ..division import Charge
    from ..footprint import Footprint
    from ..metering_session import Session
    from ..record import SessionTotal
    from ..window import Window

TARGET = "jupyter_green"
# A running cell's age, s, and the pause between snapshots from there on: a browser that is away buffers them all.
_sequence = itertools.count(1)  # goes on when the extension is loaded anew: frontends keep the highest
_BANDS = 12
_TIMES = 1e9  # Unix times are larger, other figures smaller
_FIRST = 0.2  # s; what is shorter is not worth a message in its midst
_PAUSES = ((3600.0, 10.0), (600.0, 5.0), (60.0, 2.0))


class Feed:
    """Publishes snapshots of one session from the sampling thread.

    Parameters
    ----------
    kernel
        An ``ipykernel`` kernel.
    session
        What is shown.
    """

    def __init__(self, kernel: Any, session: Session) -> None:  # noqa: ANN401 - ipykernel is not required
        self._kernel = kernel
        self._session = session
        self._published = -math.inf
        self._dirty = False
        self._lock = threading.Lock()  # a frontend may ask while the sampling thread settles cells
        self._boot = session.meter.boot
        self._history = PowerHistory()
        self._cells = CellList()
        self.trial: Json | None = None
        """How far the measurement of a suggestion is, as in the schema."""
        self.watchers: list[Callable[[Json], None]] = []
        """In this process: called with each snapshot that is published, on the thread that publishes it."""

    @classmethod
    def of(cls, shell: InteractiveShell, session: Session) -> Feed | None:
        """Return the feed of a shell, or ``None`` for a shell without frontends (a terminal)."""
        kernel = getattr(shell, "kernel", None)
        return cls(kernel, session) if hasattr(kernel, "iopub_socket") else None

    def install(self) -> None:
        """Begin to publish, with the news that this kernel is metered, and answer frontends that ask for a snapshot."""
        self._cells.add(record for record in self._session.cells if record.footprint.settled)
        self._session.on_settled = self._settled
        self._session.on_tick = self._tick
        self._session.on_changed = self.publish  # in the cell that asked for it, so the kernel is not idle
        self._kernel.comm_manager.register_target(TARGET, self._asked)
        self._recent(self._session.total, [])
        self.publish()

    def uninstall(self) -> None:
        """Cease to publish."""
        self._session.on_settled = self._session.on_tick = self._session.on_changed = _ignore
        self._kernel.comm_manager.unregister_target(TARGET, self._asked)

    def _settled(self, records: list[Record]) -> None:
        with self._lock:
            self._begin_anew()
            self._cells.add(record for record in records if record.boot == self._boot)
        self._dirty = True

    def _begin_anew(self) -> None:
        """Forget what was before a reset of the session."""
        if self._boot != self._session.meter.boot:
            self._boot = self._session.meter.boot
            self._history.clear()
            self._cells.clear()

    def _tick(self) -> None:
        running = self._session.meter.running
        now = time.monotonic()
        if running:
            age = self._session.clock.wall() - running[0].started
            pause = next((pause for limit, pause in _PAUSES if age >= limit), 0.0)
            due = age >= _FIRST and now - self._published >= max(pause, self._session.config.interval) - 0.5
        else:
            due = self._dirty
        if due:
            self._dirty = bool(running)
            self._published = now
            self.publish()

    def _asked(self, _comm: object, _message: object) -> None:
        self.publish()

    def publish(self) -> None:
        """Publish a snapshot now. Trouble with it is kept for ``%carbon status``."""
        try:
            with self._lock:
                snapshot = self.snapshot()
            self._kernel.session.send(
                self._kernel.iopub_socket,
                "comm_msg",
                content={"comm_id": FEED_COMM_ID, "data": snapshot},
                ident=f"comm-{FEED_COMM_ID}".encode(),
            )
            for watcher in tuple(self.watchers):
                watcher(snapshot)
        except Exception as error:  # noqa: BLE001 - a closing socket, a frontend gone: no cell may notice
            self._session.trouble = f"live feed: {type(error).__name__}: {error}"

    def snapshot(self) -> Json:
        """Return the state of the session as in ``schema/feed.v1.json``."""
        session = self._session
        self._begin_anew()
        now = session.clock.boottime()
        total = session.meter.session(now)
        footprint = total.footprint
        running = session.meter.running
        unsettled = session.records.unsettled()
        charges = session.meter.last_second() if running else []
        cells = [self._running(window, now, running) for window in running[:16]]
        snapshot: Json = {
            "schema": FEED,
            "boot": session.meter.boot,
            "sequence": next(_sequence),
            "time": timestamp(session.clock.wall()),
            "metering": "on" if session.metering else "off",
            "session": {
                "energy": energy_json(footprint.energy, footprint.measured_share),
                "components": {name: component_json(part) for name, part in footprint.components.items()},
                "emissions": emissions_json(footprint.emissions),
                "cells": total.cells,
                "between_joules": number(total.between_joules),
                "between_why": "gpu-held" if total.between_gpu_joules > total.between_joules / 2 else None,
                **remote_sum(session.remote.session()),
            },
            "power": _power(charges) if running else None,
            "running": cells,
            "budgets": budget_feed.of_allowances(session.allowances.now(), cells),
            "cells": self._cells.summaries(unsettled),
            "sources": self._sources(),
            "history": self._recent(total, unsettled),
            "devices": self._devices(total, charges),
            "suggestions": suggestion_feed.suggestions(session.advisory.adviser.told),
            "trial": self.trial,
        }
        short: Json = _rounded(snapshot)
        return short

    def _running(self, window: Window, at: int, running: list[Window]) -> Json:
        footprint = self._session.meter.peek(window, at)
        energy = footprint.energy
        forecast = self._forecast(footprint, alone=len(running) == 1) if window is running[0] else None
        return {
            "execution_count": window.execution_count,
            "label": window.label,
            "started": timestamp(window.started),
            "duration_s": footprint.duration,
            "joules": number(energy.joules),
            "low": number(energy.low),
            "high": number(energy.high),
            "work": work_json(footprint),
            "forecast": forecast,
            "budget": budget_feed.of_cell(footprint.budget, forecast),
        }

    def _forecast(self, cell: Footprint, *, alone: bool) -> Json | None:
        """Return what the cell that runs longest is going to need; the time is the meter's, which nobody sets back."""
        now = cell.started + cell.duration
        told = self._session.outlook.look(cell.started, now, cell.energy.joules, alone=alone)
        if told.why_not is not None:
            return None
        energy = Energy(told.joules, told.low, told.high)
        return {
            **{name: number(getattr(energy, name)) for name in ("joules", "low", "high")},
            "grams": number(emissions(energy, cell.intensity, cell.pue).grams),
            "seconds_left": number(told.seconds_left),
            "at_least": told.at_least,
        }

    def _devices(self, total: SessionTotal, charges: list[Charge]) -> list[Json]:
        watts = {charge.source.name: charge.joules for charge in charges}
        gpus = [source for source in self._session.hardware.sources if source.component == "gpu"]
        return [
            {
                "name": gpu.name,
                "label": getattr(gpu, "model", gpu.label)[:120],
                "joules": number(total.devices.get(gpu.name, math.nan)),
                "watts": number(watts.get(gpu.name, math.nan)),
            }
            for gpu in gpus[:16]
        ]

    def _recent(self, total: SessionTotal, unsettled: list[Record]) -> Json | None:
        """Return the power of the last minutes with the cells that ran then."""
        clock = self._session.clock
        parts, machine = total.footprint.components, total.footprint.machine_energy
        joules = {name: part.energy.joules_or_zero for name, part in parts.items()}
        self._history.add(clock.boottime() * 1e-9, joules, machine.joules_or_zero)
        history = self._history.to_json(clock.wall() - clock.boottime() * 1e-9)
        if history is None:
            return None
        since = history["end"] - len(history["machine_w"]) * STEP
        bands = self._cells.bands(unsettled, since)
        bands += [
            {"execution_count": window.execution_count, "from": round(window.started, 1), "to": None}
            for window in self._session.meter.running
        ]
        return {**history, "bands": bands[-_BANDS:]}

    def _sources(self) -> list[Json]:
        failing = self._session.meter.sampler.failing
        hardware = self._session.hardware
        rows = [(s.component, s.name, s.label, s.method, failing.get(s.name)) for s in hardware.sources]
        rows += [(s.component, s.name, s.label, s.method, s.because) for s in hardware.absent]
        keys = ("component", "name", "label", "method", "unavailable_because")
        return [dict(zip(keys, row, strict=True)) for row in rows[:32]]


def _power(charges: list[Charge]) -> Json:
    kernel, machine = total_power(charges)
    return {"kernel_w": number(kernel), "machine_w": number(machine)}


def _rounded(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return JSON with its numbers cut to six digits, times to milliseconds: enough to draw, and half the size."""
    if isinstance(value, float):
        return float(f"{value:.6g}") if abs(value) < _TIMES else round(value, 3)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list) else value


def _ignore(*_: object) -> None:
    pass
