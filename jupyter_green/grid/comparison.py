"""The same energy on other grids, by annual means of one data set, with one boundary and basis: never mixed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..emissions import emissions
from . import cloud, countries, subdivisions
from .factors import UnknownRegion, annual, find, world_mean
from .zones import WORLD, Zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ..emissions import Intensity
    from ..energy import Energy

_MOST = 13

# Where all three big clouds have regions, from clean grids to coal.
_COUNTRIES = ("SE", "CH", "FR", "BR", "ES", "GB", "IT", "DE", "KR", "JP", "AU", "IN")
_STATES = ("WA", "OR", "CA", "IL", "VA", "IA", "NV", "AZ", "GA", "TX", "OH", "WY")
_PROVINCES = ("QC", "MB", "BC", "ON", "NB", "AB", "SK", "NS")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """One grid with the emissions of the energy there.

    Attributes
    ----------
    grams
        gCO2e.
    change
        Of the grid's mean against this session's: -0.3 is 30 % lower. ``None`` where the two ranges overlap, so that
        nothing may be said of it.
    own
        Whether it is this session's grid.
    regions
        Regions of this session's cloud that it feeds.
    """

    intensity: Intensity
    grams: float
    change: float | None
    own: bool = False
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """The session's grid among others, cleanest first; *left_out* more are not among the cleanest and left out."""

    rows: tuple[Elsewhere, ...]
    left_out: int = 0

    @property
    def own(self) -> Elsewhere:
        """The row of this session's grid."""
        return next(row for row in self.rows if row.own)


def compare(
    energy: Energy, pue: float, here: Intensity, region: cloud.CloudRegion | None = None, others: Sequence[str] = ()
) -> Comparison:
    """Return what *energy* would emit on other grids, with the same PUE.

    Parameters
    ----------
    energy, pue
        Of the session.
    here
        Its grid.
    region
        Its cloud region: then the others are where its provider has regions.
    others
        Grids or cloud regions to set beside it, as for :func:`.lookup`; by default a dozen where clouds have regions.

    Raises
    ------
    UnknownRegion
        When one of *others* is unknown or of another data set, or *here* is of none; one line for the user.
    """
    own = annual_mean(here)
    fed: dict[str, list[str]] = {}
    if others:
        wanted = [_peer(name, own) for name in others]
    elif region is not None:
        for other in cloud.table().values():
            if other.provider == region.provider and (zone := _seen_from(own, other)) is not None:
                fed.setdefault(zone.code, []).append(other.region)
        wanted = [_zone(code) for code in fed]
    else:
        wanted = [zone for code in _usual(own.zone) if not math.isnan((zone := _zone(code)).value)]
    means = {zone.code: world_mean() if zone.code == WORLD else annual(zone) for zone in wanted}
    means[own.zone] = own
    rows = [_row(energy, pue, mean, own, fed.get(code, ())) for code, mean in means.items()]
    rows.sort(key=lambda row: (row.intensity.value, not row.own))
    shown = rows if others else _short(rows)
    return Comparison(tuple(shown), len(rows) - len(shown))


def annual_mean(here: Intensity) -> Intensity:
    """Return the annual mean of the grid that *here* is of: itself, unless it is live.

    Raises
    ------
    UnknownRegion
        When it is of no grid in the tables.
    """
    if here.status == "world-mean":
        raise UnknownRegion("The place is not known, so there is nothing to compare: set a region, such as FR.")
    if here.status == "configured" or here.boundary == "unknown":
        raise UnknownRegion(
            "A configured intensity is of no data set that others could be compared within: set a region instead, such "
            "as FR."
        )
    if here.zone == "mixed":
        raise UnknownRegion("This session ran on several grids: begin a new total to compare a single one.")
    zone = _zone_or_none(here.zone)
    if zone is None or math.isnan(zone.value):
        raise UnknownRegion(f"The tables of annual means have no figure for {here.name}: nothing to compare it with.")
    return annual(zone)


def _row(energy: Energy, pue: float, mean: Intensity, own: Intensity, regions: Iterable[str]) -> Elsewhere:
    if not comparable(mean, own):
        raise ValueError(f"{mean.zone} and {own.zone} are of different data sets or boundaries")
    apart = mean.high < own.low or mean.low > own.high
    change = mean.value / own.value - 1 if apart else None
    return Elsewhere(mean, emissions(energy, mean, pue).grams, change, mean.zone == own.zone, tuple(regions))


def comparable(a: Intensity, b: Intensity) -> bool:
    """Whether two intensities are of the same data set and count the same things."""
    return _data_set(a.zone) == _data_set(b.zone) and (a.boundary, a.basis, a.method) == (b.boundary, b.basis, b.method)


def _data_set(code: str) -> str:
    """Ember's countries, eGRID's states, the Canadian inventory's provinces."""
    return code[:2] if "-" in code else "countries"


def _peer(name: str, own: Intensity) -> Zone:
    """Return the row that a user named, if it is of the data set of *own*."""
    region = cloud.find(name)
    zone = find(name) if region is None else _seen_from(own, region)
    if zone is None or _data_set(zone.code) != _data_set(own.zone):
        raise UnknownRegion(
            f"{(zone or find(name)).name} cannot stand beside {own.name}: their figures are of different data sets and "
            "count different things."
        )
    if math.isnan(zone.value):
        raise UnknownRegion(f"No usable figure for {zone.name} ({zone.code}).")
    return zone


def _seen_from(own: Intensity, region: cloud.CloudRegion) -> Zone | None:
    """Return the row of a cloud region's grid in the data set of *own*: a US region is the US beside a country."""
    code = region.zone if "-" in own.zone else region.country
    return _zone(code) if _data_set(code) == _data_set(own.zone) else None


def _usual(own: str) -> Iterable[str]:
    parts: Mapping[str, Sequence[str]] = {"US": _STATES, "CA": _PROVINCES}
    return [f"{own[:2]}-{part}" for part in parts[own[:2]]] if "-" in own else _COUNTRIES


def _zone(code: str) -> Zone:
    return subdivisions.table()[code] if "-" in code else countries.table()[code]


def _zone_or_none(code: str) -> Zone | None:
    return subdivisions.table().get(code) or countries.table().get(code)


def _short(rows: list[Elsewhere]) -> list[Elsewhere]:
    """Keep the cleanest and this session's own."""
    if len(rows) <= _MOST:
        return rows
    own = next(index for index, row in enumerate(rows) if row.own)
    return rows[:_MOST] if own < _MOST else [*rows[: _MOST - 1], rows[own]]
