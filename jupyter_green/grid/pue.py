"""Power usage effectiveness: what the building adds to its computers, and why that is taken to be so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from .cloud import PROVIDERS
from .factors import as_number
from .near_misses import shown
from .zones import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .cloud import CloudRegion
    from .site import Site

PUE_LIMIT = 5.0
UNKNOWN = "pue-unknown"
PROVIDER_MEAN = "pue-provider-mean"

# Mean of the largest data centre of each who answered: Uptime Institute, Global Data Center Survey 2024.
DATA_CENTRE = 1.56


@dataclass(frozen=True, slots=True)
class Pue:
    """A data centre's energy over its computers' energy, 1.0 for a laptop or desktop.

    Attributes
    ----------
    because
        How it is known, or what was assumed; for people, a part of a sentence.
    flag
        For the record: ``pue-unknown``, ``pue-provider-mean``; ``None`` when nothing was assumed.
    """

    value: float
    because: str
    flag: str | None = None


def check_pue(value: float) -> float:
    """Return *value*, a data centre's energy over its computers' energy (1.0 for a laptop or desktop).

    Raises
    ------
    ValueError
        When it is no number from 1 to 5.
    """
    number = as_number(value)
    if not 1 <= number <= PUE_LIMIT:
        raise ValueError(f"pue must be from 1 to {PUE_LIMIT:g}, not {shown(value)}.")
    return number


def decide(configured: float | None, region: CloudRegion | None, site: Site) -> Pue:
    """Return the PUE to reckon with.

    Parameters
    ----------
    configured
        By the user; ``None`` when not.
    region
        The cloud region this is, where that is known.
    site
        What the machine's firmware tells.
    """
    if configured is not None:
        return Pue(configured, "as configured")
    provider = site.provider if region is None else region.provider
    if provider is not None:
        return _published(provider, None if region is None else region.region)
    if site.data_centre is not None:
        return Pue(
            DATA_CENTRE,
            f"assumed, as this is a data centre ({site.data_centre}) whose own is not known: the mean of the Uptime "
            "Institute's survey of 2024",
            UNKNOWN,
        )
    if site.virtual:
        return Pue(
            1.0, "assumed, as nothing tells whether this virtual machine stands in a data centre or on a desk", UNKNOWN
        )
    return Pue(1.0, "no data centre around the computer is assumed")


def _published(provider: str, region: str | None) -> Pue:
    """Return what a provider says of a region, else of all its data centres."""
    name = PROVIDERS[provider]
    if region is not None and (own := _table().get((provider, region))):
        value, year = own
        return Pue(value, f"{name}'s figure for {region}, {year}")
    value, year = _table()[provider, "*"]
    which = "where in its cloud this is is not known" if region is None else f"it tells none for {region}"
    return Pue(value, f"the mean of {name}'s data centres, {year}, as {which}", PROVIDER_MEAN)


@cache
def _table() -> Mapping[tuple[str, str], tuple[float, str]]:
    """Return PUE and year by provider and region; ``*`` is the provider's mean."""
    return {(row["provider"], row["region"]): (float(row["pue"]), row["year"]) for row in rows("pue.csv")}
