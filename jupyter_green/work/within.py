"""Functions of ours that a library takes for its own when it asks whose line a warning is about."""

from __future__ import annotations

from pathlib import Path
from types import FunctionType, ModuleType
from typing import TypeVar

F = TypeVar("F")


def part_of(module: ModuleType, function: F) -> F:
    """Return the function with a file name in the library's folder, so that warnings still name the user's line.

    Libraries go up the stack until they come out of their own folder. There is no such file: tracebacks show the name,
    which is ours, and no line of code.
    """
    if isinstance(function, FunctionType) and module.__file__:
        name = str(Path(module.__file__).with_name("jupyter_green_probe"))
        function.__code__ = function.__code__.replace(co_filename=name)
    return function
