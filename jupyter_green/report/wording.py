"""Sentences that more than one presentation says in the same words."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..emissions import Intensity

COMPONENTS = {"gpu": "GPU", "cpu": "CPU", "ram": "memory"}
NOT_SEEN = "Main board, power supply, fans, storage and network are not seen."
USE_PHASE = "Use phase only; hardware manufacture is not counted."


def grid(intensity: Intensity, figure: str = "") -> str:
    """Say how clean the electricity is and who says so: ``France, 49 g CO₂e/kWh, 2025 mean (Ember)``.

    Another *figure* than the rounded value may be given, such as its range.
    """
    name = intensity.name or intensity.zone
    value = figure or factor(intensity.value)
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
    return f"{name}, {value} g CO₂e/kWh, {kind}{boundary}{source}"


def factor(value: float) -> str:
    """Return a grid factor in gCO2e/kWh without its unit: ``49``, ``8.7``."""
    return f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def pue(value: float) -> str:
    """Return a power usage effectiveness: ``PUE 1.2``."""
    return f"PUE {value:.3g}" if math.isfinite(value) else "PUE unknown"


def count(number: int, noun: str) -> str:
    """Return ``1 cell``, ``2 cells``, ``1,200 cells``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
