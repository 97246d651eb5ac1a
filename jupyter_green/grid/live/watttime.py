"""WattTime, API version 3: what one more kWh makes power stations emit, every five minutes, with an account.

https://docs.watttime.org. *Marginal* and direct: never in one sum with a mean of all stations, nor compared with one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .json_client import Client, ServiceError
from .periods import Answer, Period, in_order, intensity, moment, rows, table

if TYPE_CHECKING:
    from ...emissions import Averaging, Basis, Boundary

USER, PASSWORD = "JUPYTER_GREEN_WATTTIME_USER", "JUPYTER_GREEN_WATTTIME_PASSWORD"
GRAMS_PER_KWH = 0.45359237  # of one lb/MWh: the international pound is 453.59237 g
_TOKEN_LIFE = 1500.0  # s; it expires after 30 min
_STEP = 300.0


class WattTime:
    """A grid region such as ``CAISO_NORTH``, the signal ``co2_moer``.

    Parameters
    ----------
    account
        Returns user name and password, or raises :class:`ServiceError` where there are none.
    """

    label = "WattTime"
    ttl = 900.0
    boundary: Boundary = "direct"
    basis: Basis = "unknown"
    method: Averaging = "marginal"

    def __init__(self, account: Callable[[], tuple[str, str]]) -> None:
        self._account = account
        self._token = ""
        self._expires = 0.0

    def fetch(self, client: Client, zone: str, now: float) -> Answer:
        """Return the present five minutes and 48 h ahead."""
        asked = {"region": zone, "signal_type": "co2_moer", "horizon_hours": "48"}
        fresh = not 0 < self._expires - now <= _TOKEN_LIFE
        if fresh:
            self._log_in(client, now)
        try:
            found = table(client.get("/v3/forecast", asked, self._bearer()))
        except ServiceError as error:
            self._expires = 0.0
            if fresh or error.status != 401:
                raise
            self._log_in(client, now)  # the token was withdrawn before its time
            found = table(client.get("/v3/forecast", asked, self._bearer()))
        about = table(found, "meta")
        if about.get("region") != zone or about.get("signal_type") != "co2_moer":
            raise ServiceError("answered for another region or signal than asked for")
        if about.get("units") != "lbs_co2_per_mwh":
            raise ServiceError("answered in another unit than lb/MWh")
        step = about.get("data_point_period_seconds", _STEP)
        if isinstance(step, bool) or not isinstance(step, (int, float)) or not 60 <= step <= 7200:
            raise ServiceError("answered something else than documented")
        points = ((moment(row.get("point_time")), row.get("value")) for row in rows(found.get("data")))
        periods = [Period(start, start + step, _grams(value), "forecast") for start, value in points]
        return Answer(in_order(periods), zone)

    def _log_in(self, client: Client, now: float) -> None:
        try:
            token = table(client.get("/login", credentials=self._account())).get("token")
        except ServiceError as error:
            if error.status in (401, 403):
                check = f"refuses user name or password ({error.status}): check {USER} and {PASSWORD}"
                raise ServiceError(check, error.status) from None
            raise
        if not isinstance(token, str) or not token.isascii() or not token.isprintable():
            raise ServiceError("answered something else than documented")
        self._token, self._expires = token, now + _TOKEN_LIFE

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def _grams(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return intensity(value)
    return intensity(value * GRAMS_PER_KWH if abs(value) < 1e9 else value)
