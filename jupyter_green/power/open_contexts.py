"""Who uses a GPU where its driver does not know our processes: what our own open files tell.

A process of ours that has ``/dev/nvidia-uvm`` open stands for a CUDA context: the CUDA runtime opens that file when it
makes its first one, while NVML, and thus mere metering, opens ``/dev/nvidiactl`` and ``/dev/nvidiaN`` only. The file
does not say which GPU; shares made from it are flagged.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_CONTEXT_FILE: Final = "/dev/nvidia-uvm"
_INITIAL_NAMESPACE: Final = "pid:[4026531836]"  # PROC_PID_INIT_INO of the kernel's include/linux/proc_ns.h


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
