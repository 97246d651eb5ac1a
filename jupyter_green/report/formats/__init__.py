"""Files for others to read: one small file per format, each a pure function of a checked bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from .bundle import Format, Merge

FORMATS: Final[dict[str, tuple[str, str]]] = {
    "json": ("json", "json"),
    "csv": ("csv", "csv"),
    "markdown": ("markdown", "md"),
    "latex": ("latex", "tex"),
    "boamps": ("boamps", "json"),
    "carbontracker": ("carbontracker", "carbontracker.log"),
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
    render: Format = _module(name).render
    return render


def merging(name: str) -> Merge | None:
    """Return the function that adds a bundle to a file of the user's own; ``None`` where a format fills a file."""
    merge: Merge | None = getattr(_module(name), "merge", None)
    return merge


def names(name: str, path: Path) -> tuple[Path, ...]:
    """Return the files that a format's own readers look for when *path* is asked for: one, as a rule."""
    if name != "carbontracker":
        return (path,)
    from .carbontracker import twin

    other = twin(path.name)
    return (path,) if other is None else (path, path.with_name(other))


def _module(name: str) -> ModuleType:
    from importlib import import_module

    from ..problem import Problem

    if name not in FORMATS:
        raise Problem(f"no format is called {name!r}; known are {', '.join(FORMATS)}")
    return import_module(f".{FORMATS[name][0]}", __name__)
