"""Carbon Intensity API of Great Britain's system operator: no key, half hours, 48 h ahead.

https://carbon-intensity.github.io/api-definitions/. Its figures are what power stations emit as they run, imports and
losses in the grid included: direct, and of what is used. By region there are forecasts only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from .json_client import Client, ServiceError
from .periods import Answer, Kind, Period, in_order, intensity, moment, rows, table

if TYPE_CHECKING:
    from ...emissions import Averaging, Basis, Boundary

_HALF_HOUR = 1800.0
_POSTCODE = re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]?")
_REGIONS = 17


class UkCarbonIntensity:
    """The whole of Great Britain (``GB``), a postcode's first half (``RG10``) or a region's number (``1`` … ``17``)."""

    label = "NESO Carbon Intensity API"
    ttl = 1800.0
    boundary: Boundary = "direct"
    basis: Basis = "consumption"
    method: Averaging = "average"

    def fetch(self, client: Client, zone: str, now: float) -> Answer:
        """Return the last half hour, the present one and 48 h ahead."""
        # A moment on the edge of two half hours is taken to be in the earlier one.
        since = datetime.fromtimestamp(now - _HALF_HOUR, timezone.utc).strftime("%Y-%m-%dT%H:%MZ")
        path = f"/intensity/{since}/fw48h"
        if zone == "GB":
            return Answer(_periods(table(client.get(path)).get("data")), "Great Britain")
        which = f"regionid/{zone}" if zone.isdigit() else f"postcode/{zone}"
        data = table(client.get(f"/regional{path}/{which}")).get("data")
        region = table(data[0] if isinstance(data, list) and data else data)
        name = str(region.get("shortname") or zone)
        return Answer(_periods(region.get("data")), "".join(char for char in name if char.isprintable())[:60])


def zone_of(zone: str) -> str:
    """Return a place as this service names it.

    Raises
    ------
    ServiceError
        When it knows no such place.
    """
    known = zone.upper().strip()
    if known in ("GB", "UK"):
        return "GB"
    if (known.isdigit() and 1 <= int(known[:4]) <= _REGIONS) or _POSTCODE.fullmatch(known):
        return known
    raise ServiceError(f"knows GB, the first half of a postcode such as RG10, and regions 1 to {_REGIONS}, not {zone}")


def _periods(data: object) -> tuple[Period, ...]:
    periods = []
    for row in rows(data):
        found = row.get("intensity")
        if not isinstance(found, Mapping):
            raise ServiceError("answered something else than documented")
        actual, forecast = found.get("actual"), found.get("forecast")
        value = forecast if actual is None else actual
        if value is not None:
            kind: Kind = "forecast" if actual is None else "actual"
            start, end = moment(row.get("from")), moment(row.get("to"))
            periods.append(Period(start, end, intensity(value), kind))
    return in_order(periods)
