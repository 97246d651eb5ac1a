"""Text files that pandas reads: which, how large, how long it took. Of a file only its number on its disk is kept."""

from __future__ import annotations

import functools
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .replaced import Remove, replaced
from .traits import TRAITS
from .within import part_of


@dataclass(frozen=True, slots=True)
class CsvRead:
    """One file that was read.

    Attributes
    ----------
    file
        Tells files apart in this process.
    version
        Tells apart what stood in it: its size and when it was changed.
    size
        Bytes.
    seconds
        That reading took.
    whole
        Whether all its rows were read at once.
    columns
        Tells apart which columns were chosen; 0 for all of them.
    """

    file: int
    version: int
    size: int
    seconds: float
    whole: bool
    columns: int


def install(readers: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Note reads from now on; return what takes the probe out."""

    def reads(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def _read(filepath_or_buffer: Any, kwds: Any) -> Any:  # noqa: ANN401
            known, begun = _known(filepath_or_buffer, kwds), time.perf_counter()
            result = original(filepath_or_buffer, kwds)
            if known is not None:
                file, version, size, whole, columns = known
                TRAITS.note(CsvRead(file, version, size, time.perf_counter() - begun, whole, columns))
            return result

        return part_of(readers, _read)

    return replaced(readers, "_read", reads)


def _known(file: Any, given: Any) -> tuple[int, int, int, bool, int] | None:  # noqa: ANN401
    """Return what is known of a file before it is read; ``None`` for what is no file of this machine."""
    if not isinstance(file, (str, os.PathLike)) or given.get("engine") == "python-fwf":
        return None
    with suppress(Exception):  # no such file, or settings unlike any other: reading it says so
        found = os.stat(os.path.expanduser(file))
        parts = (given.get(name) for name in ("nrows", "chunksize", "skiprows", "skipfooter"))
        whole = not given.get("iterator") and all(part is None or (type(part) is int and part == 0) for part in parts)
        chosen = given.get("usecols")
        columns = 0 if chosen is None else hash(repr(chosen)) or 1
        return (
            hash((found.st_dev, found.st_ino)),
            hash((found.st_size, found.st_mtime_ns)),
            found.st_size,
            whole,
            columns,
        )
    return None
