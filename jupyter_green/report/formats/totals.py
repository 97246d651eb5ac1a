"""The totals that a machine reads, unrounded, or one line that says why there are none.

A person sees a mark beside a doubtful figure; a program sees the figure only. What is marked in a footnote is
therefore refused here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ...energy import JOULES_PER_KWH
from ...ledger.kinds import mixture
from .. import wording
from ..completeness import by_boot, latest, was_reset
from ..problem import Problem

if TYPE_CHECKING:
    from ..reading import Reading
    from .bundle import Bundle


def kilowatt_hours(bundle: Bundle) -> float:
    """Return the energy of the computers, without their building's overhead, kWh.

    Raises
    ------
    Problem
        When it is not known.
    """
    joules = bundle.footnote.energy.joules
    if math.isnan(joules):
        raise Problem("the energy is unknown: `jupyter green doctor` says what is missing")
    return joules / JOULES_PER_KWH


def grams(bundle: Bundle) -> float:
    """Return the emissions, joules x factor x PUE / 3.6e6, in gCO2e.

    Raises
    ------
    Problem
        When they are not known, not of one kind, or do not follow from the records' own energy.
    """
    if bundle.footnote.mixed:
        used = (record.emissions.intensity for record in bundle.records)
        kinds = " and ".join(mixture(frozenset({one.method, one.boundary}) for one in used))
        raise Problem(f"{kinds} factors are mixed, which no sum may hold: run the notebook again with one region")
    disputed = bundle.footnote.disputed
    if disputed:
        raise Problem(
            f"the emissions of {wording.count(disputed, 'record')} do not follow from energy, factor and PUE: run the "
            "notebook again"
        )
    total = bundle.footnote.grams
    if math.isnan(total) or not all(map(_known, by_boot(bundle.records))):
        raise Problem("the emissions are unknown for part of the records: run the notebook again with one region")
    return total


def mean_pue(bundle: Bundle) -> float:
    """Return the energy-weighted mean PUE; the one that all records state where they agree."""
    values = [record.emissions.pue for record in bundle.records]
    weights = [record.energy.joules_or_zero for record in bundle.records]
    whole = math.fsum(weights)
    if min(values) == max(values) or not whole > 0:
        return values[0]
    return math.fsum(map(math.prod, zip(values, weights, strict=True))) / whole


def _known(boot: list[Reading]) -> bool:
    """Whether the footnote's grams of one kernel's life are those of all its energy."""
    last = latest(boot)
    if last.session.energy.known and not was_reset(boot):
        return not math.isnan(last.session.grams)
    return not any(math.isnan(record.emissions.grams) for record in boot if record.energy.known)


def duration(bundle: Bundle) -> float:
    """Return the time in which the energy was used, s; ``nan`` where the records do not tell."""
    note = bundle.footnote
    return math.fsum([*(row.duration for row in note.rows), note.others.duration if note.others else 0.0])


def lower_bound(bundle: Bundle) -> str:
    """Say that the total is a lower bound, and why; empty when it is whole."""
    reasons = "; ".join(bundle.footnote.shortfalls)
    return f"a lower bound: {reasons}" if reasons else ""
