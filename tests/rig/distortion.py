"""Time that jumps and counters that stall, in a process of which neither can be injected: by a preloaded library."""

from __future__ import annotations

import functools
import os
import struct
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")


@functools.cache
def library() -> Path:
    """Compile the library into a folder that lasts as long as the machine keeps temporary files."""
    target = Path(tempfile.mkdtemp(prefix="jupyter-green-distortion-")) / "distortion.so"
    compiler = os.environ.get("CC", "cc")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", target, SOURCE, "-ldl"], check=True)
    return target


class Distortion:
    """What a process started with :attr:`environment` experiences; may change while it runs.

    Attributes
    ----------
    wall
        s by which the date is wrong.
    asleep
        s that the machine was suspended for: boot time counts them, the monotonic clock does not.
    stall
        s that the opening of an energy counter takes.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "distortion"
        self.wall = self.asleep = self.stall = 0.0
        self.apply()

    def apply(self) -> None:
        """Let the process experience it from now on."""
        content = struct.pack("<3q", *(round(seconds * 1e9) for seconds in (self.wall, self.asleep, self.stall)))
        # In place and in one piece, since the process has the file in its memory.
        descriptor = os.open(self._file, os.O_WRONLY | os.O_CREAT, 0o644)
        os.pwrite(descriptor, content, 0)
        os.close(descriptor)

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be started with."""
        return {"JUPYTER_GREEN_DISTORTION": str(self._file), "LD_PRELOAD": str(library())}
