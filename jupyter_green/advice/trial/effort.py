"""What one run of an arm takes: energy where a counter sees what it runs on, and CPU time everywhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from ...energy import MEASURED, UNKNOWN_ENERGY, Energy
from ...meter import Meter
from ...power.load import Load
from ...power.sampler import Tree
from ...power.throttling import Throttling
from ...window import Window
from .outcome import CPU_TIME, ENERGY, Basis

SETTLE: Final = 3.0  # s; a slice of the meter's takes 1 s


@dataclass(frozen=True, slots=True)
class Instruments:
    """What a trial measures with: the session's own.

    Attributes
    ----------
    tree
        Our processes.
    load
        The machine.
    meter
        ``None`` while metering is off: then there is CPU time only.
    """

    tree: Tree
    load: Load
    meter: Meter | None = None

    def basis(self, devices: frozenset[str]) -> Basis | None:
        """Return what arms can be compared by, or ``None`` where nothing sees what they run on.

        Parameters
        ----------
        devices
            Kinds of devices that the work's tensors lie on.
        """
        counted = () if self.meter is None else {s.component for s in self.meter.sources if s.method in MEASURED}
        if devices & {"cuda", "xpu"}:
            return ENERGY if "gpu" in counted else None
        if "mps" in devices:
            return ENERGY if {"gpu", "cpu"} & set(counted) else None
        return ENERGY if "cpu" in counted else CPU_TIME


@dataclass(slots=True)
class Taken:
    """What a run took.

    Attributes
    ----------
    cpu_seconds, seconds
        Of our processes, and that passed, s.
    foreign
        CPU seconds of others meanwhile, s.
    """

    cpu_seconds: float
    seconds: float
    foreign: float
    _joules: Callable[[], float]

    def joules(self) -> float:
        """Return the energy, J, by the meter: waits until it has settled. ``nan`` if it was not asked for."""
        return self._joules()

    def __add__(self, other: Taken) -> Taken:
        return Taken(
            self.cpu_seconds + other.cpu_seconds,
            self.seconds + other.seconds,
            self.foreign + other.foreign,
            lambda: self._joules() + other._joules(),
        )


class Effort:
    """Measures runs.

    Parameters
    ----------
    instruments
        What with.
    basis
        Whether energy is asked for.
    devices
        Kinds of devices that are waited for at the edges.
    """

    def __init__(self, instruments: Instruments, basis: Basis, devices: frozenset[str]) -> None:
        self._with = instruments
        self._energy = basis == ENERGY
        self._devices = devices
        self.throttling = Throttling(() if instruments.meter is None else instruments.meter.sources)
        self._whole: Window | None = None
        self._cpu_began = self._cpu_ended = 0.0

    @property
    def cpus(self) -> int:
        """CPUs that may be busy."""
        return self._with.load.cpus

    @property
    def whole_cpu_seconds(self) -> float:
        """CPU seconds of our processes over the whole trial, once it has ended."""
        return self._cpu_ended - self._cpu_began

    def begin(self) -> None:
        """Begin to meter the trial as a whole."""
        self._cpu_began = self._with.tree.cpu_seconds()
        if self._with.meter is not None:
            self._whole = self._with.meter.open("trial", is_view=True)

    def end(self) -> None:
        """Cease to."""
        self._cpu_ended = self._with.tree.cpu_seconds()
        if self._whole is not None and self._with.meter is not None:
            self._with.meter.close(self._whole)

    def spent(self) -> Energy:
        """Return what the trial took so far, or in all."""
        meter, whole = self._with.meter, self._whole
        if meter is None or whole is None:
            return UNKNOWN_ENERGY
        footprint = meter.peek(whole) if whole.closed is None else meter.settled(whole, SETTLE)
        return footprint.energy

    def measure(self, run: Callable[[], object]) -> Taken:
        """Run something and return what it took."""
        synchronise(self._devices)
        meter = self._with.meter if self._energy else None
        window = None if meter is None else meter.open("arm", is_view=True)
        busy, cpu, began = self._with.load.busy_seconds(), self._with.tree.cpu_seconds(), time.perf_counter()
        try:
            run()
            synchronise(self._devices)
        finally:
            seconds = time.perf_counter() - began
            cpu = self._with.tree.cpu_seconds() - cpu
            busy = self._with.load.busy_seconds() - busy
            if meter is not None and window is not None:
                meter.close(window)
        return Taken(cpu, seconds, busy - cpu, _reader(meter, window))


def _reader(meter: Meter | None, window: Window | None) -> Callable[[], float]:
    def joules() -> float:
        if meter is None or window is None:
            return float("nan")
        return meter.settled(window, SETTLE).energy.joules

    return joules


def synchronise(devices: frozenset[str]) -> None:
    """Wait for what was queued on accelerators."""
    torch: Any = sys.modules.get("torch")
    for kind in devices - {"cpu", "meta"} if torch is not None else ():
        wait = getattr(getattr(torch, kind, None), "synchronize", None)
        if wait is not None:
            wait()
