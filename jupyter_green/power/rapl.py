"""CPU and DRAM energy from RAPL, through Linux's powercap tree (Intel and AMD alike).

One number a package: the top-level zones named ``package-N``, and ``dram`` where a package has that sub-zone. ``core``
and ``uncore`` are parts of a package and ``psys`` contains it, so none of them is added. A second zone of the same
name, as ``intel-rapl-mmio`` shows it, is another view of the same counter and is left out; dies have names of their
own (``package-0-die-1``) and count.

https://docs.kernel.org/power/powercap/powercap.html
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..clock import Clock, SystemClock
from ..footprint import Method
from .source import Absent, ComponentName, Detected, Scope, SourceError

POWERCAP: Final = Path("/sys/class/powercap")

SPREAD: Final = math.log(1.05)
"""Gain error of about 5 %: since Haswell, RAPL follows meters closely (Khan et al. 2018, doi:10.1145/3177754)."""

TICK: Final = 0.001
"""Refresh of the energy registers, s (Intel SDM vol. 3B, Package RAPL Domain: "updated every ~1msec")."""

LIMIT_WATTS: Final = 1000.0
"""More than any package draws, W: twice the 500 W of the largest rated ones (AMD EPYC 9965, Intel Xeon 6980P)."""

_STALL: Final = 1.0
"""s granted on top of the time between two reads, since a counter may publish late."""

_ZONE: Final = re.compile(r"intel-rapl(?:-[a-z]+)?:\d+(?::\d+)?")
_PACKAGE: Final = re.compile(r"package-\d+")
_SYSTEM_CLOCK: Final = SystemClock()
_MEND: Final = "metering goes on once it is readable; if it stays so, ask an administrator"
_CPU_LABEL: Final = "RAPL package counter (powercap)"
_RAM_LABEL: Final = "RAPL DRAM counter (powercap)"


class _Counter:
    """One ``energy_uj`` file, with its wraps undone."""

    __slots__ = ("_at", "_last", "_path", "_range")

    def __init__(self, zone: Path) -> None:
        self._path = str(zone / "energy_uj")
        try:
            self._range = _microjoules(str(zone / "max_energy_range_uj"))
        except SourceError:
            self._range = 0  # a drop is then a reset, whatever its size
        self._last: int | None = None
        self._at = 0

    def advance(self, now: int) -> int:
        """Return the microjoules since the previous call; *now* is ns since boot.

        A lower count is a wrap only if the power that a wrap implies is possible, else the counter was reset. Of
        several wraps between two reads only the last can be seen: read at least every range / power seconds
        (the smallest in use is 65 kJ, which at 500 W lasts two minutes).
        """
        last, since = self._last, self._at
        self._last, self._at = None, now
        self._last = value = _microjoules(self._path)
        if last is None:
            return 0
        used = value - last if value >= last else value - last + self._range
        if not 0 <= used <= LIMIT_WATTS * 1e6 * ((now - since) * 1e-9 + _STALL):
            raise SourceError(f"{self._path} was reset: the energy since the last reading is lost")
        return used


class RaplSource:
    """The sum of the machine's packages, or of their DRAM."""

    method: Method = "counter"
    scope: Scope = "package"
    spread = SPREAD
    tick = TICK
    at_edges = True
    idle_watts: float | None = None

    def __init__(self, name: str, component: ComponentName, label: str, zones: Sequence[Path], clock: Clock) -> None:
        self.name = name
        self.component: ComponentName = component
        self.label = f"{label}, {len(zones)} package{'s' if len(zones) > 1 else ''}"
        self._clock = clock
        self._counters = [_Counter(zone) for zone in zones]
        self._total = 0
        self.read()

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When any zone cannot be read or was reset. What the other zones used is kept for the next call; the zone
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
    try:
        zones = sorted(entry for entry in root.iterdir() if _ZONE.fullmatch(entry.name))
    except OSError:
        zones = []
    if not zones:
        reason = "this machine shows no RAPL counters (typical of virtual machines)"
        return Detected(absent=(Absent("rapl", "cpu", "counter", _CPU_LABEL, reason),))
    packages, dram = _split(zones)
    if not packages:
        reason = (
            f"{root} lists RAPL zones but no readable CPU package (typical of containers); "
            "ask an administrator to expose the host's powercap tree read-only"
        )
        return Detected(absent=(Absent("rapl", "cpu", "counter", _CPU_LABEL, reason),))
    cpu = _found("rapl", "cpu", _CPU_LABEL, packages, clock)
    ram = _found("rapl-dram", "ram", _RAM_LABEL, dram, clock) if dram else Detected()
    return Detected(cpu.sources + ram.sources, cpu.absent + ram.absent)


def _found(name: str, component: ComponentName, label: str, zones: Sequence[Path], clock: Clock) -> Detected:
    try:
        return Detected((RaplSource(name, component, label, zones, clock),))
    except SourceError as error:
        return Detected(absent=(Absent(name, component, "counter", label, str(error)),))


def _split(zones: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Return the packages' zones and their DRAM sub-zones, each counter once; the plain view before its mirrors."""
    packages: dict[str, Path] = {}
    dram: dict[str, Path] = {}
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
    return list(packages.values()), list(dram.values())


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
        raise SourceError(f"{path} is readable by root only; ask an administrator for read access to {path}") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror}); {_MEND}") from None
    digits = content.strip()
    if not digits.isdigit():
        raise SourceError(f"{path} holds no number ({digits[:20].decode('ascii', 'replace')!r}); {_MEND}")
    return int(digits)
