"""A statement of compute and carbon for a paper, without markup: :mod:`.markdown` and :mod:`.latex` set it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...energy import JOULES_PER_KWH
from ...version import __version__
from .. import footnote_text, quantities, wording
from ..footnote_text import Note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..footnote import Footnote
    from .bundle import Bundle


def notes(bundle: Bundle) -> list[Note]:
    """Return the statement's paragraphs, each with the word that it begins with."""
    return list(_notes(bundle))


def _notes(bundle: Bundle) -> Iterator[Note]:
    note = bundle.footnote
    grids = footnote_text.named(dict.fromkeys(f"{grid.intensity.name or grid.intensity.zone}" for grid in note.grids))
    yield Note("Region", f"{grids}.")
    yield Note("Hardware", f"{_hardware(bundle)}.")
    yield Note("Time", f"{_decimal(_hours(bundle))} h in {wording.count(len(bundle.records), 'metered cell')}.")
    energy = [joules / JOULES_PER_KWH for joules in (note.energy.joules, note.energy.low, note.energy.high)]
    share = quantities.share(note.measured_share)
    yield Note("Electricity", f"{_range(note, energy, 'kWh')}; {share} of it was measured.")
    kilograms = [grams / 1e3 for grams in (note.grams, note.low, note.high)]
    yield Note("Emissions", f"{_range(note, kilograms, 'kg CO₂e')}, location-based: electricity × factor × PUE.")
    remarks = footnote_text.partial(note)
    if remarks:
        yield Note("Remarks", remarks)
    yield Note("Grid factor", f"{_factors(bundle)}.")
    buildings = (wording.pue(grid.pue, grid.assumed).removeprefix("PUE ") for grid in note.grids)
    yield Note("PUE", f"{footnote_text.named(buildings)}.")
    if bundle.unit is not None and bundle.units is not None:
        each = quantities.energy_per_unit(note.energy.joules / bundle.units, bundle.unit)
        yield Note("Work", f"{quantities.amount(bundle.units)} × {bundle.unit}, as stated by the user: {each}.")
    else:
        counted = [one for one in note.work if bundle.unit in (None, one.unit)]
        if counted:
            yield Note("Work", f"{footnote_text.named(one.told() for one in counted)}.")
    use = "Use phase only." if _is_embodied(bundle) else wording.USE_PHASE
    yield Note("Boundary", f"This kernel's part of the machine. {wording.NOT_SEEN} {use}")
    yield from footnote_text.apart(note)
    if bundle.embodied_grams is not None:
        mass = f"{_decimal(bundle.embodied_grams / 1e3)} kg CO₂e"
        yield Note("Embodied emissions", f"{mass}, as stated by the user; not part of the emissions above.")
    if bundle.offset is not None:
        yield Note("Offsets", f"{bundle.offset} (as stated by the user; not verified, and nothing is subtracted).")
    first, last = note.first.date().isoformat(), note.last.date().isoformat()
    when = last if first == last else f"{first} to {last}"
    yield Note("Recorded", f"{when}, by jupyter-green {__version__}.")


def _hardware(bundle: Bundle) -> str:
    names = [*bundle.footnote.gpus, *dict.fromkeys(record.cpu for record in bundle.records if record.cpu)]
    if names:
        return footnote_text.named(names)
    sources = [part.source for parts in bundle.footnote.parts.values() for part in parts]
    return f"not named by the records; energy from {footnote_text.named(sources)}" if sources else "not known"


def _hours(bundle: Bundle) -> float:
    return math.fsum(record.duration for record in bundle.records) / 3600


def _factors(bundle: Bundle) -> str:
    return footnote_text.named(
        f"{wording.grid(grid.intensity, footnote_text.span(grid) or f'{grid.intensity.value:.4g}')}"
        f"{footnote_text.kind(grid)}"
        for grid in bundle.footnote.grids
    )


def _is_embodied(bundle: Bundle) -> bool:
    return bundle.footnote.embodied is not None or bundle.embodied_grams is not None


def _range(note: Footnote, figures: list[float], unit: str) -> str:
    value, low, high = figures
    if not math.isfinite(value):
        return quantities.UNKNOWN
    between = f" ({_decimal(low)} – {_decimal(high)})" if math.isfinite(low) and math.isfinite(high) else ""
    return f"{'at least ' if note.shortfalls else ''}{_decimal(value)} {unit}{between}"


def _decimal(value: float) -> str:
    """Return three significant figures without an exponent, whatever the size: a paper's unit stays the same."""
    if not math.isfinite(value):
        return quantities.UNKNOWN
    rounded = float(f"{value:.2e}")
    if rounded == 0:
        return "0"
    return f"{rounded:.{max(0, 2 - math.floor(math.log10(rounded)))}f}"
