"""What a live service answers: carbon intensity by stretches of time, checked value by value."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

from ..factors import INTENSITY_LIMIT
from .json_client import ServiceError

if TYPE_CHECKING:
    from ...emissions import Averaging, Basis, Boundary
    from .json_client import Client

Kind = Literal["actual", "estimated", "forecast"]
LAST_GOOD: Final = 7200.0  # s for which what was said last counts
BEFORE: Final = 1800.0  # s before its first period for which an answer counts
_MOST = 2000  # periods; 48 h of five minutes are 576


@dataclass(frozen=True, slots=True)
class Period:
    """Carbon intensity from *start* to *end*, Unix times in s.

    Attributes
    ----------
    value
        gCO2e/kWh.
    kind
        ``actual`` as measured afterwards, ``estimated`` for want of it, ``forecast``.
    """

    start: float
    end: float
    value: float
    kind: Kind


@dataclass(frozen=True, slots=True)
class Answer:
    """What a service says at one time.

    Attributes
    ----------
    periods
        By time, the present one among them, without overlaps.
    name
        Of the place, for people.
    """

    periods: tuple[Period, ...]
    name: str


class Provider(Protocol):
    """A live service.

    Attributes
    ----------
    label
        Its name, for people and as the source of the figure.
    ttl
        s after which it is asked again.
    boundary, basis, method
        What its figures mean, as of :class:`~jupyter_green.emissions.Intensity`.
    """

    label: str
    ttl: float
    boundary: Boundary
    basis: Basis
    method: Averaging

    def fetch(self, client: Client, zone: str, now: float) -> Answer:
        """Return what is known of a place around *now*, a Unix time in s, and as far ahead as there is a forecast.

        Raises
        ------
        ServiceError
            When there is no usable answer; the message is one line for the user.
        """
        ...


def intensity(value: object) -> float:
    """Return a value in gCO2e/kWh.

    Raises
    ------
    ServiceError
        When it is no number from 0 to 3000.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= INTENSITY_LIMIT:
        raise ServiceError(f"answered an impossible value ({ascii(value)[:20]} gCO2e/kWh)")
    return float(value)


def moment(text: object) -> float:
    """Return the Unix time, s, of a moment in ISO 8601; UTC where it names no zone.

    Raises
    ------
    ServiceError
        When it is none.
    """
    try:
        when = datetime.fromisoformat(str(text)[:40].replace("Z", "+00:00"))
        aware = when if when.tzinfo else when.replace(tzinfo=timezone.utc)
        return aware.timestamp()
    except (ValueError, OverflowError):
        raise ServiceError(f"answered something that is no time ({ascii(text)[:30]})") from None


def table(data: object, *keys: str) -> Mapping[str, Any]:
    """Return the object at *keys* of a JSON document.

    Raises
    ------
    ServiceError
        When there is none.
    """
    for key in keys:
        data = data.get(key) if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping):
        raise ServiceError("answered something else than documented")
    return data


def rows(data: object) -> Iterator[Mapping[str, Any]]:
    """Yield the objects of a JSON list.

    Raises
    ------
    ServiceError
        When it is none, or an absurdly long one.
    """
    if not isinstance(data, list) or len(data) > _MOST:
        raise ServiceError("answered something else than documented")
    for row in data:
        yield table(row)


def in_order(periods: list[Period]) -> tuple[Period, ...]:
    """Return periods by time; of two for the same time the first one counts.

    Raises
    ------
    ServiceError
        When there is none, or one that ends before it begins.
    """
    if not periods:
        raise ServiceError("knows no value for this place at present")
    ordered: list[Period] = []
    end = -math.inf
    for period in sorted(periods, key=lambda period: period.start):
        if not period.start < period.end:
            raise ServiceError("answered a period that ends before it begins")
        if period.start >= end:
            ordered.append(period)
            end = period.end
    return tuple(ordered)


def nearest(periods: tuple[Period, ...], moment: float) -> Period | None:
    """Return the period of a moment, or the last before it, or the first after it, if it is near enough."""
    index = bisect_right(periods, moment, key=lambda period: period.start) - 1
    if index >= 0 and moment - periods[index].end <= LAST_GOOD:
        return periods[index]
    if index + 1 < len(periods) and 0 <= periods[index + 1].start - moment <= BEFORE:
        return periods[index + 1]
    return None
