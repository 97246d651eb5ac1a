"""TIME: the same cell emits less at another hour, by a live service's forecast."""

from __future__ import annotations

import math
from datetime import datetime, timezone

from ...energy import JOULES_PER_KWH
from ...grid.best_start import best_start
from ...grid.live.service import LIVE_ERROR
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..suggestion import Finding

_JOULES = 360_000.0  # 0.1 kWh: below, waiting is not worth it


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak of the cell with the most energy, where a later start is better by more than the forecast is off."""
    grid = cell.machine.grid
    known = [each for each in notebook.cells if each.joules > 0 and each.duration > 0]
    if grid is None or not grid.forecast or math.isnan(grid.now) or not known:
        return None
    most = max(known, key=lambda each: each.joules)
    if not gates.at_least(most.joules, _JOULES):
        return None
    found = best_start(grid.forecast, grid.now, most.duration)
    if found is None or not found.mean_now > found.mean * LIVE_ERROR:
        return None
    at = datetime.fromtimestamp(found.start, timezone.utc).astimezone()
    saved = (found.mean_now - found.mean) * most.joules * grid.pue / JOULES_PER_KWH
    lower = f"{1 - found.mean / found.mean_now:.0%}".replace("%", " %")
    kind = "marginal " if grid.intensity.method == "marginal" else ""
    return Finding(
        f"Begun again now, the largest cell would meet {found.mean_now:.0f} g CO₂e/kWh by the {kind}forecast, "
        f"from {at:%a %H:%M} on {found.mean:.0f}: {lower} less CO₂e, {saved:.2g} g. The energy is the same."
    )


RULE = Rule(
    id="TIME",
    title="Start long cells when electricity is cleaner",
    effect="same result",
    saving=None,  # of energy there is none
    source="the forecast of the live service that is configured; emissions change, energy does not",
    see=see,
    of_session=True,
)
