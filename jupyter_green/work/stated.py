"""Work as the user states it: a number above nothing, and a name of at most one line."""

from __future__ import annotations

import math
from reprlib import Repr
from typing import Any

_LONGEST = 40  # characters of a unit's name, as in the record's schema
_EXACT = 2**53  # up to here, a float has each whole number
_SHORT = Repr()
_SHORT.maxother = _SHORT.maxstring = 40


class NoAmountError(ValueError):
    """What was given is no amount of work; the message is a part of a sentence."""


def amount(given: Any) -> float:  # noqa: ANN401 - whatever the user gives
    """Return an amount of work: a finite number above zero, of whichever type.

    Raises
    ------
    NoAmountError
        When it is none.
    """
    try:
        number = math.nan if isinstance(given, (str, bytes)) else float(given)
    except Exception:  # noqa: BLE001 - somebody's own type may raise anything
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise NoAmountError(f"{_shown(given)}, which is no number above 0: no energy per unit")
    return given if type(given) is int and given <= _EXACT else number


def unit_name(given: object) -> str:
    """Return the name of a unit of work: short, and of one line."""
    return " ".join(str(given or "").split())[:_LONGEST].strip() or "unit"


def in_a_line(error: BaseException) -> str:
    """Return an error's message without its lines' ends, or its type's name where it has none."""
    try:
        return " ".join(str(error).split())[:200] or type(error).__name__
    except Exception:  # noqa: BLE001 - a message, too, may raise
        return type(error).__name__


def _shown(value: object) -> str:
    try:
        return " ".join(_SHORT.repr(value).split())
    except Exception:  # noqa: BLE001 - a text of its own may raise
        return type(value).__name__
