"""The services by name: how each is made, where it is, and which places it knows."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from ..zones import WORLD
from . import uk
from .electricitymaps import TOKEN, ElectricityMaps
from .json_client import Client, ServiceError
from .watttime import PASSWORD, USER, WattTime

if TYPE_CHECKING:
    from .periods import Provider
    from .tokens import Tokens

PROVIDERS: Final = ("uk", "electricitymaps", "watttime")

_BASES: Final[dict[str, str]] = {
    "uk": "https://api.carbonintensity.org.uk",
    "electricitymaps": "https://api.electricitymaps.com",
    "watttime": "https://api.watttime.org",
}
_REHEARSAL: Final = "_JUPYTER_GREEN_LIVE_SERVER"  # a server on this machine that stands for all three
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_ZONE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")


def provider(name: str, tokens: Tokens) -> Provider:
    """Return the service of that name, with what it needs to be let in."""
    if name == "uk":
        return uk.UkCarbonIntensity()
    if name == "electricitymaps":
        return ElectricityMaps(lambda: tokens(TOKEN))
    return WattTime(lambda: (tokens(USER), tokens(PASSWORD)))


def client(name: str) -> Client:
    """Return what asks the service of that name; tests put a server of their own in its place."""
    rehearsal = os.environ.get(_REHEARSAL, "")
    return Client(rehearsal if urlsplit(rehearsal).hostname in _HERE else _BASES[name])


def check_zone(zone: str) -> str:
    """Return a place as some service might call it.

    Raises
    ------
    ValueError
        When none would.
    """
    if not _ZONE.fullmatch(zone):
        raise ValueError(
            f"provider_zone must be a zone such as US-CAL-CISO, CAISO_NORTH or RG10, not {ascii(zone)[:40]}."
        )
    return zone


def zone_of(name: str, zone: str, region: str) -> str:
    """Return a place as the service of that name calls it.

    Parameters
    ----------
    zone
        As configured; empty for the region's.
    region
        A code of our own table.

    Raises
    ------
    ServiceError
        When it cannot be told; the message says what to set.
    """
    if name == "uk":
        if not zone and region != "GB":
            raise ServiceError(f"knows Great Britain only, and the region is {region}")
        return uk.zone_of(zone or region)
    if zone:
        return zone
    if name == "electricitymaps" and region not in (WORLD, "configured") and not region.startswith("US-"):
        return region  # it divides the United States by grid operators, not by states
    example = "CAISO_NORTH" if name == "watttime" else "DE or US-CAL-CISO"
    raise ServiceError(f"needs a place: set Green.provider_zone to a zone such as {example}")
