"""Frames of pandas that are gone through row by row: by ``iterrows``, or by ``apply`` along the rows."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from .replaced import Remove, all_or_none, replaced
from .traits import TRAITS
from .within import part_of

_MOST = 60  # columns


@dataclass(frozen=True, slots=True)
class RowLoop:
    """One way through a frame.

    Attributes
    ----------
    kind
        By which method.
    rows
        That were gone through.
    seconds
        That it took, with what was done with each row.
    columns
        Names and types of the columns, where all names are texts, each stands once, and they are not too many.
    counted
        Whether rows are numbered from 0, as in a frame that was given no index.
    complete
        Whether it came to the end.
    """

    kind: Literal["iterrows", "apply"]
    rows: int
    seconds: float
    columns: tuple[tuple[str, str], ...]
    counted: bool
    complete: bool


def install(module: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Note them from now on; return what takes the probes out."""

    def iterrows(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def iterrows(self: Any) -> Iterator[Any]:  # noqa: ANN401
            shape, begun, complete, rows = _shape(self), time.perf_counter(), False, 0
            try:
                for row in original(self):
                    rows += 1
                    yield row
                complete = True
            finally:
                _note("iterrows", rows, time.perf_counter() - begun, shape, complete=complete)

        return part_of(module, iterrows)

    def apply(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def apply(self: Any, func: Any, axis: Any = 0, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if axis is not ROWS and not (type(axis) is str and axis == "columns"):
                return original(self, func, axis, *args, **kwargs)
            shape, begun = _shape(self), time.perf_counter()
            result = original(self, func, axis, *args, **kwargs)
            _note("apply", len(self), time.perf_counter() - begun, shape, complete=True)
            return result

        return part_of(module, apply)

    frame = module.DataFrame
    return all_or_none(
        lambda: replaced(frame, "iterrows", iterrows),
        lambda: replaced(frame, "apply", apply),
    )


ROWS = 1  # the axis; a small whole number is one object


def _shape(frame: Any) -> tuple[tuple[tuple[str, str], ...], bool]:  # noqa: ANN401
    with suppress(Exception):  # a frame unlike any other: it is gone through all the same
        names = list(frame.columns)
        counted = type(frame.index).__name__ == "RangeIndex" and (frame.index.start, frame.index.step) == (0, 1)
        plain = len(names) <= _MOST and all(type(name) is str for name in names) and len(set(names)) == len(names)
        return (tuple(zip(names, map(str, frame.dtypes), strict=True)) if plain else (), counted)
    return (), False


def _note(
    kind: Literal["iterrows", "apply"],
    rows: int,
    seconds: float,
    shape: tuple[tuple[tuple[str, str], ...], bool],
    *,
    complete: bool,
) -> None:
    TRAITS.note(RowLoop(kind, rows, seconds, *shape, complete))
