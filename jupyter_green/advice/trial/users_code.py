"""Tells the user's own code from that of libraries."""

from __future__ import annotations

import functools
import sys
import sysconfig
import types
from typing import Final

_LIBRARIES: Final = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


def is_users_function(function: types.FunctionType) -> bool:
    """Whether a function is the user's own."""
    return not _is_library(function.__code__.co_filename) and is_users(str(function.__globals__.get("__name__", "")))


@functools.lru_cache(maxsize=4096)
def is_users(module: str) -> bool:
    """Whether a module is the user's own: no library's, and not ours."""
    top = module.split(".", 1)[0]
    if module == "__main__":
        return True
    if top in sys.stdlib_module_names:
        return False
    if top in ("builtins", "jupyter_green"):
        return False
    file = getattr(sys.modules.get(module), "__file__", None)
    return file is None or not _is_library(file)


def _is_library(file: str) -> bool:
    return file.startswith((*_LIBRARIES, "<frozen")) or "site-packages" in file or "dist-packages" in file
