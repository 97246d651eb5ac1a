"""What is kept of a file that pandas has read: how large it was and how long it took, and only a number of its name."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .within import part_of

CSV, JSON, EXCEL = "csv", "json", "excel"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was.

    Attributes
    ----------
    number
        Tells files apart in this process.
    version
        Tells apart what stood in it: its size and when it was changed.
    size
        Bytes.
    """

    number: int
    version: int
    size: int


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file that was read.

    Attributes
    ----------
    file
        Which.
    kind
        ``csv`` for any text with separators, ``json`` or ``excel``.
    seconds
        That reading took.
    whole
        Whether all its rows were read at once.
    columns
        Tells apart which columns, or sheets, were chosen; 0 for all of them.
    """

    file: File
    kind: str
    seconds: float
    whole: bool
    columns: int = 0


def known(path: Any) -> File | None:  # noqa: ANN401 - whatever a reader was given
    """Return a file before it is read; ``None`` for what is no file of this machine."""
    if not isinstance(path, (str, os.PathLike)):
        return None
    with suppress(Exception):  # no such file: reading it says so
        found = os.stat(os.path.expanduser(path))
        return File(hash((found.st_dev, found.st_ino)), hash((found.st_size, found.st_mtime_ns)), found.st_size)
    return None


def whole(given: Any, *parts: str) -> bool:  # noqa: ANN401 - a mapping of settings
    """Return whether no setting of these names takes only a part."""
    return all(given.get(name) is None or (type(given[name]) is int and given[name] == 0) for name in parts)


def choice(*chosen: Any) -> int:  # noqa: ANN401
    """Return what tells a choice of columns apart from others; 0 for none."""
    return 0 if all(each is None for each in chosen) else hash(repr(chosen)) or 1


def opening(module: Any, opened: MutableMapping[Any, tuple[File, bool, float]]) -> Callable[[Any], Any]:  # noqa: ANN401
    """Return what makes a reader's ``__init__`` remember itself: its file, whether all of it is asked for, seconds."""

    def opens(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def __init__(reader: Any, filepath_or_buffer: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, N807
            file, begun = known(filepath_or_buffer), time.perf_counter()
            original(reader, filepath_or_buffer, *args, **kwargs)
            if file is not None:
                with suppress(Exception):  # a reader unlike those we know: it reads all the same
                    opened[reader] = file, whole(kwargs, "nrows", "chunksize"), time.perf_counter() - begun

        return part_of(module, __init__)

    return opens
