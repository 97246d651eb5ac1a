"""Files for others to read: one small file per format, each a pure function of a checked bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .bundle import Format

FORMATS: Final[dict[str, tuple[str, str]]] = {
    "json": ("json", "json"),
    "csv": ("csv", "csv"),
    "markdown": ("markdown", "md"),
    "latex": ("latex", "tex"),
    "boamps": ("boamps", "json"),
    "carbontracker": ("carbontracker", "log"),
    "huggingface": ("huggingface", "md"),
    "sci": ("sci", "json"),
}
"""By the format's name: its module here, whose ``render`` does it, and the file's extension."""


def find(name: str) -> Format:
    """Return the function that renders a bundle in this format.

    Raises
    ------
    Problem
        When there is no such format; it names the known ones.
    """
    from importlib import import_module

    from ..problem import Problem

    if name not in FORMATS:
        raise Problem(f"no format is called {name!r}; known are {', '.join(FORMATS)}")
    render: Format = import_module(f".{FORMATS[name][0]}", __name__).render
    return render
