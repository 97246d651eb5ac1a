"""A file of the kernel's that is read again and again, without giving up the interpreter's lock.

A call of microseconds that gave the lock away would have to wait for it, behind the thread that sends the kernel's
messages just when a cell begins.
"""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Final

_LENGTH: Final = 256


class CounterFile:
    """One open file; how it begins is read anew each time.

    Raises
    ------
    OSError
        When it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._buffer = ctypes.create_string_buffer(_LENGTH)
        self._pread = ctypes.PyDLL(None).pread

    def __del__(self) -> None:
        if hasattr(self, "_file"):
            os.close(self._file)

    def read(self) -> bytes:
        """Return how the file begins; nothing if it cannot be read any more."""
        length: int = self._pread(self._file, self._buffer, _LENGTH, 0)
        return self._buffer.raw[: max(0, length)]
