"""Writing a file so that it holds the old text or the new one at any moment, never a part."""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from .problem import Problem

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(text: str, path: Path) -> None:
    """Write *text* to *path*, keeping its permissions and a symbolic link.

    Raises
    ------
    Problem
        When it cannot be written.
    """
    target = path.resolve()
    try:
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.chmod(temporary, mode)
            os.replace(temporary, target)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as error:
        raise Problem(f"{path}: {error.strerror or error}") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
