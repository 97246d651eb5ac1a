"""Time that passes only when a test says so."""

from __future__ import annotations

NANOSECONDS = 1_000_000_000


class FakeClock:
    """Implements ``jupyter_green.clock.Clock``; starts at a round boot time and a fixed date."""

    def __init__(self, boottime_ns: int = 1_000 * NANOSECONDS, wall: float = 1_795_000_000.0) -> None:
        self._boottime = boottime_ns
        self._suspended = 0
        self._wall_at_boot = wall - boottime_ns / NANOSECONDS

    def boottime(self) -> int:
        return self._boottime

    def wall(self) -> float:
        return self._wall_at_boot + self._boottime / NANOSECONDS

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("boot time never runs backwards")
        self._boottime += round(seconds * NANOSECONDS)

    def monotonic(self) -> int:
        return self._boottime - self._suspended

    def suspend(self, seconds: float) -> None:
        """Let the machine sleep."""
        self._suspended += round(seconds * NANOSECONDS)
        self.advance(seconds)

    def step_wall(self, seconds: float) -> None:
        """Set the date, as NTP or a user does: boot time does not notice."""
        self._wall_at_boot += seconds
