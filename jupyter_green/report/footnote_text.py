"""The footnote's words: plain text without markup, to be escaped by whoever sets it.

The short form is :func:`lead`, :func:`partial` and :func:`short_print`; the long form adds the table of
:mod:`.footnote_table`, and says in :func:`notes` how each figure was obtained.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ..energy import MEASURED
from ..version import __version__
from . import quantities, wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..footprint import RemoteCalls
    from .footnote import Footnote
    from .provenance import Grid
    from .reading import Part

Form = Literal["long", "short"]
Chosen = Literal["long", "short", "none"]
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Note:
    """A paragraph of the small print and the word that it begins with."""

    term: str
    text: str


def lead(footnote: Footnote) -> str:
    """Return the sentence with the total."""
    if not footnote.energy.known:
        return "How much energy running this notebook used is not known.¹"
    energy = _least(quantities.energy_range(footnote.energy), footnote)
    mass = _least(quantities.mass_range(footnote.grams, footnote.low, footnote.high), footnote)
    return f"Running this notebook used {energy} and emitted {mass}.¹"


def _least(amount: str, footnote: Footnote) -> str:
    """Say that a total is a lower bound; "at least < 1 mWh" would say nothing."""
    return amount if amount.startswith("<") or not footnote.shortfalls else f"at least {amount}"


def partial(footnote: Footnote) -> str:
    """Say what the total leaves out, and which figures contradict each other; empty where there is nothing to say."""
    said = []
    if footnote.shortfalls:
        metered, cells = footnote.coverage.metered, footnote.coverage.cells
        counted = [f"{metered} of {wording.count(cells, 'cell')} metered"] if metered < cells else []
        said.append(f"Partial: {'; '.join([*counted, *footnote.shortfalls])}.")
    if footnote.disputed:
        said.append(
            f"Doubtful: the emissions of {wording.count(footnote.disputed, 'cell')} do not follow from energy, "
            "grid factor and PUE as recorded."
        )
    if footnote.mixed:
        said.append("The emissions are not added up: their grid factors count different things, as stated below.")
    return " ".join(said)


def short_print(footnote: Footnote, version: str = __version__) -> str:
    """Return the short form's note to the total: how much was measured, on which grid, and what is left out."""
    grids = [
        f"{wording.grid(grid.intensity, span(grid))}; {wording.pue(grid.pue, grid.assumed)}" for grid in footnote.grids
    ]
    sentences = [
        f"{quantities.share(footnote.measured_share)} of the energy was measured.",
        f"Grid: {named(grids)}; location-based.",
        _use_phase(footnote),
        *(f"Per unit of work: {one}." for one in footnote.work[:1]),
        *(f"{note.term}: {note.text}" for note in apart(footnote)),
        f"{_recorded(footnote)} by jupyter-green {version}.",
    ]
    return " ".join(sentences)


def notes(footnote: Footnote, version: str = __version__) -> list[Note]:
    """Return the long form's notes to the total: where the figures come from, what they cover and what they do not."""
    parts = "; ".join(_component(name, parts) for name, parts in footnote.parts.items())
    obtained = f" In the cells with a record of their own: {parts}." if parts else ""
    grids = [
        f"{wording.grid(grid.intensity, span(grid) or f'{grid.intensity.value:.4g}')}{kind(grid)}, location-based; "
        f"{wording.pue(grid.pue, grid.assumed)}"
        for grid in footnote.grids
    ]
    steady = all(grid.intensity.status not in ("live", "cached") for grid in footnote.grids)
    said = [
        Note("Measured", f"{quantities.share(footnote.measured_share)} of the energy was measured.{obtained}"),
        Note("Work", f"{named(one.told() for one in footnote.work)}.") if footnote.work else None,
        Note("Share", "This kernel's part of the machine, with its part of what the idle hardware draws."),
        Note("Hardware", f"{named(footnote.gpus)}.") if footnote.gpus else None,
        Note("Grid", f"{named(grids)}. Emissions are energy × factor × PUE."),
        Note(
            "Range",
            "The range covers sensor, model and annual-factor error, not the grid's hourly mix."
            if steady
            else "The range covers the error of sensor, model and grid factor.",
        ),
        Note("Not included", f"{wording.NOT_SEEN} {_use_phase(footnote)}"),
        *apart(footnote),
        Note("Recorded", f"{_recorded(footnote)} by jupyter-green {version}; read from this notebook, not verified."),
    ]
    return [note for note in said if note is not None]


def _use_phase(footnote: Footnote) -> str:
    if footnote.embodied is None:
        return wording.USE_PHASE
    return "Use phase only; hardware manufacture is stated apart."


def _recorded(footnote: Footnote) -> str:
    first, last = footnote.first.date().isoformat(), footnote.last.date().isoformat()
    return f"Figures as recorded {f'on {last}' if first == last else f'from {first} to {last}'}"


def span(grid: Grid) -> str:
    """Return mean and range of a factor that changed from cell to cell; empty for one that did not."""
    low, high = wording.intensity_figure(grid.lowest), wording.intensity_figure(grid.highest)
    return "" if low == high else f"{wording.intensity_figure(grid.intensity.value)} ({low} – {high})"


def kind(grid: Grid) -> str:
    """Say what else tells one factor from another."""
    intensity = grid.intensity
    basis = "" if intensity.basis == "unknown" else f", of {intensity.basis}"
    marginal = ", marginal" if intensity.method == "marginal" else ""
    # A configured value has no range of its own; nor is there one range for hours that differ.
    known = intensity.low < intensity.high and grid.lowest == grid.highest
    between = (
        f", between {wording.intensity_figure(intensity.low)} and {wording.intensity_figure(intensity.high)}"
        if known
        else ""
    )
    return f"{basis}{marginal}{between}"


def _component(name: str, parts: tuple[Part, ...]) -> str:
    """Say how one component's energy was obtained: ``GPU measured (NVML energy counter), 9.7 Wh``."""
    measured = [part.method in MEASURED for part in parts]
    how = "measured" if all(measured) else "partly measured" if any(measured) else "modelled"
    joules = math.fsum(part.joules for part in parts)
    return f"{wording.COMPONENTS[name]} {how} ({named(part.source for part in parts)}), {quantities.energy(joules)}"


def apart(footnote: Footnote) -> list[Note]:
    """Return what is stated apart from the total, and never added to it."""
    said = []
    if footnote.remote:
        said.append(Note("Hosted models", f"{named(map(_calls, footnote.remote))}; not part of the total."))
    made = footnote.embodied
    if made is not None:
        mass = quantities.mass_range(made.grams, made.low, made.high)
        said.append(Note("Making of the hardware", f"{mass} ({made.source}); not part of the total."))
    return said


def _calls(calls: RemoteCalls) -> str:
    """Say what calls of one hosted model are estimated to have used, and by whom."""
    energy = quantities.energy_range(calls.energy)
    mass = quantities.mass_range(calls.grams, calls.grams_low, calls.grams_high)
    asked = f"{wording.count(calls.calls, 'call')} of {calls.model} ({calls.provider})"
    return f"{asked}, {energy}, {mass}, modelled by {calls.source}"


def named(things: Iterable[str]) -> str:
    """Return each thing once; of many, the first few and how many more there are."""
    named = list(dict.fromkeys(things))
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return "; ".join(named[:_MOST_NAMED]) + more
