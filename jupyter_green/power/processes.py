"""CPU seconds of a process and all its descendants, the reaped and the vanished ones too.

Summing the CPU clocks of live processes loses every child that ended; adding ``RUSAGE_CHILDREN`` loses what still
lives. Both together are right, except for children that nobody reaps (SIGCHLD ignored) and for those that a daemon's
double fork hands to init: they keep their last known value, as far as no parent's reaped time explains it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import threading
import time
from dataclasses import dataclass

from .tree_memory import TreeMemory

# A function of PyDLL keeps the interpreter's lock: a call of 1 µs that gave it away would have to wait for it, behind
# the thread that sends the kernel's messages just when a cell begins.
_LIBC = ctypes.PyDLL(None)
_IGNORED = ctypes.create_string_buffer(128)  # siginfo_t
_TICK = 1.0 / os.sysconf("SC_CLK_TCK")

# A process is its PID and its start time: PIDs are used again.
_Key = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Process:
    cpu: float  # s, its own
    reaped: float  # s, of children it waited for
    parent: _Key | None


class ProcessTree:
    """The tree below one process, itself included.

    Safe to read from several threads. Costs 2 µs while there are no children, else about 30 µs a process.

    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._memory = TreeMemory()
        self._root: _Key = (os.getpid(), 0)
        self._seen: dict[_Key, _Process] = {}
        self._reaped = 0.0
        self._vanished = 0.0
        self._highest = 0.0
        self._leads_session = os.getsid(0) == os.getpid()
        self._surveyed = 0.0
        self._lost = 0

    @property
    def pids(self) -> frozenset[int]:
        """PIDs of the tree as last seen, the root included."""
        return frozenset({self._root[0], *(pid for pid, _ in self._seen)})

    @property
    def lost(self) -> int:
        """How often a process ended that nobody we know waited for: what it used since it was last seen is missing."""
        return self._lost

    def cpu_seconds(self) -> float:
        """Return the CPU seconds, user and system, that the tree has used so far. Never decreases."""
        with self._lock:
            reaped = _reaped_by_us()
            if self._seen or _has_children():
                reaped = self._look(reaped)
            self._reaped = reaped
            living = sum(p.cpu + p.reaped for p in self._seen.values())
            value = time.process_time_ns() * 1e-9 + reaped + living + self._vanished
            self._highest = max(self._highest, value)
            return self._highest

    def survey(self) -> None:
        """Look for processes of our session whose parent has gone, as a shell's background job; takes milliseconds.

        Only a kernel that leads its session may take all of it for its own.
        """
        with self._lock:
            reaped = _reaped_by_us()
            if self._leads_session and reaped != self._surveyed:  # only a child that ended can have left orphans
                self._surveyed = reaped
                for orphan in _in_session(self._root[0]):
                    if orphan[0] not in self._seen:
                        self._seen[orphan[0]] = orphan[1]
                        self._seen.update(_descendants(orphan[0]))

    def memory_bytes(self) -> int:
        """Return the memory that only this tree uses."""
        return self._memory.bytes(self.pids)

    def _look(self, reaped: float) -> float:
        """Bring the picture of the descendants up to date; return our reaped seconds as of that picture."""
        for _ in range(3):
            current = _descendants(self._root)
            again = _reaped_by_us()
            if again == reaped:
                break
            reaped = again  # a child ended while we looked: it would stand in both sums, or in neither
        gone = {key: process for key, process in self._seen.items() if key not in current}
        for key in list(gone):
            orphan = _read(key[0], None)
            if orphan is not None and orphan[0] == key:
                current[key] = orphan[1]
                del gone[key]
        self._vanished += self._unexplained(gone, current, reaped)
        self._seen = current
        return reaped

    def _unexplained(self, gone: dict[_Key, _Process], current: dict[_Key, _Process], reaped: float) -> float:
        """Return the CPU seconds of vanished processes that no surviving ancestor's reaped time contains."""
        owed: dict[_Key | None, float] = {}
        for process in gone.values():
            ancestor = process.parent
            while ancestor is not None and ancestor != self._root and ancestor not in current:
                ancestor = self._seen[ancestor].parent if ancestor in self._seen else None
            owed[ancestor] = owed.get(ancestor, 0.0) + process.cpu + process.reaped
        missing = 0.0
        for ancestor, seconds in owed.items():
            if ancestor == self._root:
                risen = reaped - self._reaped
            elif ancestor is not None and ancestor in self._seen:
                risen = current[ancestor].reaped - self._seen[ancestor].reaped
            else:
                risen = 0.0
            if seconds > risen + _TICK:
                self._lost += 1
            missing += max(0.0, seconds - risen)
        return missing


def _reaped_by_us() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _has_children() -> bool:
    """Whether this process has a child, running or waiting to be reaped; reaps nothing."""
    failed: int = _LIBC.waitid(os.P_ALL, 0, _IGNORED, os.WEXITED | os.WNOHANG | os.WNOWAIT, None)
    return not failed


def _descendants(root: _Key) -> dict[_Key, _Process]:
    found: dict[_Key, _Process] = {}
    pending = [root]
    while pending:
        parent = pending.pop()
        for pid in _children(parent[0]):
            entry = _read(pid, parent)
            if entry is not None and entry[0] not in found:
                found[entry[0]] = entry[1]
                pending.append(entry[0])
    return found


def _in_session(leader: int) -> list[tuple[_Key, _Process]]:
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit() and int(name) != leader:
            try:
                with open(f"/proc/{name}/stat", "rb") as file:
                    session = int(file.read().rpartition(b")")[2].split()[3])
            except OSError:
                continue
            entry = _read(int(name), None) if session == leader else None
            if entry is not None:
                found.append(entry)
    return found


def _children(pid: int) -> list[int]:
    children: list[int] = []
    with contextlib.suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                children.extend(map(int, file.read().split()))
    return children


def _read(pid: int, parent: _Key | None) -> tuple[_Key, _Process] | None:
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
    except OSError:
        return None
    key = (pid, int(fields[19]))
    cpu = (int(fields[11]) + int(fields[12])) * _TICK
    # The process clock is exact where /proc counts in ticks of 10 ms; a zombie has no clock any more.
    with contextlib.suppress(OSError):
        cpu = max(cpu, time.clock_gettime_ns((~pid << 3) | 2) * 1e-9)
    return key, _Process(cpu, (int(fields[13]) + int(fields[14])) * _TICK, parent)
