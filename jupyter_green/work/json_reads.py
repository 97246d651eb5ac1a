"""JSON files that pandas reads."""

from __future__ import annotations

import functools
import time
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from .file_reads import JSON, File, FileRead, opening
from .replaced import Remove, all_or_none, replaced
from .traits import TRAITS
from .within import part_of


def install(module: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Note reads from now on; return what takes the probe out."""
    opened: WeakKeyDictionary[Any, tuple[File, bool, float]] = WeakKeyDictionary()

    def reads(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def read(reader: Any) -> Any:  # noqa: ANN401
            begun = time.perf_counter()
            result = original(reader)
            with suppress(Exception):  # it was not opened as a file, or is unlike the reader we know
                file, full, seconds = opened.pop(reader)
                TRAITS.note(FileRead(file, JSON, seconds + time.perf_counter() - begun, full))
            return result

        return part_of(module, read)

    return all_or_none(
        lambda: replaced(module.JsonReader, "__init__", opening(module, opened)),
        lambda: replaced(module.JsonReader, "read", reads),
    )
