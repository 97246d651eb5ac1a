"""A control group of one process and its children, whose CPU time the system counts: the reference for ours."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOTS = (("cpuacct", "cpuacct.usage"), ("unified", "cpu.stat"), ("", "cpu.stat"))


@contextlib.contextmanager
def control_group(pid: int) -> Iterator[Path | None]:
    """Put a process into a group of its own; yield the file of its CPU time, ``None`` where that is not permitted."""
    for root, usage in ROOTS:
        group = Path("/sys/fs/cgroup", root, f"jupyter-green-benchmark-{os.getpid()}")
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            if not (group / usage).exists():
                continue
            (group / "cgroup.procs").write_text(str(pid))
            yield group / usage
            return
        except OSError:
            continue
        finally:
            _remove(group)
    yield None


@contextlib.contextmanager
def bystander(usage: Path) -> Iterator[None]:
    """Put a process that sleeps into the group as well, so that it is nobody's own."""
    with subprocess.Popen([sys.executable, "-I", "-S", "-c", "import time; time.sleep(3600)"]) as process:
        (usage.parent / "cgroup.procs").write_text(str(process.pid))
        try:
            yield
        finally:
            process.kill()


def _remove(group: Path) -> None:
    """Hand its processes back to the group above, then remove it."""
    for _ in range(50):
        with contextlib.suppress(OSError):
            for pid in (group / "cgroup.procs").read_text().split():
                with contextlib.suppress(OSError):
                    (group.parent / "cgroup.procs").write_text(pid)
            group.rmdir()
            return
        time.sleep(0.1)
