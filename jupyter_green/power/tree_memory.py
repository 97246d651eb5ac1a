"""Memory that a process tree uses by itself: resident pages less shared ones, corrected by what sharing really is.

Resident less shared is cheap, but counts the pages that forked workers share until one writes as each one's own, and
shared segments as nobody's. The proportional set size (PSS) divides every page by its users. It costs 13 ms/GB and
stalls ``mmap`` in the process that it looks at: it is read rarely, and only where it can matter and stays cheap.
"""

from __future__ import annotations

import os
import time
from collections.abc import Collection

_PAGE = os.sysconf("SC_PAGE_SIZE")
PSS_INTERVAL = 10.0
"""s between two readings of PSS."""

PSS_LIMIT = 2 * 10**9
"""Resident bytes of a tree above which PSS is not read."""


class TreeMemory:
    """Memory of a tree; keeps the last corrections by PSS."""

    def __init__(self) -> None:
        self._corrections: dict[int, int] = {}  # bytes by PID: PSS less private
        self._pss_due = time.monotonic() + PSS_INTERVAL  # never on the thread that starts the metering

    def bytes(self, pids: Collection[int]) -> int:
        """Return the bytes that these processes use."""
        sizes = {pid: size for pid in pids if (size := _resident_and_shared(pid)) is not None}
        if time.monotonic() >= self._pss_due:
            self._pss_due = time.monotonic() + PSS_INTERVAL
            shares = len(sizes) > 1 and any(shared for _, shared in sizes.values())
            cheap = sum(resident for resident, _ in sizes.values()) < PSS_LIMIT
            self._corrections = {}
            for pid, (resident, shared) in sizes.items() if shares and cheap else ():
                pss = _pss(pid)
                if pss is not None:
                    self._corrections[pid] = pss - (resident - shared)
        return sum(
            max(0, resident - shared + self._corrections.get(pid, 0)) for pid, (resident, shared) in sizes.items()
        )


def _resident_and_shared(pid: int) -> tuple[int, int] | None:
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            _, resident, shared = map(int, file.read().split()[:3])
    except (OSError, ValueError):
        return None
    return resident * _PAGE, min(resident, shared) * _PAGE


def _pss(pid: int) -> int | None:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    return None
