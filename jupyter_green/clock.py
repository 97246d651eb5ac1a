"""Time, behind a Protocol so that tests can hold it in their hand."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """A source of time."""

    def boottime(self) -> int:
        """Return ns since boot, suspend included; the same for every process of the machine."""
        ...

    def monotonic(self) -> int:
        """Return ns since some time, suspend left out."""
        ...

    def wall(self) -> float:
        """Return Unix time, s."""
        ...


class SystemClock:
    """The machine's clocks: CLOCK_BOOTTIME where there is one, else the monotonic clock."""

    def boottime(self) -> int:
        """Return ns since boot."""
        return time.clock_gettime_ns(_BOOTTIME) if _BOOTTIME is not None else time.monotonic_ns()

    def monotonic(self) -> int:
        """Return ns on the clock that stands still in suspend (on Linux)."""
        return time.monotonic_ns()

    def wall(self) -> float:
        """Return Unix time, s."""
        return time.time()


_BOOTTIME: int | None = getattr(time, "CLOCK_BOOTTIME", None)
