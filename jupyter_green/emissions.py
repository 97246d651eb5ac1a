"""Carbon intensity of electricity, and the emissions that energy makes with it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, TypeVar

from .energy import JOULES_PER_KWH, Energy

Boundary = Literal["lifecycle", "direct", "unknown"]
Basis = Literal["production", "consumption", "unknown"]
Averaging = Literal["average", "marginal"]
_Said = TypeVar("_Said")
IntensityStatus = Literal["annual", "configured", "live", "cached", "fallback", "world-mean"]


@dataclass(frozen=True, slots=True)
class Intensity:
    """Carbon intensity of electricity.

    Attributes
    ----------
    value
        gCO2e/kWh.
    zone, name
        ISO 3166 code (or ``world``) and English name.
    year
        Of the data, ``None`` for a configured value.
    boundary
        ``lifecycle`` or ``direct``; never mixed.
    source
        Who published it.
    status
        ``annual`` mean, ``configured`` by the user, ``live`` …; ``world-mean`` says that no place was known.
    low, high
        Ends of its range, gCO2e/kWh; ``nan`` when not known.
    basis
        Of what is generated in the zone, or of what is used there, with imports; never mixed.
    method
        ``average`` of all plants, or ``marginal``: of those that answer to one more kWh; never mixed.
    """

    value: float
    zone: str
    name: str
    year: int | None
    boundary: Boundary
    source: str
    status: IntensityStatus
    low: float
    high: float
    basis: Basis = "unknown"
    method: Averaging = "average"


@dataclass(frozen=True, slots=True)
class Emissions:
    """Location-based emissions of the use phase.

    Attributes
    ----------
    grams, low, high
        gCO2e, with the range of energy and factor together. ``nan`` when unknown.
    """

    grams: float
    low: float
    high: float
    pue: float
    intensity: Intensity


@dataclass(frozen=True, slots=True)
class Embodied:
    """A part of what making the hardware emitted: by time, over the hardware's life. Never part of the use phase.

    Attributes
    ----------
    grams, low, high
        gCO2e, with its range.
    source
        Whose figure, and which life was assumed.
    """

    grams: float
    low: float
    high: float
    source: str

    def __add__(self, other: Embodied) -> Embodied:
        source = self.source if self.source == other.source else f"{self.source}; {other.source}"[:200]
        return Embodied(self.grams + other.grams, self.low + other.low, self.high + other.high, source)


def emissions(energy: Energy, intensity: Intensity, pue: float) -> Emissions:
    """Return joules x intensity x PUE / 3.6e6, in gCO2e."""
    grams = pue / JOULES_PER_KWH
    return Emissions(
        energy.joules * intensity.value * grams,
        energy.low * intensity.low * grams,
        energy.high * intensity.high * grams,
        pue,
        intensity,
    )


_STANDING: dict[IntensityStatus, int] = {"live": 0, "cached": 1, "fallback": 2}


def same_kind(a: Intensity, b: Intensity) -> bool:
    """Tell whether two factors may stand in one sum: neither average beside marginal, nor lifecycle beside direct.

    A configured value is of its user's kind and stands beside any.
    """
    return a.method == b.method and (a.boundary == b.boundary or "unknown" in (a.boundary, b.boundary))


def blend(a: Intensity, weight_a: float, b: Intensity, weight_b: float) -> Intensity:
    """Return the factor that gives the sum of both emissions for the sum of both energies.

    Parameters
    ----------
    weight_a, weight_b
        Share of each in that energy; together 1.

    Returns
    -------
    Intensity
        Unknown, ``nan``, where the two are not of one kind.
    """
    if a == b:
        return a
    one = same_kind(a, b)
    return described(
        a,
        b,
        value=weight_a * a.value + weight_b * b.value if one else math.nan,
        low=weight_a * a.low + weight_b * b.low if one else math.nan,
        high=weight_a * a.high + weight_b * b.high if one else math.nan,
    )


def described(a: Intensity, b: Intensity, *, value: float, low: float, high: float) -> Intensity:
    """Return a factor with these figures, and what can be said of *a* and *b* alike."""
    return Intensity(
        value=value,
        zone=_both(a.zone, b.zone, "mixed"),
        name=_both(a.name, b.name, "several grids"),
        year=_both(a.year, b.year, None),
        boundary=_both(a.boundary, b.boundary, "unknown"),
        source=a.source
        if a.source == b.source or a.source.endswith(f"; {b.source}")
        else f"{a.source}; {b.source}"[:120],
        status=max(a.status, b.status, key=lambda status: _STANDING.get(status, -1)),
        low=low,
        high=high,
        basis=_both(a.basis, b.basis, "unknown"),
        method=a.method,
    )


def _both(a: _Said, b: _Said, otherwise: _Said) -> _Said:
    return a if a == b else otherwise
