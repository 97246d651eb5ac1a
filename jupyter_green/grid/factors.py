"""Carbon intensities as the rest of the product uses them, and what may be configured."""

from __future__ import annotations

import math
from functools import cache

from ..emissions import Intensity
from .countries import WORLD, Country, index, normalised, table

ATTRIBUTION = "Ember, Yearly Electricity Data (2025), processed by Our World in Data, CC BY 4.0"

# Lifecycle figures of the same country and year differ by 3-15 % between publishers (codecarbon, carbontracker,
# CO2.js, EcoLogits and Electricity Maps side by side, 2024).
ANNUAL_ERROR = 1.15  # either way, as a factor

# Median of pulverised coal over its life cycle, gCO2e/kWh: IPCC AR5 WG III, Annex III, table A.III.2 (range 740-910).
# A whole country above that range says more about small or doubtful statistics than about its plants.
COAL_MEDIAN = 820.0

INTENSITY_LIMIT = 3000.0
PUE_LIMIT = 5.0


class UnknownRegion(ValueError):  # noqa: N818 - reads as what it says: the region is unknown
    """The table has no figure for that region; the message is one line for the user."""


def lookup(region: str) -> Intensity:
    """Return the annual mean of *region*.

    Parameters
    ----------
    region
        ISO 3166 alpha-2 or alpha-3 code or English name of a country, in any case, or ``world``.

    Raises
    ------
    UnknownRegion
        When the table has no such country, or no figure for it.
    """
    code = index().get(normalised(region)) if isinstance(region, str) else None
    if code is None:
        raise UnknownRegion(_unknown(region))
    if code == WORLD:
        return world_mean()
    country = table()[code]
    if math.isnan(country.value):
        raise UnknownRegion(
            f"No usable figure for {country.name} ({code}): set an intensity, or the region to 'world'."
        )
    return annual(country)


def annual(country: Country) -> Intensity:
    """Return the intensity of a row that has a figure."""
    low = country.value / ANNUAL_ERROR
    if "above-coal" in country.flags:
        low = min(low, COAL_MEDIAN)
    return Intensity(
        value=country.value,
        zone=country.code,
        name=country.name,
        year=country.year,
        boundary=country.boundary,
        source=f"{country.source}, {country.licence}",
        status="annual",
        low=low,
        high=country.value * ANNUAL_ERROR,
    )


@cache
def world_mean() -> Intensity:
    """Return the world's mean, for a place that is not known.

    Its range holds nine of ten of the table's countries, each counted once. The mean itself is weighted by
    generation, so small clean grids lie far below it.
    """
    world = table()[WORLD]
    known = sorted(c.value for c in table().values() if c.code != WORLD and not math.isnan(c.value))
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
    number = _number(value)
    if not 0 <= number <= INTENSITY_LIMIT:
        raise ValueError(f"intensity must be from 0 to {INTENSITY_LIMIT:g} gCO2e/kWh, not {_shown(value)}.")
    code = None if region is None else index().get(normalised(region))
    if region is not None and code is None:
        raise UnknownRegion(_unknown(region))
    return Intensity(
        value=number,
        zone=code or "configured",
        name=table()[code].name if code else "configured",
        year=None,
        boundary="unknown",
        source="configuration",
        status="configured",
        low=number / ANNUAL_ERROR,
        high=number * ANNUAL_ERROR,
    )


def check_pue(value: float) -> float:
    """Return *value*, a data centre's energy over its computers' energy (1.0 for a laptop or desktop).

    Raises
    ------
    ValueError
        When it is no number from 1 to 5.
    """
    number = _number(value)
    if not 1 <= number <= PUE_LIMIT:
        raise ValueError(f"pue must be from 1 to {PUE_LIMIT:g}, not {_shown(value)}.")
    return number


def _number(value: object) -> float:
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return math.nan


def _shown(value: object) -> str:
    # A configured value may be anything: one line, and short.
    text = ascii(value)
    return text if len(text) <= 40 else f"{text[:36]}…{text[-1]}"


def _unknown(region: object) -> str:
    near = ", ".join(f"{table()[code].name} ({code})" if code != WORLD else WORLD for code in _near_misses(region))
    asked = f"Unknown region {_shown(region)}"
    return (
        f"{asked}: did you mean {near}?" if near else f"{asked}: use an ISO code, a country's English name or 'world'."
    )


def _near_misses(region: object) -> list[str]:
    if not isinstance(region, str):
        return []
    from difflib import get_close_matches

    wanted = normalised(region[:80])
    # A subdivision such as US-CA: the table knows its country.
    country = index().get(wanted.split(" ")[0]) if wanted else None
    close = [] if country else [index()[name] for name in get_close_matches(wanted, index(), n=6, cutoff=0.7)]
    return list(dict.fromkeys([country] if country else close))[:3]
