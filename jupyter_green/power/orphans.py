"""Finds descendants whose parents have gone: background jobs of a shell that ended, daemons after their double fork.

Nothing in the system says whose they were. Three traces do, each enough by itself: they are in the session that we
lead; they were forked without another program, so that their memory lies where ours does, at addresses drawn by
chance when our program was started; or they inherited the variables by which Jupyter Server tells its kernels apart.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Collection
from pathlib import Path

from .process_table import Key, stat

_FIXED = 0x0040000  # ADDR_NO_RANDOMIZE of the kernel's include/uapi/linux/personality.h
_ASK = 0xFFFFFFFF
_INHERITED = (b"JPY_PARENT_PID=", b"JPY_SESSION_NAME=")  # the server's PID and the notebook: together one kernel


class Orphans:
    """Looks through the table of processes for one tree; each process is looked at once."""

    def __init__(self) -> None:
        pid = os.getpid()
        fields = stat(pid) or []
        self._started = int(fields[19]) if fields else 0
        self._session = pid if os.getsid(0) == pid else None
        self._memory = _memory(fields) if _unique(fields) else None
        self._variables = _variables("self")
        self._strangers: set[int] = set()

    def find(self, known: Collection[int]) -> list[Key]:
        """Return orphans that are not among the *known* PIDs of the tree, and not below one of them."""
        present = {int(name) for name in os.listdir("/proc") if name.isdigit()}
        self._strangers &= present
        ours: dict[int, tuple[int, Key]] = {}
        for pid in present - self._strangers - set(known):
            fields = stat(pid)
            if fields is None:
                continue
            if self._is_ours(pid, fields):
                ours[pid] = int(fields[1]), (pid, int(fields[19]))
            else:
                self._strangers.add(pid)
        return [key for parent, key in ours.values() if parent not in ours and parent not in known]

    def _is_ours(self, pid: int, fields: list[bytes]) -> bool:
        if int(fields[19]) < self._started:
            return False
        return (
            int(fields[3]) == self._session
            or (self._memory is not None and _memory(fields) == self._memory)
            or (bool(self._variables) and _variables(str(pid)) == self._variables)
        )


def _memory(fields: list[bytes]) -> tuple[bytes, bytes] | None:
    """Return where program and stack lie; ``None`` where the system does not tell, or the process has ended."""
    place = (fields[23], fields[25]) if len(fields) > 25 else (b"0", b"0")
    return None if place[1] == b"0" else place


def _unique(fields: list[bytes]) -> bool:
    """Whether no other process that we did not fork lies where we lie."""
    try:
        drawn = Path("/proc/sys/kernel/randomize_va_space").read_bytes().strip() != b"0"
    except OSError:
        drawn = False
    parent = stat(os.getppid())
    forked = parent is None or _memory(parent) == _memory(fields)  # then our siblings lie there as well
    return drawn and not forked and not ctypes.CDLL(None).personality(_ASK) & _FIXED


def _variables(pid: str) -> frozenset[bytes]:
    try:
        environment = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return frozenset()
    found = frozenset(entry for entry in environment if entry.startswith(_INHERITED))
    return found if len(found) == len(_INHERITED) else frozenset()
