"""The same readings where there is no /proc (macOS, Windows): slower, through psutil."""

from __future__ import annotations

import os
import threading

import psutil

from .source import Scope


class PortableTree:
    """CPU seconds and memory of a process and its descendants, as :class:`~.processes.ProcessTree` gives them.

    Children that ended count where the system sums them for the parent (macOS does, Windows does not).
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = psutil.Process()
        self._children: list[psutil.Process] = []
        self._highest = 0.0

    lost = 0

    def survey(self) -> None:
        """Do nothing: orphans cannot be told from other processes here."""

    @property
    def pids(self) -> frozenset[int]:
        """PIDs of the tree as last seen, the root included."""
        return frozenset({os.getpid(), *(child.pid for child in self._children)})

    def cpu_seconds(self) -> float:
        """Return the CPU seconds, user and system, that the tree has used so far. Never decreases."""
        with self._lock:
            times = self._process.cpu_times()
            value = times.user + times.system + times.children_user + times.children_system
            self._children = self._process.children(recursive=True)
            for child in self._children:
                try:
                    of_child = child.cpu_times()
                except psutil.Error:
                    continue
                value += of_child.user + of_child.system
            self._highest = max(self._highest, value)
            return self._highest

    def memory_bytes(self) -> int:
        """Return the memory that only this tree uses (USS)."""
        whole = 0
        for process in (self._process, *self._children):
            try:
                whole += process.memory_full_info().uss
            except psutil.Error:
                continue
        return whole


class PortableLoad:
    """Busy CPU seconds of the machine since boot."""

    scope: Scope = "machine"

    def __init__(self) -> None:
        self.cpus = psutil.cpu_count() or 1

    def busy_seconds(self) -> float:
        """Return busy CPU seconds of all CPUs together."""
        times = psutil.cpu_times()
        return float(sum(times) - times.idle - getattr(times, "iowait", 0.0) - getattr(times, "steal", 0.0))
