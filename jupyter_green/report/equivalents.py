"""One everyday comparison for emissions: off unless asked for, named, dated, and none for what is small."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..energy import JOULES_PER_WH

if TYPE_CHECKING:
    from ..energy import Energy

LEAST = 1.0
"""Wh below which there is none: a comparison would only make a large thing of a small one."""


@dataclass(frozen=True, slots=True)
class Equivalent:
    """Something known that emits.

    Attributes
    ----------
    grams_per_km
        gCO2 a kilometre.
    what
        Which car, under which test.
    year, source, licence
        Of the figure.
    """

    grams_per_km: float
    what: str
    year: int
    source: str
    licence: str


CAR = Equivalent(
    grams_per_km=106.8,
    what="a new car of 2024, the mean of the EU, Iceland and Norway (WLTP test cycle, exhaust only)",
    year=2024,
    source="European Environment Agency, provisional data of 2025",
    licence="CC BY 4.0",
)


def equivalent(energy: Energy, grams: float) -> str | None:
    """Return what so much energy and emissions compare with, or ``None`` where they are unknown or below 1 Wh.

    Parameters
    ----------
    energy
        What was used.
    grams
        gCO2e that it emitted.

    Examples
    --------
    ``as much as 6.8 m in a new car of 2024, the mean of …: 106.8 g CO₂/km (European Environment Agency …)``
    """
    if not (energy.joules >= LEAST * JOULES_PER_WH and math.isfinite(grams) and grams > 0):
        return None
    distance = _distance(1000 * grams / CAR.grams_per_km)
    return f"as much as {distance} in {CAR.what}: {CAR.grams_per_km} g CO₂/km ({CAR.source})"


def _distance(metres: float) -> str:
    """Return a length with two significant figures: ``6.8 m``, ``420 m``, ``1.3 km``."""
    shown = float(f"{metres:.1e}")
    if shown < 0.1:
        return "less than 10 cm"
    size, unit = (1000, "km") if shown >= 1000 else (1, "m")
    figure = shown / size
    return f"{figure:,.0f} {unit}" if figure >= 10 else f"{figure:.2g} {unit}" if figure < 1 else f"{figure:.1f} {unit}"
