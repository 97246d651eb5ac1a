"""CPU and DRAM energy from RAPL, through Linux's powercap tree (Intel and AMD alike).

One number a package: the top-level zones named ``package-N``, and ``dram`` where a package has that sub-zone. ``core``
and ``uncore`` are parts of a package and ``psys`` contains it, so none of them is added (:mod:`.psys` compares it). A
second zone of the same name, as ``intel-rapl-mmio`` shows it, is another view of the same counter and is left out; dies
have names of their own (``package-0-die-1``) and count.

https://docs.kernel.org/power/powercap/powercap.html
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from ..clock import Clock, SystemClock
from ..energy import Method
from .source import Absent, ComponentName, Detected, Scope, SourceError
from .wraps import Unwrapped

POWERCAP: Final = Path("/sys/class/powercap")

SPREAD: Final = math.log(1.05)
"""Gain error of about 5 %: since Haswell, RAPL follows meters closely (Khan et al. 2018, doi:10.1145/3177754)."""

TICK: Final = 0.001
"""Refresh of the energy registers, s (Intel SDM vol. 3B, Package RAPL Domain: "updated every ~1msec")."""

_ZONE: Final = re.compile(r"intel-rapl(?:-[a-z]+)?:\d+(?::\d+)?")
_PACKAGE: Final = re.compile(r"package-\d+")
_PLATFORM: Final = re.compile(r"psys(-\d+)?")
_SYSTEM_CLOCK: Final = SystemClock()
_MEND: Final = "metering goes on once it is readable; if it stays so, ask an administrator"
CPU_LABEL: Final = "RAPL package counter"
RAM_LABEL: Final = "RAPL DRAM counter"
_ABSENT: Final = {"cpu": "the processor's own energy counter (RAPL)", "ram": "the memory's own energy counter (RAPL)"}


@dataclass(frozen=True, slots=True)
class Zones:
    """The folders of a machine's zones, each counter once.

    Attributes
    ----------
    packages, dram
        What is counted: the packages, and their memory.
    platform
        ``psys``: what contains them.
    """

    packages: tuple[Path, ...]
    dram: tuple[Path, ...]
    platform: tuple[Path, ...]


class Counter(Protocol):
    """One hardware counter of a source."""

    def advance(self, now: int) -> int:
        """Return the microjoules since the previous call; *now* is ns since boot.

        Raises
        ------
        SourceError
            When they cannot be known.
        """
        ...


class Zone:
    """One ``energy_uj`` file.

    Parameters
    ----------
    zone
        Its folder.
    """

    __slots__ = ("_path", "_unwrapped")

    def __init__(self, zone: Path) -> None:
        self._path = str(zone / "energy_uj")
        try:
            span = _microjoules(str(zone / "max_energy_range_uj"))
        except SourceError:
            span = 0
        self._unwrapped = Unwrapped(span)

    def advance(self, now: int) -> int:
        """Return the microjoules since the previous call, as of :class:`Counter`."""
        try:
            value = _microjoules(self._path)
        except SourceError:
            self._unwrapped.forget()
            raise
        used = self._unwrapped.used(value, now)
        if used is None:
            raise SourceError(
                f"{self._path} was reset, or not read for too long: the energy since the last reading is lost"
            )
        return used


class RaplSource:
    """The sum of the machine's packages, or of their DRAM."""

    method: Method = "counter"
    scope: Scope = "package"
    spread = SPREAD
    tick = TICK
    at_edges = True
    idle_watts: float | None = None

    def __init__(
        self, name: str, component: ComponentName, label: str, counters: Sequence[Counter], clock: Clock
    ) -> None:
        self.name = name
        self.component: ComponentName = component
        self.label = label
        self._clock = clock
        self._counters = tuple(counters)
        self._total = 0
        self.read()

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When any counter cannot be read or was reset. What the others used is kept for the next call; the counter
            itself starts from a new baseline, so that its return makes no spike.
        """
        now = self._clock.boottime()
        failure: SourceError | None = None
        for counter in self._counters:
            try:
                self._total += counter.advance(now)
            except SourceError as error:
                failure = failure or error
        if failure is not None:
            raise failure
        return self._total * 1e-6


def detect(root: Path = POWERCAP, clock: Clock = _SYSTEM_CLOCK) -> Detected:
    """Find the RAPL counters below *root*.

    Returns
    -------
    Detected
        ``rapl`` for the CPU packages and, where there are such counters, ``rapl-dram`` for memory.
    """
    zones = _all_zones(root)
    if not zones:
        reason = "this machine does not show one, as is usual in a virtual machine"
        return Detected(absent=(_absent("rapl", "cpu", reason),))
    counted = _split(zones)
    if not counted.packages:
        reason = f"{root} lists zones but no readable CPU package, as is usual in a container"
        return Detected(absent=(_absent("rapl", "cpu", reason),))
    cpu = _found("rapl", "cpu", f"{CPU_LABEL} (powercap)", counted.packages, clock)
    ram = Detected()
    if counted.dram:
        ram = _found("rapl-dram", "ram", f"{RAM_LABEL} (powercap)", counted.dram, clock)
    return Detected(cpu.sources + ram.sources, cpu.absent + ram.absent)


def find_zones(root: Path) -> Zones:
    """Return the zones below *root*, readable or not."""
    return _split(_all_zones(root))


def of_packages(label: str, number: int) -> str:
    """Return a source's label: ``RAPL package counter (powercap), 2 packages``."""
    return f"{label}, {number} package{'s' if number > 1 else ''}"


def _found(name: str, component: ComponentName, label: str, zones: Sequence[Path], clock: Clock) -> Detected:
    label = of_packages(label, len(zones))
    try:
        return Detected((RaplSource(name, component, label, [Zone(zone) for zone in zones], clock),))
    except SourceError as error:
        return Detected(absent=(_absent(name, component, str(error)),))


def _absent(name: str, component: ComponentName, reason: str) -> Absent:
    return Absent(name, component, "counter", _ABSENT[component], reason)


def _all_zones(root: Path) -> list[Path]:
    """Return all zones, also those that stand only inside another (as in ``/sys/devices/virtual/powercap/…``)."""
    found: dict[str, Path] = {}
    for folder in (root, *_inside(root)):
        for zone in _inside(folder):
            found.setdefault(zone.name, zone)
    return list(found.values())


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(entry for entry in folder.iterdir() if _ZONE.fullmatch(entry.name))
    except OSError:
        return []


def _split(zones: Sequence[Path]) -> Zones:
    """Return each counter's zone once; the plain view before its mirrors."""
    packages: dict[str, Path] = {}
    dram: dict[str, Path] = {}
    platform: dict[str, Path] = {}
    package_of: dict[str, str] = {}
    for zone in sorted(zones, key=lambda zone: (zone.name.count(":"), not zone.name.startswith("intel-rapl:"))):
        name = _name(zone)
        if _PACKAGE.match(name):
            packages.setdefault(name, zone)
            package_of[zone.name] = name
        elif name == "dram":
            package = package_of.get(zone.name.rpartition(":")[0])
            if package is not None:
                dram.setdefault(package, zone)
        elif _PLATFORM.fullmatch(name):
            platform.setdefault(name, zone)
    return Zones(tuple(packages.values()), tuple(dram.values()), tuple(platform.values()))


def _name(zone: Path) -> str:
    try:
        return (zone / "name").read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _microjoules(path: str) -> int:
    """Return the number in a powercap file; opened anew each time, since a zone may be registered anew."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            content = os.read(descriptor, 32)
        finally:
            os.close(descriptor)
    except PermissionError:
        raise SourceError(f"{path} is readable by root only; `jupyter green rapl` says how to grant access") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); {_MEND}") from None
    digits = content.strip()
    if not digits.isdigit():
        raise SourceError(f"{path} holds no number ({digits[:20].decode('ascii', 'replace')!r}); {_MEND}")
    return int(digits)
