"""Sheets of Excel files that pandas reads. Opening the file counts with the first of them."""

from __future__ import annotations

import functools
import time
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from .file_reads import EXCEL, File, FileRead, choice, opening, whole
from .replaced import Remove, all_or_none, replaced
from .traits import TRAITS
from .within import part_of

_PARTS = ("nrows", "skiprows", "skipfooter")


def install(module: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Note reads from now on; return what takes the probe out."""
    opened: WeakKeyDictionary[Any, tuple[File, bool, float]] = WeakKeyDictionary()

    def parses(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def parse(reader: Any, sheet_name: Any = 0, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            begun = time.perf_counter()
            result = original(reader, sheet_name, *args, **kwargs)
            with suppress(Exception):  # it was not opened as a file, or is unlike the reader we know
                file, full, seconds = opened[reader]
                opened[reader] = file, full, 0.0
                seconds += time.perf_counter() - begun
                columns = choice(sheet_name, kwargs.get("usecols"))
                TRAITS.note(FileRead(file, EXCEL, seconds, whole(kwargs, *_PARTS), columns))
            return result

        return part_of(module, parse)

    return all_or_none(
        lambda: replaced(module.BaseExcelReader, "__init__", opening(module, opened)),
        lambda: replaced(module.BaseExcelReader, "parse", parses),
    )
