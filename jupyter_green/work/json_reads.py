"""JSON files that pandas reads."""

from __future__ import annotations

import functools
import time
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from .file_reads import JSON, File, FileRead, known, whole
from .replaced import Remove, all_or_none, replaced
from .traits import TRAITS
from .within import part_of


def install(module: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Note reads from now on; return what takes the probe out."""
    opened: WeakKeyDictionary[Any, tuple[File, bool, float]] = WeakKeyDictionary()

    def opens(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def __init__(reader: Any, filepath_or_buffer: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, N807
            file, begun = known(filepath_or_buffer), time.perf_counter()
            original(reader, filepath_or_buffer, *args, **kwargs)
            if file is not None:
                with suppress(Exception):  # a reader unlike the one we know: it reads all the same
                    opened[reader] = file, whole(kwargs, "nrows", "chunksize"), begun

        return part_of(module, __init__)

    def reads(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def read(reader: Any) -> Any:  # noqa: ANN401
            result = original(reader)
            with suppress(Exception):  # as above, or it was not opened as a file
                file, full, begun = opened.pop(reader)
                TRAITS.note(FileRead(file, JSON, time.perf_counter() - begun, full))
            return result

        return part_of(module, read)

    return all_or_none(
        lambda: replaced(module.JsonReader, "__init__", opens),
        lambda: replaced(module.JsonReader, "read", reads),
    )
