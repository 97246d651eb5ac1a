"""Who uses a GPU: what a driver tells of the processes on it, and what our own open files tell where it does not.

A driver lists PIDs. Inside a container it may list none of ours, or list them by the numbers that the host knows them
by. Then a process of ours that has ``/dev/nvidia-uvm`` open stands for a CUDA context: the CUDA runtime opens that file
when it makes its first one, while NVML, and thus mere metering, opens ``/dev/nvidiactl`` and ``/dev/nvidiaN`` only.
The file does not say which GPU; shares made from it are flagged.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

from .source import Gpu

_CONTEXT_FILE: Final = "/dev/nvidia-uvm"
_INITIAL_NAMESPACE: Final = "pid:[4026531836]"  # PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h


@dataclass(frozen=True, slots=True)
class Part:
    """A GPU, or one MIG instance of it, and the processes on it.

    Attributes
    ----------
    holders
        PIDs with a compute context; ``None`` where the driver does not tell.
    slices
        The instance's share of the GPU's compute slices, 0 … 1; ``None`` for a GPU that is not divided.
    """

    holders: frozenset[int] | None
    slices: float | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a GPU showed.

    Attributes
    ----------
    own
        PIDs of our process tree.
    parts
        The GPU, or those of its instances that we may use.
    activity
        Utilisation of the multiprocessors by PID, in one unit for all; ``None`` where the driver does not tell.
    contexts
        Where the driver hides our PIDs: how many of our processes have a context, and how many that we can see.
    quiet
        Whether the GPU did next to nothing; ``None`` if that was not asked.
    """

    own: frozenset[int] = frozenset()
    parts: tuple[Part, ...] = ()
    activity: Mapping[int, float] | None = field(default=None, hash=False)
    contexts: tuple[int, int] | None = None
    quiet: bool | None = None

    @property
    def lists_ours(self) -> bool:
        """Whether the driver lists a process of ours."""
        return any(part.holders is not None and self.own & part.holders for part in self.parts)

    @property
    def shared(self) -> bool:
        """Whether it lists a process of ours beside somebody else's."""
        return self.lists_ours and any(part.holders is not None and part.holders - self.own for part in self.parts)


@runtime_checkable
class SharedGpu(Gpu, Protocol):
    """A GPU that tells more of its processes than their PIDs. Each call may raise ``SourceError``."""

    def parts(self) -> tuple[Part, ...]:
        """Return the GPU, or those of its MIG instances that we may use."""
        ...

    def activity(self) -> Mapping[int, float] | None:
        """Return each process's use of the multiprocessors since the last call; ``None`` if the device cannot tell."""
        ...

    def utilisation(self) -> float | None:
        """Return the share of time in which anything ran lately, 0 … 1; ``None`` if the device cannot tell."""
        ...


class OpenContexts:
    """Finds CUDA contexts by open files, for a process whose PIDs a driver may not know.

    Parameters
    ----------
    proc
        The system's table of processes.
    """

    def __init__(self, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        try:
            self.may_be_needed = os.readlink(proc / "self/ns/pid") != _INITIAL_NAMESPACE
        except OSError:
            self.may_be_needed = False

    def count(self, own: Iterable[int]) -> tuple[int, int]:
        """Return how many of our processes have a context, and how many of all whose files we may see."""
        pids = frozenset(own)
        ours = sum(self._has_context(pid) for pid in pids)
        if not ours:
            return 0, 0
        others = (int(name) for name in os.listdir(self._proc) if name.isdigit())
        return ours, ours + sum(self._has_context(pid) for pid in others if pid not in pids)

    def _has_context(self, pid: int) -> bool:
        folder = self._proc / str(pid) / "fd"
        with contextlib.suppress(OSError):
            for name in os.listdir(folder):
                with contextlib.suppress(OSError):
                    if os.readlink(folder / name) == _CONTEXT_FILE:
                        return True
        return False
