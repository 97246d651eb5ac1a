"""How busy the whole machine is: what our own CPU seconds are a share of."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from .cgroup import CpuTime, cpu_limit, cpu_usage_file
from .counter_file import CounterFile
from .source import Scope

_FRESH = 200_000  # ns; one reading serves the load and the model that is asked right after it


class Load(Protocol):
    """Busy CPU seconds of the machine.

    Attributes
    ----------
    cpus
        CPUs that may be busy.
    scope
        ``machine``, or ``cgroup`` where a container hides how busy its machine is.
    """

    cpus: int
    scope: Scope

    def busy_seconds(self) -> float:
        """Return busy CPU seconds of all CPUs together, since boot."""
        ...


class ProcLoad:
    """Reads ``/proc/stat``: user, nice, system, irq and softirq; never iowait (idle) or steal (somebody else's)."""

    scope: Scope = "machine"

    def __init__(self) -> None:
        self.cpus = os.sysconf("SC_NPROCESSORS_ONLN")
        self._tick = 1.0 / os.sysconf("SC_CLK_TCK")
        self._stat = CounterFile(Path("/proc/stat"))
        self._read_at = -_FRESH
        self._busy = 0.0

    def busy_seconds(self) -> float:
        """Return busy CPU seconds of all CPUs together, since boot, in steps of 10 ms."""
        now = time.monotonic_ns()
        if now - self._read_at < _FRESH:
            return self._busy
        line = self._stat.read().split(b"\n", 1)[0].split()
        user, nice, system = int(line[1]), int(line[2]), int(line[3])
        irq, softirq = int(line[6]), int(line[7])
        self._busy = (user + nice + system + irq + softirq) * self._tick
        self._read_at = now
        return self._busy


class CgroupLoad:
    """CPU seconds of our control group, where the container shows nothing of its machine.

    Parameters
    ----------
    usage
        ``cpu.stat`` (version 2, µs) or ``cpuacct.usage`` (version 1, ns).
    limit
        CPUs' time that the group may use; ``None`` without a quota.
    """

    scope: Scope = "cgroup"

    def __init__(self, usage: Path, limit: float | None) -> None:
        self.cpus = _cpus(limit)
        self._used = CpuTime(usage)

    def busy_seconds(self) -> float:
        """Return CPU seconds of the group, since it began."""
        return self._used.seconds()


class OwnLoad:
    """Our own CPU seconds, where a container shows neither its machine's nor its control group's.

    Parameters
    ----------
    own
        Returns the CPU seconds of our processes.
    limit
        CPUs' time that we may use; ``None`` without a quota.
    """

    scope: Scope = "cgroup"

    def __init__(self, own: Callable[[], float], limit: float | None) -> None:
        self.cpus = _cpus(limit)
        self.busy_seconds = own


def find_load(own: Callable[[], float], root: Path = Path("/")) -> Load:
    """Return the machine's load or, where a container hides it, the container's.

    Parameters
    ----------
    own
        Returns the CPU seconds of our processes.
    root
        Where ``proc`` and ``sys`` lie.
    """
    if not masked(root):
        return ProcLoad()
    usage, limit = cpu_usage_file(root), cpu_limit(root)
    return OwnLoad(own, limit) if usage is None else CgroupLoad(usage, limit)


def masked(root: Path = Path("/")) -> bool:
    """Whether ``/proc/stat`` does not tell of the machine: lxcfs lies on it, or it cannot be read or counts nothing."""
    try:
        mounts = (root / "proc/self/mountinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        mounts = []
    if any(len(fields := line.split(maxsplit=5)) > 4 and fields[4] == "/proc/stat" for line in mounts):
        return True
    try:
        with (root / "proc/stat").open("rb") as file:
            words = file.readline().split()
    except OSError:
        return True
    return len(words) < 8 or words[0] != b"cpu" or not any(map(int, words[1:]))


def _cpus(limit: float | None) -> int:
    online = os.sysconf("SC_NPROCESSORS_ONLN")
    return online if limit is None else max(1, min(online, math.ceil(limit)))
