"""GRID: the same energy emits less in another region of the same cloud."""

from __future__ import annotations

import math

from ...energy import Energy
from ...grid import UnknownRegion, compare
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..suggestion import Finding

_JOULES = 360_000.0  # 0.1 kWh: below, moving work is more work than it is worth
_LEAST = 0.3  # of the emissions; data and people have to move for it


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where this is a region of a cloud, and another one of it is on a clearly cleaner grid."""
    grid = cell.machine.grid
    joules = sum(each.joules for each in notebook.cells if not math.isnan(each.joules))
    if grid is None or grid.region is None or joules <= 0 or not gates.at_least(joules, _JOULES):
        return None
    try:
        found = compare(Energy(joules, joules, joules), grid.pue, grid.intensity, grid.region)
    except UnknownRegion:
        return None
    best, own = found.rows[0], found.own
    if best.own or best.change is None or -best.change < _LEAST or not best.regions:
        return None
    there = " or ".join(best.regions[:2])
    return Finding(
        f"This session's {joules / 3.6e6:.2g} kWh emit {own.grams:.3g} g CO₂e on {own.intensity.name}'s grid, "
        f"{best.grams:.3g} g on {best.intensity.name}'s ({there}): {-best.change:.0%} less CO₂e by annual means, "
        "the energy is the same.".replace("%", " %")
    )


RULE = Rule(
    id="GRID",
    title="Run on a cleaner grid of the same cloud",
    effect="same result",
    saving=None,  # of energy there is none
    source="annual means of the grids that feed the provider's regions; emissions change, energy does not",
    see=see,
    of_session=True,
)
