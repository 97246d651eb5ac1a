"""What ``%carbon`` says: the session so far, in one paragraph."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..energy import MEASURED
from ..footprint import Component, Footprint
from . import quantities, remote, wording
from .equivalents import equivalent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..emissions import Embodied
    from ..record import SessionTotal
    from .per_unit import Work


def summary(session: SessionTotal, work: Sequence[Work] = (), *, compare: bool = False) -> str:
    """Return the session's footprint as a paragraph of a few sentences.

    Parameters
    ----------
    work
        What its cells did, by unit.
    compare
        Whether to compare its emissions with something known.
    """
    footprint = session.footprint
    cells = wording.count(session.cells, "cell")
    if not session.cells:
        return "No cell has been metered yet in this session. %carbon status says what would be measured."
    if not footprint.energy.known:
        hosted = f" {remote.sentence(footprint.remote)}" if footprint.remote else ""
        return f"{cells} metered, but no source could tell their energy; %carbon status says why.{hosted}"
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
        f"{_per_unit(work)}"
        f"{_machine(footprint)}"
        f"Grid: {wording.grid(footprint.intensity)}; {wording.pue(footprint.pue, footprint.flags)}."
        f"{_embodied(footprint.embodied)}"
        f"{_comparison(footprint) if compare else ''}"
        f"{' ' + remote.sentence(footprint.remote) if footprint.remote else ''}"
    )


def _per_unit(work: Sequence[Work]) -> str:
    """Say what a unit of work cost; nothing where no cell did any that is known."""
    return f"Per unit of work: {'; '.join(one.told() for one in work)}. " if work else ""


def _embodied(part: Embodied | None) -> str:
    """Say, apart, what making the hardware emitted for the session's time, if the user wants to know."""
    if part is None:
        return ""
    if math.isnan(part.grams):
        return f" What making the hardware emitted is not known: {part.source}."
    amount = quantities.mass_range(part.grams, part.low, part.high)
    return f" Making the hardware emitted {amount} for this time, no part of the above ({part.source})."


def _comparison(footprint: Footprint) -> str:
    found = equivalent(footprint.energy, footprint.emissions.grams)
    return "" if found is None else f" The emissions are {found}."


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
