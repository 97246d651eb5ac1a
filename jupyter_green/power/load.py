"""How busy the whole machine is: what our own CPU seconds are a share of."""

from __future__ import annotations

import ctypes
import os
import time
from typing import Protocol

_FRESH = 200_000  # ns; one reading serves the load and the model that is asked right after it


# As in processes.py: the interpreter's lock is kept for these microseconds.
_LIBC = ctypes.PyDLL(None)
_LENGTH = 256


class Load(Protocol):
    """Busy CPU seconds of the machine."""

    cpus: int

    def busy_seconds(self) -> float:
        """Return busy CPU seconds of all CPUs together, since boot."""
        ...


class ProcLoad:
    """Reads ``/proc/stat``: user, nice, system, irq and softirq; never iowait (idle) or steal (somebody else's)."""

    def __init__(self) -> None:
        self.cpus = os.cpu_count() or 1
        self._tick = 1.0 / os.sysconf("SC_CLK_TCK")
        self._buffer = ctypes.create_string_buffer(_LENGTH)
        self._read_at = -_FRESH
        self._busy = 0.0
        self._stat = os.open("/proc/stat", os.O_RDONLY | os.O_CLOEXEC)

    def busy_seconds(self) -> float:
        """Return busy CPU seconds of all CPUs together, since boot, in steps of 10 ms."""
        now = time.monotonic_ns()
        if now - self._read_at < _FRESH:
            return self._busy
        length = _LIBC.pread(self._stat, self._buffer, _LENGTH, 0)
        line = self._buffer.raw[: max(0, length)].split(b"\n", 1)[0].split()
        user, nice, system = int(line[1]), int(line[2]), int(line[3])
        irq, softirq = int(line[6]), int(line[7])
        self._busy = (user + nice + system + irq + softirq) * self._tick
        self._read_at = now
        return self._busy
