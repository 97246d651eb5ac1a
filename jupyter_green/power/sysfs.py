"""Numbers from the kernel's sysfs, counters and power sensors alike, as sources read them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..clock import Clock
from .source import SourceError

_LATE = 1.0  # s granted on top of the time between two reads, since a counter may publish late


def text(path: Path) -> str:
    """Return a file's content; empty if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def number(path: Path) -> int:
    """Return the number in a file.

    Raises
    ------
    SourceError
        When there is none that we may read.
    """
    try:
        return int(path.read_text(encoding="ascii", errors="replace"))
    except PermissionError:
        raise SourceError(f"{path} is not readable by this user; ask an administrator for read access") from None
    except OSError as error:
        raise SourceError(f"{path} cannot be read ({error.strerror})") from None
    except ValueError:
        raise SourceError(f"{path} holds no number") from None


class Microjoules:
    """The sum of some ``energyN_input`` files.

    Parameters
    ----------
    paths, clock
        The files, and time.
    limit
        W that the whole cannot exceed: a larger step, or a lower count, is a counter that began anew.
    """

    def __init__(self, paths: Sequence[Path], clock: Clock, limit: float) -> None:
        self._paths = paths
        self._clock = clock
        self._limit = limit
        self._last: tuple[int, list[int]] | None = None
        self._microjoules = 0

    def read(self) -> float:
        """Return the joules since the first read.

        Raises
        ------
        SourceError
            When a file cannot be read, and once after a counter began anew. What was counted is kept.
        """
        now, counts = self._clock.boottime(), [number(path) for path in self._paths]
        last, self._last = self._last, (now, counts)
        if last is not None:
            steps = [count - before for count, before in zip(counts, last[1], strict=True)]
            if min(steps) < 0 or sum(steps) > self._limit * 1e6 * ((now - last[0]) * 1e-9 + _LATE):
                raise SourceError(f"{self._paths[0]} was reset: the energy since the last reading is lost")
            self._microjoules += sum(steps)
        return self._microjoules * 1e-6


class Microwatts:
    """The sum of some ``powerN_*`` files, integrated by the trapezoidal rule. Takes what :class:`Microjoules` takes."""

    def __init__(self, paths: Sequence[Path], clock: Clock, limit: float) -> None:
        self._paths = paths
        self._clock = clock
        self._limit = limit
        self._last: tuple[int, float] | None = None
        self._joules = 0.0

    def read(self) -> float:
        """Return the joules since the first read.

        Raises
        ------
        SourceError
            When a file cannot be read, or says what cannot be. The time until the next reading is then missing.
        """
        last, self._last = self._last, None
        watts = sum(number(path) for path in self._paths) * 1e-6
        now = self._clock.boottime()
        if not 0 <= watts <= self._limit:
            raise SourceError(f"{self._paths[0]} says {watts:.0f} W, which cannot be")
        if last is not None:
            self._joules += (last[1] + watts) / 2 * (now - last[0]) * 1e-9
        self._last = now, watts
        return self._joules
