"""Sentences that more than one presentation says in the same words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..grid.pue import PROVIDER_MEAN as PUE_PROVIDER_MEAN
from ..grid.pue import UNKNOWN as PUE_UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..emissions import Intensity

COMPONENTS = {"gpu": "GPU", "cpu": "CPU", "ram": "memory"}
NOT_SEEN = "Main board, power supply, fans, storage and network are not seen."
USE_PHASE = "Use phase only; hardware manufacture is not counted."


def grid(intensity: Intensity) -> str:
    """Say how clean the electricity is and who says so: ``France, 49 g CO₂e/kWh, 2025 mean (Ember)``."""
    name = intensity.name or intensity.zone
    value = intensity_figure(intensity.value)
    kind = {
        "annual": f"{intensity.year} mean" if intensity.year else "annual mean",
        "configured": "as configured",
        "live": "live",
        "cached": "live, last known",
        "fallback": f"{intensity.year} mean for want of a live value" if intensity.year else "annual mean",
        "world-mean": f"{intensity.year} mean, place not known" if intensity.year else "mean, place not known",
    }[intensity.status]
    boundary = {"unknown": "", "lifecycle": ", lifecycle", "direct": ", direct emissions only"}[intensity.boundary]
    source = f" ({intensity.source})" if intensity.source and intensity.status != "configured" else ""
    return f"{name}, {value} g CO₂e/kWh, {kind}{boundary}{source}"


def intensity_figure(value: float) -> str:
    """Return a carbon intensity in gCO2e/kWh without its unit: ``49``, ``1.2``."""
    return f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def counted(intensity: Intensity) -> str:
    """Say what an intensity counts: its boundary, basis and method."""
    what = {
        "lifecycle": "life-cycle emissions",
        "direct": "direct emissions (no fuel supply, no construction)",
        "unknown": "what is counted is not stated",
    }[intensity.boundary]
    whose = {
        "production": " of what is generated in the zone, imports not counted",
        "consumption": " of what is used in the zone, imports counted",
        "unknown": "",
    }[intensity.basis]
    return f"{'marginal' if intensity.method == 'marginal' else 'annual means of'} {what}{whose}"


def pue(value: float, flags: Collection[str] = ()) -> str:
    """Return a power usage effectiveness, with what was assumed by the flags of its record: ``PUE 1.2``."""
    if not math.isfinite(value):
        return "PUE unknown"
    assumed = ""
    if PUE_UNKNOWN in flags:
        assumed = " (assumed: data centre not known)" if value > 1 else " (assumed: site not known)"
    elif PUE_PROVIDER_MEAN in flags:
        assumed = " (the provider's mean)"
    return f"PUE {value:.3g}{assumed}"


def count(number: int, noun: str) -> str:
    """Return ``1 cell``, ``2 cells``, ``1,200 cells``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
