"""CPU and DRAM energy from RAPL through ``zeusd``, a daemon that reads the counters where only root may.

Used where powercap and perf events are not readable, and a socket of the daemon is there that we may write to: by
``ZEUSD_SOCK_PATH``, as Zeus's own programs find it, else at the daemon's default place. A Unix socket stays on this
machine. The daemon numbers zones without their names, ``psys`` among them; they are taken from powercap, which shows
names to everybody, and where it does not the daemon is not used. It undoes the counters' wraps by itself.

https://ml.energy/zeus/zeusd/ (``GET /cpu/get_cumulative_energy``, since 0.3)

Tested with a server on a real socket that answers as documented; never run with the daemon here.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..clock import Clock
from . import rapl
from .source import Absent, ComponentName, Detected, SourceError
from .wraps import Unwrapped

VARIABLE: Final = "ZEUSD_SOCK_PATH"
DEFAULT: Final = Path("/run/zeusd/zeusd.sock")

TICK: Final = 0.01
"""The counters' own refresh and the way through the socket, s, of which we learn only the end."""

_TIMEOUT: Final = 0.3  # s; only the sampling thread waits
_ZONE: Final = re.compile(r"intel-rapl:(\d+)")


class ZeusdSource(rapl.RaplSource):
    """The sum of the machine's packages, or of their DRAM, as the daemon reads them."""

    tick = TICK
    at_edges = False


class _Packages:
    """One component's counters of these packages: one request reads them together."""

    def __init__(self, path: Path, numbers: Sequence[str], component: ComponentName) -> None:
        self._path = path
        self._counters = {number: Unwrapped(0) for number in numbers}
        self._component = component

    def advance(self, now: int) -> int:
        """Return the microjoules since the previous call, as of :class:`.rapl.Counter`."""
        try:
            answer = _ask(self._path, self._component)
            values = {number: _microjoules(answer, number, self._component) for number in self._counters}
        except SourceError:
            for counter in self._counters.values():
                counter.forget()
            raise
        amounts = [self._counters[number].used(value, now) for number, value in values.items()]
        known = [amount for amount in amounts if amount is not None]
        if len(known) < len(amounts):
            raise SourceError(f"zeusd at {self._path} began anew: the energy since the last reading is lost")
        return sum(known)


def detect(clock: Clock, powercap: Path, path: Path | None = None) -> Detected:
    """Find the counters that the daemon reads; says nothing where there is no daemon.

    Parameters
    ----------
    clock
        For the time between readings.
    powercap
        Where the zones' names are.
    path
        The socket, instead of the places above.

    Returns
    -------
    Detected
        ``rapl`` and ``rapl-dram``; ``zeusd`` as absent where it is there and cannot be used.
    """
    path = Path(os.environ.get(VARIABLE) or DEFAULT) if path is None else path
    zones = rapl.find_zones(powercap)
    numbers = [match[1] for zone in zones.packages if (match := _ZONE.fullmatch(zone.name))]
    if not _is_socket(path) or not numbers:
        return Detected()
    with_dram = {zone.name.rpartition(":")[0] for zone in zones.dram}
    dram = [number for number in numbers if f"intel-rapl:{number}" in with_dram]
    try:
        if len(numbers) < len(zones.packages):
            raise SourceError("it reads only some of this machine's packages")
        sources = [_source("rapl", "cpu", rapl.CPU_LABEL, path, numbers, clock)]
        if dram:
            sources.append(_source("rapl-dram", "ram", rapl.RAM_LABEL, path, dram, clock))
    except SourceError as error:
        return Detected(absent=(Absent("zeusd", "cpu", "counter", f"{rapl.CPU_LABEL} (zeusd)", str(error)),))
    return Detected(tuple(sources))


def _source(
    name: str, component: ComponentName, label: str, path: Path, numbers: Sequence[str], clock: Clock
) -> ZeusdSource:
    counters = [_Packages(path, numbers, component)]
    return ZeusdSource(name, component, rapl.of_packages(f"{label} (zeusd)", len(numbers)), counters, clock)


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.stat().st_mode)
    except OSError:
        return False


def _ask(path: Path, component: ComponentName) -> object:
    """Return the daemon's answer.

    Raises
    ------
    SourceError
        When there is none, or it is a refusal.
    """
    from .unix_http import get

    of_cpu, of_dram = ("true", "false") if component == "cpu" else ("false", "true")
    try:
        status, content = get(path, f"/cpu/get_cumulative_energy?cpu={of_cpu}&dram={of_dram}", _TIMEOUT)
        if status == 200:
            return json.loads(content)
    except OSError as error:
        raise SourceError(f"zeusd at {path} cannot be read ({error.strerror or error})") from None
    except ValueError:
        raise SourceError(f"zeusd at {path} does not answer in JSON") from None
    if status in (401, 403):
        raise SourceError(f"zeusd at {path} asks for a token, which is not supported here")
    if status == 404:
        raise SourceError(f"zeusd at {path} does not offer the CPU's energy: `--enable cpu-read`, from 0.3 on")
    raise SourceError(f"zeusd at {path} answers with status {status}")


def _microjoules(answer: object, number: str, component: ComponentName) -> int:
    package = answer.get(number) if isinstance(answer, dict) else None
    name = "cpu_energy_uj" if component == "cpu" else "dram_energy_uj"
    value = package.get(name) if isinstance(package, dict) else None
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise SourceError(f"zeusd tells no energy of package {number}")
    return value
