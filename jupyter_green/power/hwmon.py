"""CPU power by hwmon, for machines whose RAPL counters cannot be read: AMD's energy driver and NVIDIA Grace.

``amd_energy`` counts each socket (``energyN_label`` ``Esocket0``, …; its ``Ecore`` counters are parts of a socket).
Grace shows its power meters through ACPI; the one of a CPU's cores is called ``CPU Power Socket N``. What its caches,
memory and links draw is not in it.
https://docs.kernel.org/hwmon/amd_energy.html · https://docs.kernel.org/hwmon/acpi_power_meter.html
NVIDIA Grace Performance Tuning Guide, Power and Thermal Management

Tested on trees as the drivers document them; never run on metal here.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..clock import Clock
from ..energy import Method
from .source import Absent, ComponentName, Detected, Scope, SourceError
from .sysfs import Microjoules, Microwatts, text

SPREAD: Final = math.log(1.1)
"""Neither driver states an accuracy: twice RAPL's."""

LIMIT_WATTS: Final = 1000.0
"""More than any package draws, W; as in :mod:`.rapl`."""

TICK: Final = 0.1
"""Refresh of Grace's meters, s (``power1_average_interval``); for amd_energy an upper bound."""

_SOCKET: Final = re.compile(r"Esocket\d+")
_GRACE: Final = re.compile(r"CPU Power Socket \d+")


class HwmonCpu:
    """The sum of a machine's packages."""

    name = "hwmon-cpu"
    component: ComponentName = "cpu"
    scope: Scope = "package"
    spread = SPREAD
    tick = TICK
    at_edges = False
    idle_watts: float | None = None

    def __init__(self, method: Method, label: str, sensors: Sequence[Path], clock: Clock) -> None:
        self.method = method
        self.label = f"{label}, {len(sensors)} package{'s' if len(sensors) > 1 else ''}"
        kind = Microjoules if method == "counter" else Microwatts
        self._energy = kind(sensors, clock, LIMIT_WATTS * len(sensors))
        self._energy.read()

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When a sensor cannot be read, or its counter began anew.
        """
        return self._energy.read()


def detect(clock: Clock, root: Path = Path("/sys/class/hwmon")) -> Detected:
    """Find hwmon's CPU sensors; says nothing of machines that have none."""
    sockets: list[Path] = []
    meters: list[Path] = []
    for chip in sorted(root.glob("hwmon*")):
        name = text(chip / "name")
        if name == "amd_energy":
            labels = sorted(chip.glob("energy*_label"))
            sockets += [_beside(label, "input") for label in labels if _SOCKET.fullmatch(text(label))]
        elif name == "power_meter":
            # Below the device in some kernels' trees.
            infos = sorted([*chip.glob("power*_oem_info"), *chip.glob("device/power*_oem_info")])
            meters += [_beside(info, "average") for info in infos if _GRACE.fullmatch(text(info))]
    if sockets:
        return _found("counter", "amd_energy counter (hwmon)", sockets, clock)
    if meters:
        return _found("integrated", "Grace CPU power (hwmon), integrated", meters, clock)
    return Detected()


def _beside(path: Path, what: str) -> Path:
    """Return the file of the same sensor: ``energy1_label`` → ``energy1_input``."""
    return path.with_name(f"{path.name.partition('_')[0]}_{what}")


def _found(method: Method, label: str, sensors: Sequence[Path], clock: Clock) -> Detected:
    try:
        return Detected((HwmonCpu(method, label, sensors, clock),))
    except SourceError as error:
        return Detected(absent=(Absent("hwmon-cpu", "cpu", method, label, str(error)),))
