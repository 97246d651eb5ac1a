"""The system's table of processes, ``/proc``, as far as CPU seconds and kinship need it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import time
from dataclasses import dataclass
from typing import Final

# A function of PyDLL keeps the interpreter's lock: a call of 1 µs that gave it away would have to wait for it, behind
# the thread that sends the kernel's messages just when a cell begins.
_LIBC = ctypes.PyDLL(None)
_IGNORED = ctypes.create_string_buffer(128)  # siginfo_t
TICK: Final = 1.0 / os.sysconf("SC_CLK_TCK")
"""s in which ``/proc`` counts CPU time."""

Key = tuple[int, int]
"""PID and start time in ticks since boot: PIDs are used again."""


@dataclass(frozen=True, slots=True)
class Process:
    """What one process has used.

    Attributes
    ----------
    cpu
        s, its own.
    reaped
        s, of children that it waited for.
    parent
        ``None`` if that has gone: nobody of ours will wait for it.
    ended
        Whether it is a zombie, which uses nothing any more.
    """

    cpu: float
    reaped: float
    parent: Key | None
    ended: bool = False


def stat(pid: int) -> list[bytes] | None:
    """Return the fields of ``/proc/PID/stat`` from the third on, the state; ``None`` if there is no such process.

    https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    """
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read().rpartition(b")")[2].split()
    except OSError:
        return None


def read(pid: int, parent: Key | None) -> tuple[Key, Process] | None:
    """Return a process by its key; ``None`` if there is none."""
    fields = stat(pid)
    if fields is None:
        return None
    cpu = (int(fields[11]) + int(fields[12])) * TICK
    # The process clock is exact where /proc counts in ticks of 10 ms; a zombie has no clock any more.
    with contextlib.suppress(OSError):
        cpu = max(cpu, time.clock_gettime_ns((~pid << 3) | 2) * 1e-9)
    ended = fields[0] == b"Z" and int(fields[17]) <= 1  # its threads may outlive its first one
    return (pid, int(fields[19])), Process(cpu, (int(fields[13]) + int(fields[14])) * TICK, parent, ended)


def descendants(root: Key) -> dict[Key, Process]:
    """Return all living processes below one."""
    found: dict[Key, Process] = {}
    pending = [root]
    while pending:
        parent = pending.pop()
        for pid in _children(parent[0]):
            entry = read(pid, parent)
            if entry is not None and entry[0] not in found:
                found[entry[0]] = entry[1]
                pending.append(entry[0])
    return found


def reaped_by_us() -> float:
    """Return the CPU seconds of the children that this process has waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def has_children() -> bool:
    """Whether this process has a child, running or waiting to be reaped; reaps nothing."""
    failed: int = _LIBC.waitid(os.P_ALL, 0, _IGNORED, os.WEXITED | os.WNOHANG | os.WNOWAIT, None)
    return not failed


def _children(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                children.extend(map(int, file.read().split()))
    return children
