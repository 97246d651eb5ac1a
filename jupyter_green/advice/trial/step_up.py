"""Foresees that a larger batch does not fit: on a CPU the system would kill the kernel, and not raise an error."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

import psutil

from .design import Arm
from .effort import Taken
from .memory import MARGIN, Room
from .refusal import Refusal

_GB: Final = 1e9


def step_up(factor: float, devices: frozenset[str], room: Room) -> Callable[[Callable[[Arm], Taken]], None]:
    """Return what runs A once and refuses if so many times what it took does not fit.

    Only what the first run takes beyond what this process had taken before tells anything; else the step is tried.

    Parameters
    ----------
    factor
        Times the size of the batches.
    devices
        Kinds of devices that the step uses.
    """

    def watch(run: Callable[[Arm], Taken]) -> None:
        before = _taken(devices)
        run("A")
        for name, bytes_taken in _taken(devices).items():
            wanted = factor * max(0.0, bytes_taken - before.get(name, 0.0))
            free = room.host() if name == "cpu" else room.device(name)
            if wanted * MARGIN > free:
                raise Refusal(
                    f"not tried, as it would be out of memory: a batch {factor:g} times as large would need about "
                    f"{wanted / _GB:.2g} GB, and {free / _GB:.2g} GB are free"
                )

    return watch


def _taken(devices: frozenset[str]) -> dict[str, float]:
    """Return the most that this process held so far, bytes, by device; nothing is reset for it."""
    found = {"cpu": _most_resident()}
    torch: Any = sys.modules.get("torch")
    if torch is not None and "cuda" in devices and torch.cuda.is_initialized():
        for index in range(torch.cuda.device_count()):
            found[f"cuda:{index}"] = float(torch.cuda.memory_reserved(index))
    return found


def _most_resident() -> float:
    if sys.platform == "win32":
        return float(psutil.Process().memory_info().peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)
