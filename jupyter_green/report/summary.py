"""What ``%carbon`` says: the session so far, in one paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..energy import MEASURED
from ..footprint import Component, Footprint
from . import quantities, wording

if TYPE_CHECKING:
    from ..record import SessionTotal


def summary(session: SessionTotal) -> str:
    """Return the session's footprint as a paragraph of a few sentences."""
    footprint = session.footprint
    cells = wording.count(session.cells, "cell")
    if not session.cells:
        return "No cell has been metered yet in this session. %carbon status says what would be measured."
    if not footprint.energy.known:
        return f"{cells} metered, but no source could tell their energy; %carbon status says why."
    emitted = footprint.emissions
    between = quantities.energy(session.between_joules)
    parts = ", ".join(
        f"{title} {_component(footprint.components[name])}"
        for name, title in wording.COMPONENTS.items()
        if name in footprint.components
    )
    return (
        f"This session has used {quantities.energy_range(footprint.energy)} and emitted "
        f"{quantities.mass_range(emitted.grams, emitted.low, emitted.high)} in {cells}; "
        f"{between} of it went between cells. {parts}; {quantities.share(footprint.measured_share)} measured. "
        f"{_machine(footprint)}"
        f"Grid: {wording.grid(footprint.intensity)}; {wording.pue(footprint.pue, footprint.flags)}."
    )


def _machine(footprint: Footprint) -> str:
    """Say what the whole machine used meanwhile, and what of that is not charged to this session."""
    machine, ours = footprint.machine_energy, footprint.energy
    left = machine.joules - ours.joules
    if not left > 0:
        return ""
    return (
        f"The whole machine used {quantities.energy(machine.joules)} meanwhile; {quantities.energy(left)} of that is "
        "other programs' or the idle machine's, and not charged here. "
    )


def _component(part: Component) -> str:
    how = "measured" if part.method in MEASURED else "modelled"
    return f"{quantities.energy(part.energy.joules)} ({how})"
