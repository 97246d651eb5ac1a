"""Carbon intensity of electricity, and the emissions that energy makes with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .energy import JOULES_PER_KWH, Energy

Boundary = Literal["lifecycle", "direct", "unknown"]
Basis = Literal["production", "consumption", "unknown"]
Averaging = Literal["average", "marginal"]
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
