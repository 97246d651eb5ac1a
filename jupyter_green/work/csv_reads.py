"""Text files with separators that pandas reads."""

from __future__ import annotations

import functools
import time
from contextlib import suppress
from typing import Any

from .file_reads import CSV, FileRead, choice, known, whole
from .replaced import Remove, replaced
from .traits import TRAITS
from .within import part_of


def install(readers: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Note reads from now on; return what takes the probe out."""

    def reads(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def _read(filepath_or_buffer: Any, kwds: Any) -> Any:  # noqa: ANN401
            file, begun = known(filepath_or_buffer), time.perf_counter()
            result = original(filepath_or_buffer, kwds)
            if file is None or kwds.get("engine") == "python-fwf":
                return result
            with suppress(Exception):  # settings unlike any other: what was read stands
                seconds = time.perf_counter() - begun
                full = not kwds.get("iterator") and whole(kwds, "nrows", "chunksize", "skiprows", "skipfooter")
                TRAITS.note(FileRead(file, CSV, seconds, full, choice(kwds.get("usecols"))))
            return result

        return part_of(readers, _read)

    return replaced(readers, "_read", reads)
