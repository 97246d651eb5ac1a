"""Power of memory without a counter: a fixed power for each gigabyte that is installed and granted to us."""

from __future__ import annotations

import math
from pathlib import Path

from ..clock import Clock
from ..energy import Method
from .cgroup import memory_limit
from .source import ComponentName, Scope

WATTS_PER_GB = 0.3725
"""W/GB of a laptop or desktop. Lannelongue, Grealey, Inouye, "Green Algorithms", Advanced Science 8 (2021), from
Karyakin & Salem (2017): about 3 W for a module of 8 GB."""

SPREAD = math.log(1.6)
"""The same authors' sources span about 0.2–0.6 W/GB with module size and generation."""

# A module draws a few watts whatever it holds, so that the large modules of servers draw less for each gigabyte. Two
# published figures for clouds are seven times apart: 0.392 W/GB (Cloud Carbon Footprint, the mean of two makers' rules
# of thumb for modules of 8 GB) and 0.058 W/GB at full load (Tailpipe, 2025: the DRAM counters of 37 bare-metal cloud
# machines). The middle of both, with a range that reaches both.
_SERVER_LOW, _SERVER_HIGH = 0.058, 0.392
SERVER_WATTS_PER_GB = math.sqrt(_SERVER_LOW * _SERVER_HIGH)
SERVER_SPREAD = 0.5 * math.log(_SERVER_HIGH / _SERVER_LOW)

_GB = 1e9


class ModelledMemory:
    """``W/GB × memory``, of what the machine – or our memory cgroup – has.

    Parameters
    ----------
    clock
        For elapsed time.
    total_bytes
        Memory in bytes; read from the system when not given.
    server
        Whether it stands in a server.
    """

    name = "ram-model"
    component: ComponentName = "ram"
    method: Method = "modelled"
    scope: Scope = "machine"
    tick = 0.0
    at_edges = False  # constant power: between two samples nothing is to be learned

    def __init__(self, clock: Clock, total_bytes: int | None = None, *, server: bool = False) -> None:
        self.total_bytes = visible_memory() if total_bytes is None else total_bytes
        self.spread = SERVER_SPREAD if server else SPREAD
        self._clock = clock
        self._start = clock.boottime()
        watts_per_gb = SERVER_WATTS_PER_GB if server else WATTS_PER_GB
        self.watts = watts_per_gb * self.total_bytes / _GB
        self.idle_watts: float | None = self.watts
        self.label = f"{watts_per_gb:.2g} W/GB of a server" if server else f"{watts_per_gb} W/GB"

    def read(self) -> float:
        """Return modelled joules since the start."""
        return self.watts * (self._clock.boottime() - self._start) * 1e-9


def visible_memory(root: Path = Path("/")) -> int:
    """Return the bytes of memory that we may use: the machine's, or less where a control group limits it.

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` lie.
    """
    total, limit = _meminfo_total(root), memory_limit(root)
    return total if limit is None else min(total, limit)


def _meminfo_total(root: Path) -> int:
    try:
        with (root / "proc/meminfo").open() as file:
            return int(file.readline().split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        import psutil

        return int(psutil.virtual_memory().total)
