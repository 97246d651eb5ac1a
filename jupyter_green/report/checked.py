"""Values out of a file that anybody may have written: each is of the right type and a possible size, or refused."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any, get_args

LARGEST = 1e15
"""Joules, grams and seconds beyond this are no measurement (1e15 J is a day of twelve nuclear power stations)."""
MOST = 10**9
"""Likewise for what is counted: cells, executions."""


class BadValueError(ValueError):
    """A value that cannot be; the message is its key."""


def mapping(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return an object."""
    value = data.get(key)
    if not isinstance(value, Mapping):
        raise BadValueError(key)
    return value


def number(data: Mapping[str, Any], key: str, most: float = LARGEST) -> float:
    """Return a number from 0 to *most*; ``nan`` for null."""
    value = data.get(key)
    if value is None:
        return math.nan
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise BadValueError(key)
    return float(value)


def known(data: Mapping[str, Any], key: str, most: float = LARGEST) -> float:
    """Return a number from 0 to *most* that may not be null."""
    value = number(data, key, most)
    if math.isnan(value):
        raise BadValueError(key)
    return value


def count(data: Mapping[str, Any], key: str, *, optional: bool = False) -> int | None:
    """Return a whole number from 0 to :data:`MOST`; ``None`` only for an optional one."""
    value = data.get(key)
    if value is None and optional:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST:
        raise BadValueError(key)
    return value


def text(data: Mapping[str, Any], key: str, longest: int, *, optional: bool = False) -> str:
    """Return one line of printable text: no control, direction or unassigned character can reach a page."""
    value = data.get(key)
    if value is None and optional:
        return ""
    if not isinstance(value, str) or len(value) > longest:
        raise BadValueError(key)
    text = " ".join("".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in value).split())
    if not text and not optional:
        raise BadValueError(key)
    return text


def choice(data: Mapping[str, Any], key: str, choices: object) -> Any:  # noqa: ANN401 - the Literal's own type
    """Return one of the values of a ``Literal``."""
    value = data.get(key)
    if not isinstance(value, str) or value not in get_args(choices):
        raise BadValueError(key)
    return value


def time(data: Mapping[str, Any], key: str) -> datetime:
    """Return a moment in UTC."""
    try:
        moment = datetime.fromisoformat(text(data, key, 40).replace("Z", "+00:00"))
        if not 2000 <= moment.year <= 9000:  # far from the ends, where adding a duration overflows
            raise BadValueError(key)
        return moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    except (ValueError, OverflowError) as error:
        raise BadValueError(key) from error
