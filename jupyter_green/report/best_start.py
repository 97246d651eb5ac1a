"""With a forecast: when a cell of known energy would meet the cleanest electricity. Stands below ``%carbon regions``.

What may be said: means of a forecast, for the same energy at steady power. Not that waiting avoids emissions: an
average says nothing about which plant would answer (a marginal forecast does, and is named so); and nothing where the
difference is smaller than what the forecast may be off by.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from ..grid.best_start import BestStart, best_start
from ..grid.live.service import LIVE_ERROR
from . import quantities

if TYPE_CHECKING:
    from ..emissions import Intensity
    from ..footprint import Footprint
    from ..metering_session import Session
    from ..record import Record

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def paragraph(session: Session, cell: Record | None = None) -> str | None:
    """Say when to start a cell again; ``None`` where no live service is configured or no cell's energy is known.

    Parameters
    ----------
    cell
        Which one; the one with the most energy when not given.
    """
    live = session.electricity.live
    known = [record for record in session.cells if record.footprint.energy.known and record.footprint.duration > 0]
    if live is None or not (known or cell):
        return None
    chosen = cell or max(known, key=lambda record: record.footprint.energy.joules)
    forecast = live.forecast
    if not forecast:
        return f"Best start: {live.state.label} has no forecast at present; %carbon status says how it does."
    found = best_start(forecast, session.clock.wall(), chosen.footprint.duration)
    name = f"cell [{chosen.execution_count}]" if chosen.execution_count is not None else "that cell"
    if found is None:
        took = quantities.duration(chosen.footprint.duration)
        return f"Best start: {name} took {took}; the forecast does not reach as far."
    return f"Best start: {_said(name, chosen.footprint, found, live.present)}"


def _said(name: str, footprint: Footprint, found: BestStart, present: Intensity) -> str:
    took = f"{quantities.energy(footprint.energy.joules)} in {quantities.duration(footprint.duration)}"
    kind = "marginal" if present.method == "marginal" else present.boundary
    whose = f"by {present.source}'s forecast for {present.name} ({kind}, to {_clock(found.until)})"
    now = f"{name} used {took}; begun again now it would meet {found.mean_now:.0f} g CO₂e/kWh on average, {whose}"
    if not found.mean_now > found.mean * LIVE_ERROR:
        off = f"{LIVE_ERROR - 1:.0%}".replace("%", " %")
        return f"{now}. No later start is better by more than the forecast may be off ({off})."
    lower = f"{1 - found.mean / found.mean_now:.0%}".replace("%", " %")
    return f"{now}; from {_clock(found.start)}, {found.mean:.0f}: {lower} lower, same energy assumed."


def _clock(at: float) -> str:
    """Return a moment in this machine's time: ``Wed 03:30``."""
    local = datetime.fromtimestamp(at, timezone.utc).astimezone()
    return f"{_DAYS[local.weekday()]} {local:%H:%M}"
