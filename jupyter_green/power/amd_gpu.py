"""AMD GPUs through the amdgpu driver's sysfs files: its energy counter where it has one, else its power, integrated.

Neither ROCm nor ``amdsmi`` is needed, whose import fails where they do not match. Who uses a GPU is read from the
compute driver (kfd), which lists each process with its queues; a queue names its GPU.
https://docs.kernel.org/gpu/amdgpu/thermal.html · drivers/gpu/drm/amd/amdkfd/kfd_process.c

Tested on trees as the drivers document them; never run on metal here.
"""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Final

from ..clock import Clock
from ..energy import Method
from .source import Absent, ComponentName, Detected, Scope, Source, SourceError
from .sysfs import Microjoules, Microwatts, number, text

SPREAD: Final = math.log(1.1)
"""The driver states no accuracy: twice what NVIDIA states for its sensors."""

LIMIT_WATTS: Final = 3000.0
"""More than any one GPU draws, W: twice the 1.4 kW of the largest one (AMD Instinct MI355X)."""

TICK: Final = 0.1
"""s; no refresh is documented: as NVIDIA's, so that short cells are read as densely."""

_SENSORS: Final = ("power1_input", "power1_average")  # instant power before the mean, where both are there
_CARD: Final = re.compile(r"card(\d+)")
_LABEL: Final = "AMD GPU (amdgpu)"


class AmdGpu:
    """One GPU."""

    component: ComponentName = "gpu"
    scope: Scope = "device"
    spread = SPREAD
    tick = TICK
    at_edges = False
    idle_watts: float | None = None

    def __init__(self, index: int, card: Path, hwmon: Path, sysfs: Path, clock: Clock) -> None:
        self.name = f"amdgpu:{index}"
        self.model = text(card / "device/product_name") or "AMD GPU"
        self._queues = sysfs / "class/kfd/kfd/proc"
        self._gpu_id = _kfd_id(card, sysfs)
        counter = hwmon / "energy1_input"
        self.method: Method = "counter" if counter.exists() else "integrated"
        sensor = next((hwmon / name for name in _SENSORS if (hwmon / name).exists()), hwmon / _SENSORS[0])
        counted = self.method == "counter"
        kind_of, path = (Microjoules, counter) if counted else (Microwatts, sensor)
        self._energy = kind_of([path], clock, LIMIT_WATTS)
        kind = "amdgpu energy counter" if counted else f"amdgpu {sensor.name}, integrated"
        self.label = f"{kind}, {self.model}"[:120]
        self._energy.read()

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When the driver cannot be read, or its counter began anew.
        """
        return self._energy.read()

    def processes(self) -> frozenset[int]:
        """Return the PIDs with a compute queue on this GPU.

        Raises
        ------
        SourceError
            When the compute driver does not tell, as without ROCm.
        """
        if self._gpu_id is None:
            raise SourceError(f"{self.model} ({self.name}): the compute driver (kfd) does not show this GPU")
        queues = self._queues.glob("*/queues/*/gpuid")
        return frozenset(
            int(queue.parts[-4]) for queue in queues if queue.parts[-4].isdigit() and text(queue) == self._gpu_id
        )


def detect(clock: Clock, sysfs: Path = Path("/sys")) -> Detected:
    """Find AMD GPUs; says nothing of machines that have none."""
    sources: list[Source] = []
    absent: list[Absent] = []
    cards = [card for card in (sysfs / "class/drm").glob("card*") if _CARD.fullmatch(card.name)]
    for index, card in enumerate(sorted(cards, key=lambda card: int(card.name[4:]))):
        sensors = [hwmon for hwmon in (card / "device/hwmon").glob("hwmon*") if text(hwmon / "name") == "amdgpu"]
        if not sensors:
            continue
        try:
            sources.append(AmdGpu(index, card, sensors[0], sysfs, clock))
        except SourceError as error:
            absent.append(Absent(f"amdgpu:{index}", "gpu", "counter", _LABEL, str(error)))
    return Detected(tuple(sources), tuple(absent))


def _kfd_id(card: Path, sysfs: Path) -> str | None:
    """Return the number by which the compute driver knows a card: they share a render node."""
    renders = {node.name for node in (card / "device/drm").glob("renderD*")}
    for node in (sysfs / "class/kfd/kfd/topology/nodes").glob("*"):
        properties = dict(line.split(maxsplit=1) for line in text(node / "properties").splitlines() if " " in line)
        if f"renderD{properties.get('drm_render_minor')}" in renders:
            try:
                return str(number(node / "gpu_id"))
            except SourceError:
                return None
    return None
