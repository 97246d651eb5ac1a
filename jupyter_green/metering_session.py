"""The metering of one process: hardware, meter, ledger and place together.

There is one session a process. The notebook's kernel opens cells on its records, ``measure`` opens views on its meter.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from traitlets.config import Config

from .advisory import Advisory
from .allowances import Allowances
from .cell_records import CellRecords
from .clock import Clock, SystemClock
from .config import Green, load
from .electricity import Electricity
from .embodied import Host, embodied_share, find_host
from .emissions import Embodied
from .footprint import Footprint
from .grid import Place, Pue
from .ledger import Ledger
from .meter import Meter
from .power.detect import Hardware, detect
from .power.processor import read_processor
from .record import Record, SessionTotal
from .remote import Observation
from .work import Probes
from .work.outlook import Outlook
from .work.traits import TRAITS

if TYPE_CHECKING:
    from .advice import Suggestion
    from .advice.trial import Instruments


class Session:
    """Meters this process.

    Parameters
    ----------
    config
        The user's settings; may change at any time.
    hardware, clock
        Found and taken from the system when not given.

    Attributes
    ----------
    has_notebook
        Whether a shell's cells are metered, so that all that runs is part of one, or between two.
    """

    def __init__(self, config: Green, hardware: Hardware | None = None, clock: Clock | None = None) -> None:
        self.config = config
        self.clock = SystemClock() if clock is None else clock
        if hardware is None:
            hardware = detect(self.clock, Path(config.powercap), config.cpu_power_model)
        self.hardware = hardware
        self.electricity = Electricity(config, self.clock)
        self.meter = Meter(
            self.hardware.sources,
            self.hardware.tree,
            self.hardware.load,
            self.clock,
            lambda: self.electricity.unchanging,
            self.hardware.names,
            factor_at=self.electricity.at,
        )
        self.on_tick: Callable[[], None] = _nothing
        self.on_changed: Callable[[], None] = _nothing
        self.on_settled: Callable[[list[Record]], None] = _ignore
        self.ledger = _ledger(config)
        self.remote = Observation()
        self.records = CellRecords(self.meter, config, self.ledger, self._settled, self.remote)
        self.advisory = Advisory(
            config, self.ledger, self.records.newest_last, self.electricity, lambda: self.meter.sampler.gpus, self.clock
        )
        self.allowances = Allowances(config, self.meter, self.ledger, self.clock)
        self.advisory.on_told = lambda: self.on_changed()
        config.observe(lambda _: self._observe(), "remote")
        self.meter.on_settled = self.records.settle
        self.meter.on_tick = self._tick
        self.meter.embodied = self._embodied
        self._host: Host | None = None
        self.outlook = Outlook()
        self.probes = Probes()
        self.metering = False
        self.has_notebook = False
        self.hook_seconds = 0.0
        self.trouble: str | None = None
        self.meter.assumptions = self._assumptions

    # -- what users see --------------------------------------------------------------------------------------------

    @property
    def footprint(self) -> Footprint:
        """Everything this process used since it is metered."""
        return self.total.footprint

    @property
    def total(self) -> SessionTotal:
        """The cumulative footprint with the number of cells, the time between them, and calls of hosted models."""
        total, remote = self.meter.session(), self.remote.session()
        return replace(total, footprint=replace(total.footprint, remote=remote)) if remote else total

    @property
    def cells(self) -> list[Record]:
        """Records of the metered cells, newest last; those of the last second with what is known now."""
        return self.records.newest_last()

    @property
    def place(self) -> Place:
        """Where we are taken to be, and how that was found."""
        return self.electricity.place

    @property
    def pue(self) -> Pue:
        """What the building around this machine is taken to add, and why."""
        return self.electricity.pue

    def settle_place(self) -> None:
        """Wait for the cloud's answer, where it was asked: a second at most. Not for the path of a cell."""
        self.electricity.settle()

    def _assumptions(self) -> tuple[str, ...]:
        flag = self.pue.flag
        return () if flag is None else (flag,)

    def _embodied(self, seconds: float, gpus: Mapping[str, float]) -> Embodied | None:
        """Return what making the hardware emitted for so many seconds, if the user wants to know."""
        if not self.config.show_embodied:
            return None
        if self._host is None:
            battery = getattr(psutil, "sensors_battery", _nothing)() is not None
            load, processor = self.hardware.load, read_processor()
            if load.scope == "cgroup":  # a container, too, is shown a part of its host
                processor = replace(processor, virtual=True)
            self._host = find_host(self.hardware.sources, processor, load.cpus, battery=battery)
        return embodied_share(self._host, seconds, gpus)

    # -- control ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to meter, if it is off."""
        if not self.metering:
            self.electricity.start()
            self.meter.start()
            self.probes.install()
            self.metering = True
            self.advisory.open()
            self._observe()
            self.on_changed()

    def stop(self) -> None:
        """Cease to meter."""
        if self.metering:
            self.probes.remove()
            self.advisory.close()
            self.records.settle_all()
            self.remote.stop()
            if self.ledger is not None:
                self.ledger.close()
            self.meter.stop()
            self.electricity.stop()
            self.metering = False
            self.on_changed()

    def reset(self) -> None:
        """Begin a new session total."""
        self.meter.reset()
        self.records.clear()
        self.advisory.adviser.clear()
        self.remote.log.reset()
        self.on_changed()

    def _observe(self) -> None:
        """Note calls of hosted models, or leave the client libraries as they were, as the user wants."""
        if self.metering and self.config.remote:
            self.remote.start()
        else:
            self.remote.stop()

    def _settled(self, records: list[Record]) -> None:
        self.advisory.settle(records)
        self.on_settled(records)

    def for_trial(self) -> Instruments:
        """Return what a trial measures with; no rule speaks of the cell in which it is made."""
        from .advice.trial import Instruments

        self.advisory.adviser.stand_aside()
        return Instruments(self.hardware.tree, self.hardware.load, self.meter if self.metering else None)

    def _tick(self) -> None:
        TRAITS.tick()
        self.records.keep_running()
        if self.ledger is not None and self.ledger.pending:
            self.ledger.flush()
        self.on_tick()


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


def suggestions(*, every: bool = False) -> list[Suggestion]:
    """Return how this notebook's cells could need less, the most valuable first: hypotheses, each with its evidence.

    Parameters
    ----------
    every
        All that there is to say; otherwise the most valuable suggestion of each cell.
    """
    return session().advisory.suggestions(every=every)


def _after_fork() -> None:
    """Give a forked child a clean slate: it has no sampling thread, and the parent counts its CPU time already."""
    global _current, _current_lock
    _current, _current_lock = None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
