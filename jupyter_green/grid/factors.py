"""Carbon intensities as the rest of the product uses them, and what may be configured."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

from ..emissions import Intensity
from . import cloud, countries, subdivisions
from .near_misses import shown, unknown_region
from .zones import WORLD, normalised

if TYPE_CHECKING:
    from .zones import Zone

ATTRIBUTION = "Ember, Yearly Electricity Data (2025), processed by Our World in Data, CC BY 4.0"

# Lifecycle figures of the same country and year differ by 3-15 % between publishers (codecarbon, carbontracker,
# CO2.js, EcoLogits and Electricity Maps side by side, 2024).
ANNUAL_ERROR = 1.15  # either way, as a factor

# A state's plants do not feed it alone. What is used in nine of the eleven US places where Google has a region lies
# within this factor of what is generated in their state; Québec's 1.2 g by generation are 5.5 g with its imports
# (GoogleCloudPlatform/region-carbon-info, 2024, beside eGRID2023 and the National Inventory Report).
SUBDIVISION_ERROR = 1.6
SUBDIVISION_IMPORTS = 5.0  # gCO2e/kWh

# Median of pulverised coal over its life cycle, gCO2e/kWh: IPCC AR5 WG III, Annex III, table A.III.2 (range 740-910).
# A whole country above that range says more about small or doubtful statistics than about its plants.
COAL_MEDIAN = 820.0

INTENSITY_LIMIT = 3000.0


class UnknownRegion(ValueError):  # noqa: N818 - reads as what it says: the region is unknown
    """The tables have no figure for that region; the message is one line for the user."""


def lookup(region: str) -> Intensity:
    """Return the annual mean of *region*.

    Parameters
    ----------
    region
        In any case: ISO 3166 alpha-2 or alpha-3 code or English name of a country, ISO 3166-2 code or name of a US
        state or Canadian province, ``provider:region`` of a cloud, or ``world``.

    Raises
    ------
    UnknownRegion
        When no table has it, or none has a figure for it.
    """
    zone = find(region)
    if zone.code == WORLD:
        return world_mean()
    if not math.isnan(zone.value):
        return annual(zone)
    instead = "set an intensity, or the region to 'world'"
    if "mostly-imported" in zone.flags:
        instead = "what is used there is mostly generated next door: set the region to the neighbour, such as CA-NB"
    raise UnknownRegion(f"No usable figure for {zone.name} ({zone.code}): {instead}.")


def find(region: str) -> Zone:
    """Return the row that *region* names, as for :func:`lookup`; of a cloud region, the row of its grid.

    Raises
    ------
    UnknownRegion
        When there is none.
    """
    if isinstance(region, str):
        name = normalised(region)
        if (code := countries.index().get(name)) is not None:
            return countries.table()[code]
        if (code := subdivisions.index().get(name)) is not None:
            return subdivisions.table()[code]
        if (fed := cloud.find(region)) is not None:
            return zone_of(fed)
    raise UnknownRegion(unknown_region(region))


def zone_of(region: cloud.CloudRegion) -> Zone:
    """Return the row of the grid that feeds a cloud region."""
    return subdivisions.table().get(region.zone) or countries.table()[region.zone]


def annual(zone: Zone) -> Intensity:
    """Return the intensity of a row that has a figure."""
    low, high = zone.value / ANNUAL_ERROR, zone.value * ANNUAL_ERROR
    if "above-coal" in zone.flags:
        low = min(low, COAL_MEDIAN)
    if "-" in zone.code:
        low, high = zone.value / SUBDIVISION_ERROR, zone.value * SUBDIVISION_ERROR + SUBDIVISION_IMPORTS
    return Intensity(
        value=zone.value,
        zone=zone.code,
        name=zone.name,
        year=zone.year,
        boundary=zone.boundary,
        source=f"{zone.source}, {zone.licence}",
        status="annual",
        low=low,
        high=high,
        basis=zone.basis,
        method=zone.method,
    )


@cache
def world_mean() -> Intensity:
    """Return the world's mean, for a place that is not known.

    Its range holds nine of ten of the table's countries, each counted once. The mean itself is weighted by
    generation, so small clean grids lie far below it.
    """
    world = countries.table()[WORLD]
    known = sorted(c.value for c in countries.table().values() if c.code != WORLD and not math.isnan(c.value))
    rest = len(known) // 20
    return Intensity(
        value=world.value,
        zone=WORLD,
        name=world.name,
        year=world.year,
        boundary=world.boundary,
        source=f"{world.source}, {world.licence}",
        status="world-mean",
        low=known[rest],
        high=known[-rest - 1],
        basis=world.basis,
        method=world.method,
    )


def configured(value: float, region: str | None = None) -> Intensity:
    """Return an intensity that the user gave.

    Parameters
    ----------
    value
        gCO2e/kWh, 0 … 3000.
    region
        The place it is for, if configured too.

    Raises
    ------
    ValueError
        When *value* is no such number.
    UnknownRegion
        When *region* is unknown.
    """
    number = as_number(value)
    if not 0 <= number <= INTENSITY_LIMIT:
        raise ValueError(f"intensity must be from 0 to {INTENSITY_LIMIT:g} gCO2e/kWh, not {shown(value)}.")
    zone = None if region is None else find(region)
    return Intensity(
        value=number,
        zone=zone.code if zone else "configured",
        name=zone.name if zone else "configured",
        year=None,
        boundary="unknown",
        source="configuration",
        status="configured",
        low=number / ANNUAL_ERROR,
        high=number * ANNUAL_ERROR,
    )


def as_number(value: object) -> float:
    """Return what a user gave as a number; ``nan`` when it is none."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan
