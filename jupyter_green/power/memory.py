"""Power of memory without a counter: a fixed power for each gigabyte that is installed and granted to us."""

from __future__ import annotations

import math
from pathlib import Path

from ..clock import Clock
from ..footprint import Method
from .source import ComponentName, Scope

# W/GB: Lannelongue, Grealey, Inouye, "Green Algorithms", Advanced Science 8 (2021), from Karyakin & Salem (2017).
WATTS_PER_GB = 0.3725
# The same authors' sources span about 0.2–0.6 W/GB with module size and generation.
SPREAD = math.log(1.6)
_GB = 1e9


class ModelledMemory:
    """``W/GB × memory``, of what the machine – or our memory cgroup – has.

    Parameters
    ----------
    clock
        For elapsed time.
    total_bytes
        Memory in bytes; read from the system when not given.
    """

    name = "ram-model"
    component: ComponentName = "ram"
    method: Method = "modelled"
    scope: Scope = "machine"
    spread = SPREAD
    tick = 0.0
    at_edges = False  # constant power: between two samples nothing is to be learned

    def __init__(self, clock: Clock, total_bytes: int | None = None) -> None:
        self.total_bytes = visible_memory() if total_bytes is None else total_bytes
        self._clock = clock
        self._start = clock.boottime()
        self.watts = WATTS_PER_GB * self.total_bytes / _GB
        self.idle_watts: float | None = self.watts
        self.label = f"model, {WATTS_PER_GB} W/GB"

    def read(self) -> float:
        """Return modelled joules since the start."""
        return self.watts * (self._clock.boottime() - self._start) * 1e-9


def visible_memory(root: Path = Path("/")) -> int:
    """Return the bytes of memory that we may use: the machine's, or less where a cgroup limits it."""
    total = _meminfo_total(root)
    for limit in ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int((root / limit).read_text()))
        except (OSError, ValueError):  # no such cgroup, or "max"
            continue
    return total


def _meminfo_total(root: Path) -> int:
    try:
        with (root / "proc/meminfo").open() as file:
            return int(file.readline().split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        import psutil

        return int(psutil.virtual_memory().total)
