"""Whether a processor or a GPU was slowed down for its heat, where the system tells."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

_CPUS: Final = Path("/sys/devices/system/cpu")
_MOST: Final = 64  # files; a package throttles as a whole, so that some of its cores tell


@runtime_checkable
class Throttled(Protocol):
    """A source that tells whether its device is slowed down now."""

    def throttled(self) -> bool:
        """Whether heat or the supply of power slows it down; a limit that the user set is no such thing."""
        ...


class Throttling:
    """Watches a stretch of time.

    Parameters
    ----------
    sources
        GPUs among them are asked.
    cpus
        Where Linux shows the processors.
    """

    def __init__(self, sources: Iterable[object], cpus: Path = _CPUS) -> None:
        self._devices = [source for source in sources if isinstance(source, Throttled)]
        pattern = "cpu[0-9]*/thermal_throttle/*_throttle_count"  # of Intel's processors; others do not count
        self._files = sorted(cpus.glob(pattern))[:_MOST] if cpus.is_dir() else []
        self._count = 0

    def begin(self) -> None:
        """Note where the counters stand."""
        self._count = self._counted()

    def rose(self) -> bool:
        """Whether anything was slowed down since :meth:`begin`, as far as it is told."""
        return self._counted() > self._count or any(_tells(device) for device in self._devices)

    def _counted(self) -> int:
        total = 0
        for file in self._files:
            with suppress(OSError, ValueError):
                total += int(file.read_text())
        return total


def _tells(device: Throttled) -> bool:
    try:
        return device.throttled()
    except Exception:  # noqa: BLE001 - a vendor's library may raise anything; what cannot be asked is not known
        return False
