"""What a search is going to try, where it says so beforehand: which values of its parameters, in which order."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MOST = 400  # candidates; what follows from them must be found quickly
_VALUES = 6  # of a parameter that are told apart; of more, numbers are ranked in as many parts as below
_RANKS = 3
_ABSENT = object()  # a parameter that some candidates have and others have not


@dataclass(frozen=True, slots=True)
class Plan:
    """What is going to be tried, in order.

    Attributes
    ----------
    names
        The parameters that vary.
    candidates
        For each candidate the number of each parameter's value, from 0.
    folds
        Fits of each candidate.
    """

    names: tuple[str, ...]
    candidates: tuple[tuple[int, ...], ...]
    folds: int

    @property
    def units(self) -> int:
        """Fits in all."""
        return len(self.candidates) * self.folds


def plan_of(candidates: Any, folds: int = 1, *, whole: bool = False) -> Plan | None:  # noqa: ANN401 - any sized iterable
    """Return the plan of a row of candidates, ``None`` if they are not values of parameters or too many.

    Parameters
    ----------
    candidates
        Dictionaries or tuples of parameters.
    folds
        Fits of each.
    whole
        Whether only a whole grid will do: each value of each parameter with each of the others.
    """
    if not 2 <= len(candidates) <= _MOST:
        return None
    rows = list(candidates)
    if all(isinstance(row, Mapping) for row in rows):
        names = sorted({str(name) for row in rows for name in row})
        columns = [_numbered([row.get(name, _ABSENT) for row in rows]) for name in names]
    elif all(isinstance(row, tuple) and len(row) == len(rows[0]) for row in rows):
        names = [f"part {place}" for place in range(1, len(rows[0]) + 1)]
        columns = [_numbered(list(column)) for column in zip(*rows, strict=True)]
    else:
        return None
    if whole and math.prod(len(rows) + 1 if column is None else max(column) + 1 for column in columns) != len(rows):
        return None
    told = [(name, column) for name, column in zip(names, columns, strict=True) if column is not None and any(column)]
    if not told:
        return None
    return Plan(
        tuple(name for name, _ in told), tuple(zip(*(column for _, column in told), strict=True)), max(1, folds)
    )


def _numbered(values: Sequence[Any]) -> tuple[int, ...] | None:
    """Return the number of each value, in the order in which they come; ``None`` if they are too many to be of use."""
    known: dict[Hashable, int] = {}
    numbers = tuple(known.setdefault(_key(value), len(known)) for value in values)
    if len(known) <= _VALUES:
        return numbers
    if not all(isinstance(value, (int, float)) for value in values):
        return None
    order = {value: rank for rank, value in enumerate(sorted(set(values)))}
    return tuple(order[value] * _RANKS // len(order) for value in values)


def _key(value: Any) -> Hashable:  # noqa: ANN401 - whatever parameters are
    return (type(value), value) if isinstance(value, Hashable) else id(value)
