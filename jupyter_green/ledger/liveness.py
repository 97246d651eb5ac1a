"""Whether the process of a cell that was running when its row was last written still runs.

A kernel that is killed cannot close its cell. Its row holds what was known at the last heartbeat; whoever opens the
ledger next closes it as interrupted.
"""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path

HEARTBEAT = 10.0  # s between two
# Where we cannot look – another machine, another container – a row is taken for dead after so long without one, s.
SILENCE = 600.0


def identity() -> str:
    """Return what tells this process from all others: machine's boot, PID namespace, PID, start time."""
    return f"{_namespace()} {os.getpid()} {_started(os.getpid())}"


@cache
def ancestors() -> tuple[str, ...]:
    """Return the identities of the processes that this one descends from, the nearest first."""
    found = []
    pid = _parent(os.getpid())
    while pid > 1:
        found.append(f"{_namespace()} {pid} {_started(pid)}")
        pid = _parent(pid)
    return tuple(found)


def is_alive(process: str, heartbeat: float) -> bool:
    """Whether a process still runs.

    Parameters
    ----------
    process
        Its :func:`identity`.
    heartbeat
        When it was last heard of, Unix time, s.
    """
    namespace, _, rest = process.rpartition(" ")[0].rpartition(" ")
    started = process.rpartition(" ")[2]
    if namespace == _namespace() and rest.isdigit():
        return _started(int(rest)) == started
    return time.time() - heartbeat < SILENCE


@cache
def _namespace() -> str:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return f"{boot} {os.readlink('/proc/self/ns/pid')}"
    except OSError:
        import platform

        return f"{platform.node()} {platform.system()}"


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0  # no /proc, or gone


def _started(pid: int) -> str:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        pass
    else:
        return "gone" if fields[0] in ("Z", "X") else fields[19]
    import psutil

    try:
        return str(psutil.Process(pid).create_time())
    except psutil.Error:
        return "gone"
