"""Sheets of Excel files that pandas reads. Opening the file counts with the first of them."""

from __future__ import annotations

import functools
import time
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

from .file_reads import EXCEL, File, FileRead, choice, known, whole
from .replaced import Remove, all_or_none, replaced
from .traits import TRAITS
from .within import part_of

_PARTS = ("nrows", "skiprows", "skipfooter")


def install(module: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Note reads from now on; return what takes the probe out."""
    opened: WeakKeyDictionary[Any, tuple[File, float]] = WeakKeyDictionary()

    def opens(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def __init__(reader: Any, filepath_or_buffer: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401, N807
            file, begun = known(filepath_or_buffer), time.perf_counter()
            original(reader, filepath_or_buffer, *args, **kwargs)
            if file is not None:
                with suppress(Exception):  # a reader unlike the one we know: it reads all the same
                    opened[reader] = file, time.perf_counter() - begun

        return part_of(module, __init__)

    def parses(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def parse(reader: Any, sheet_name: Any = 0, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            begun = time.perf_counter()
            result = original(reader, sheet_name, *args, **kwargs)
            with suppress(Exception):  # as above, or it was not opened as a file
                file, opening = opened[reader]
                opened[reader] = file, 0.0
                seconds = opening + time.perf_counter() - begun
                columns = choice(sheet_name, kwargs.get("usecols"))
                TRAITS.note(FileRead(file, EXCEL, seconds, whole(kwargs, *_PARTS), columns))
            return result

        return part_of(module, parse)

    return all_or_none(
        lambda: replaced(module.BaseExcelReader, "__init__", opens),
        lambda: replaced(module.BaseExcelReader, "parse", parses),
    )
