"""Sentences that more than one presentation says in the same words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..emissions import Intensity

COMPONENTS = {"gpu": "GPU", "cpu": "CPU", "ram": "memory"}
NOT_SEEN = "Main board, power supply, fans, storage and network are not seen."
USE_PHASE = "Use phase only; hardware manufacture is not counted."


def grid(intensity: Intensity) -> str:
    """Say how clean the electricity is and who says so: ``France, 49 g CO₂e/kWh, 2025 mean (Ember)``."""
    name = intensity.name or intensity.zone
    value = f"{intensity.value:.0f}" if intensity.value >= 10 or intensity.value == 0 else f"{intensity.value:.2g}"
    kind = {
        "annual": f"{intensity.year} mean" if intensity.year else "annual mean",
        "configured": "as configured",
        "live": "live",
        "cached": "live, last known",
        "fallback": f"{intensity.year} mean for want of a live value" if intensity.year else "annual mean",
        "world-mean": f"{intensity.year} mean, place not known" if intensity.year else "mean, place not known",
    }[intensity.status]
    boundary = "" if intensity.boundary == "unknown" else f", {intensity.boundary}"
    source = f" ({intensity.source})" if intensity.source and intensity.status != "configured" else ""
    marginal = ", marginal" if intensity.method == "marginal" else ""
    return f"{name}, {value} g CO₂e/kWh, {kind}{boundary}{marginal}{source}"


def pue(value: float) -> str:
    """Return a power usage effectiveness: ``PUE 1.2``."""
    return f"PUE {value:.3g}" if math.isfinite(value) else "PUE unknown"


def count(number: int, noun: str) -> str:
    """Return ``1 cell``, ``2 cells``, ``1,200 cells``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
