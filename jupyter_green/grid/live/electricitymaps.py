"""Electricity Maps, API version 4: most of the world by the hour, with a token.

https://app.electricitymaps.com/docs. Lifecycle factors of what is used in a zone, imports followed to where they were
generated. A zone is always named: without one the service would take the caller's network address for the place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .json_client import Client, ServiceError
from .periods import Answer, Kind, Period, in_order, intensity, moment, rows, table

if TYPE_CHECKING:
    from ...emissions import Averaging, Basis, Boundary

TOKEN = "JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN"
_HOUR = 3600.0


class ElectricityMaps:
    """A zone such as ``DE`` or ``US-CAL-CISO``.

    Parameters
    ----------
    token
        Returns the token, or raises :class:`ServiceError` where there is none.
    """

    label = "Electricity Maps"
    ttl = 900.0
    boundary: Boundary = "lifecycle"
    basis: Basis = "consumption"
    method: Averaging = "average"

    def __init__(self, token: Callable[[], str]) -> None:
        self._token = token
        self._forecast: tuple[Period, ...] = ()
        self._forecast_due = 0.0
        self._forecast_zone = ""

    def fetch(self, client: Client, zone: str, now: float) -> Answer:
        """Return the present hour, and once an hour 48 h ahead where the token's plan has forecasts."""
        headers = {"auth-token": self._token()}
        asked = {"zone": zone, "emissionFactorType": self.boundary}
        latest = self._latest(client, asked, headers)
        self._check(latest, zone)
        start = moment(latest.get("datetime"))
        kind: Kind = "estimated" if latest.get("isEstimated") else "actual"
        present = Period(start, start + _HOUR, intensity(latest.get("carbonIntensity")), kind)
        if zone != self._forecast_zone or not 0 < self._forecast_due - now <= _HOUR:
            self._forecast_zone, self._forecast_due = zone, now + _HOUR
            try:
                self._forecast = self._ahead(client, asked, headers, zone)
            except ServiceError:  # not in every plan: the present value is what matters
                self._forecast = ()
        return Answer(in_order([present, *(p for p in self._forecast if p.start >= present.end)]), zone)

    def _latest(self, client: Client, asked: dict[str, str], headers: dict[str, str]) -> Mapping[str, Any]:
        try:
            return table(client.get("/v4/carbon-intensity/latest", asked, headers))
        except ServiceError as error:
            if error.status in (401, 403):
                check = f"refuses the token ({error.status}): check {TOKEN}, and which zones its plan has"
                raise ServiceError(check, error.status) from None
            if error.status in (400, 404):
                check = f"knows no zone {asked['zone']} (HTTP {error.status}): set Green.provider_zone"
                raise ServiceError(check, error.status) from None
            raise

    def _ahead(self, client: Client, asked: dict[str, str], headers: dict[str, str], zone: str) -> tuple[Period, ...]:
        found = table(client.get("/v4/carbon-intensity/forecast", {**asked, "horizonHours": "48"}, headers))
        self._check(found, zone)
        starts = ((moment(row.get("datetime")), row) for row in rows(found.get("forecast")))
        return in_order(
            [Period(start, start + _HOUR, intensity(row.get("carbonIntensity")), "forecast") for start, row in starts]
        )

    def _check(self, found: object, zone: str) -> None:
        """Refuse figures for another place or of another boundary than asked for."""
        answered = table(found)
        if answered.get("zone") != zone:
            raise ServiceError("answered for another zone than asked for: set Green.provider_zone to one it knows")
        if answered.get("emissionFactorType", self.boundary) != self.boundary:
            raise ServiceError("answered with other than lifecycle factors")
