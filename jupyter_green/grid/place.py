"""Which grid feeds this machine: configuration, else the cloud's own word, else the time zone, else the world's mean.

Never by network address.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import cloud, countries
from .factors import annual, configured, lookup, world_mean, zone_of
from .time_zones import country_of, local_timezone

if TYPE_CHECKING:
    from ..emissions import Intensity


@dataclass(frozen=True, slots=True)
class Place:
    """An intensity, and how its place was found.

    Attributes
    ----------
    found
        For people: ``configured``, ``time zone Europe/Paris``, ``not known: world mean`` …
    cloud
        The cloud region this is, where that is known.
    """

    intensity: Intensity
    found: str
    cloud: cloud.CloudRegion | None = None


def locate(
    region: str | None, timezone: str | None = None, *, intensity: float | None = None, metadata: str | None = None
) -> Place:
    """Return the intensity for *region*, else for what the cloud said, else for *timezone*, else the world's mean.

    Parameters
    ----------
    region
        As for :func:`lookup`; ``None`` or empty when not configured.
    timezone
        IANA name; ``None`` for this machine's.
    intensity
        gCO2e/kWh, in place of the table's; ``None`` when not configured.
    metadata
        ``provider:region`` as :func:`.cloud_metadata.ask` returned it; ``None`` when it was not asked, or said nothing.

    Raises
    ------
    UnknownRegion
        When *region* is given and unknown. An unknown time zone is no error.
    ValueError
        When *intensity* is given and absurd.
    """
    region = region if region and region.strip() else None
    fed = cloud.find(region or metadata or "")
    named = "" if fed is None else f", {fed.id} ({fed.place})"
    if intensity is not None:
        return Place(configured(intensity, region), "configured", fed)
    if region:
        return Place(lookup(region), f"configured{named}", fed)
    if metadata is None:
        return _by_time_zone(timezone)
    if fed is None or math.isnan(zone_of(fed).value):
        place = _by_time_zone(timezone)
        return Place(place.intensity, f"{place.found} (the cloud says {_shown(metadata)}, which is in no table)")
    return Place(annual(zone_of(fed)), f"cloud metadata{named}", fed)


def _by_time_zone(timezone: str | None) -> Place:
    zone = local_timezone() if timezone is None else timezone
    code = None if zone is None else country_of(zone)
    country = None if code is None else countries.table().get(code)
    if zone is None:
        return Place(world_mean(), "not known: world mean")
    if country is None:
        return Place(world_mean(), f"not known (time zone {_shown(zone)} names no country): world mean")
    if math.isnan(country.value):
        return Place(world_mean(), f"time zone {_shown(zone)}, but no figure for {country.name}: world mean")
    return Place(annual(country), f"time zone {_shown(zone)}")


def _shown(text: str) -> str:
    # TZ is an environment variable and may hold anything.
    return "".join(c for c in text if c.isprintable())[:40]
