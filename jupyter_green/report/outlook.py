"""A forecast in words: ``8.30 Wh (7.6 – 9.1), 0.11 g CO₂e, 2 min left``."""

from __future__ import annotations

import math

from ..energy import Energy
from . import quantities


def outlook(energy: Energy, seconds_left: float, *, grams: float = math.nan, at_least: bool = False) -> str:
    """Say what a running cell is going to need in all.

    Parameters
    ----------
    energy
        Of the whole cell, with the forecast's range; unknown figures are left out.
    seconds_left
        Until its loop is done.
    grams
        CO2e of the whole cell.
    at_least
        Its units become dearer as it goes on.
    """
    said = []
    if energy.known:
        if at_least:
            said.append(f"at least {quantities.energy(energy.low)}, {quantities.energy(energy.joules)} as it goes on")
        else:
            said.append(quantities.energy_range(energy))
    if math.isfinite(grams):
        said.append(quantities.mass(grams))
    if math.isfinite(seconds_left):
        said.append(f"{quantities.duration(seconds_left)} left")
    return ", ".join(said)
