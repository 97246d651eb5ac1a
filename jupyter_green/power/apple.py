"""Apple Silicon through ``zeus-apple-silicon``, if the user installed it: energy counters of the chip, without sudo.

The chip's own accounting (IOReport) by CPU, GPU and memory; what it does not tell on this model is left out. macOS does
not say who uses the GPU, so that its energy is the machine's and our share of it is unknown.
https://github.com/ml-energy/zeus-apple-silicon

Tested with a stand-in for the library; never run on metal here.
"""

from __future__ import annotations

import importlib
import math
import sys
from collections.abc import Callable
from typing import Any, Final

from ..energy import Method
from .source import Absent, ComponentName, Detected, Scope, Source, SourceError

SPREAD: Final = math.log(1.2)
"""Apple's counters are estimates by the chip, and no study compares them with a meter: four times RAPL's."""

TICK: Final = 0.1
"""s; no refresh is documented: as other chips' power meters, so that short cells are read as densely."""

_LABEL: Final = "Apple Silicon energy counters (IOReport)"
_PARTS: Final[dict[ComponentName, tuple[str, ...]]] = {
    "cpu": ("cpu_total_mj",),
    "gpu": ("gpu_mj", "gpu_sram_mj"),
    "ram": ("dram_mj",),
}


class AppleChip:
    """One component's counter."""

    method: Method = "counter"
    scope: Scope = "machine"
    spread = SPREAD
    tick = TICK
    at_edges = False
    idle_watts: float | None = None

    def __init__(self, component: ComponentName, energy: Callable[[], Any]) -> None:
        self.component = component
        self.name = f"apple-{component}"
        self.label = f"{_LABEL}, {component}"
        self._energy = energy
        self._last = self._millijoules()
        self._total = 0

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When the chip does not answer, and once when its counter began anew.
        """
        last, self._last = self._last, self._millijoules()
        if self._last < last:
            raise SourceError(f"{self.label} began anew: the energy since the last reading is lost")
        self._total += self._last - last
        return self._total * 1e-3

    def _millijoules(self) -> int:
        metrics = self._energy()
        amounts = [getattr(metrics, field, None) for field in _PARTS[self.component]]
        if amounts[0] is None:
            raise SourceError(f"this chip does not tell the energy of its {self.component}")
        return sum(amount for amount in amounts if amount is not None)


class AppleGpu(AppleChip):
    """The GPU on the chip."""

    model = "Apple GPU"

    def processes(self) -> frozenset[int]:
        """Nobody can tell who uses it.

        Raises
        ------
        SourceError
            Always.
        """
        raise SourceError("macOS does not tell which processes use the GPU")


def detect() -> Detected:
    """Find the chip's counters; says nothing of machines that are no Mac with Apple Silicon."""
    if sys.platform != "darwin":
        return Detected()
    try:
        energy = importlib.import_module("zeus_apple_silicon").AppleEnergyMonitor().get_cumulative_energy
    except Exception as error:  # noqa: BLE001 - a vendor's library may raise anything where it does not fit
        reason = f"zeus-apple-silicon cannot be used ({error}); on Apple Silicon `pip install zeus-apple-silicon` helps"
        return Detected(absent=(Absent("apple-cpu", "cpu", "counter", _LABEL, reason),))
    sources: list[Source] = []
    absent: list[Absent] = []
    for component in _PARTS:
        try:
            sources.append((AppleGpu if component == "gpu" else AppleChip)(component, energy))
        except SourceError as error:
            absent.append(Absent(f"apple-{component}", component, "counter", _LABEL, str(error)))
    return Detected(tuple(sources), tuple(absent))
