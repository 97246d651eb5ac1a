"""Energy per unit of work of several cells: a sum for each unit, over the cells that did work in it and no others.

Different units are never added, and a cell of which work or energy is not known is in no sum.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..energy import Energy
from ..record import number
from . import quantities, wording

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..footprint import Footprint
    from .reading import Reading


@dataclass(frozen=True, slots=True)
class Work:
    """What was done for some energy.

    Attributes
    ----------
    unit
        What one of it is called.
    amount
        How many.
    energy
        J, of the cells that did it.
    cells
        How many those are.
    """

    unit: str
    amount: float
    energy: Energy
    cells: int = 1

    @property
    def each(self) -> Energy:
        """J per unit."""
        return Energy(*(joules / self.amount for joules in (self.energy.joules, self.energy.low, self.energy.high)))

    def __str__(self) -> str:
        return quantities.energy_per_unit(self.each.joules, self.unit)

    def told(self) -> str:
        """Return ``0.421 J/sample (0.37 – 0.48), 53,000 × sample in 2 cells``."""
        each = quantities.energy_per_unit_range(self.each, self.unit)
        return f"{each}, {quantities.amount(self.amount)} × {self.unit} in {wording.count(self.cells, 'cell')}"

    def to_json(self) -> dict[str, Any]:
        """Return it for a program; J."""
        return {
            "unit": self.unit,
            "amount": self.amount,
            "cells": self.cells,
            **{key: number(getattr(self.energy, key)) for key in ("joules", "low", "high")},
            "joules_per_unit": number(self.each.joules),
        }


def work(amount: float | None, unit: str | None, energy: Energy) -> Work | None:
    """Return a cell's work; ``None`` where it, or the energy, is not known."""
    if amount is None or not (math.isfinite(amount) and amount > 0) or not energy.known:
        return None
    made = Work(unit or "unit", amount, energy)
    return made if math.isfinite(made.each.joules) else None


def of_footprint(footprint: Footprint) -> Work | None:
    """Return the work of a footprint."""
    return work(footprint.units, footprint.unit, footprint.energy)


def of_reading(record: Reading) -> Work | None:
    """Return the work of a record as it was read."""
    return None if record.work is None else work(record.work.amount, record.work.unit, record.energy)


def of_row(row: Mapping[str, Any]) -> Work | None:
    """Return the work of a cell as the ledger's reader gives it."""
    if row["work"] is None or row["joules"] is None:
        return None
    energy = Energy(*(math.nan if row[end] is None else row[end] for end in ("joules", "low", "high")))
    return work(row["work"]["amount"], row["work"]["unit"], energy)


def by_unit(each: Iterable[Work | None]) -> list[Work]:
    """Add up the work of several cells, unit by unit, the one with the most energy first."""
    groups: dict[str, list[Work]] = {}
    for one in each:
        if one is not None:
            groups.setdefault(one.unit, []).append(one)
    sums = [
        Work(
            unit,
            math.fsum(one.amount for one in group),
            Energy(*(math.fsum(getattr(one.energy, end) for one in group) for end in ("joules", "low", "high"))),
            sum(one.cells for one in group),
        )
        for unit, group in groups.items()
    ]
    return sorted(sums, key=lambda one: -one.energy.joules)


def single(each: Iterable[Work | None]) -> Work | None:
    """Return the sum of the runs of one cell; ``None`` where they did no work, or work of several units."""
    sums = by_unit(each)
    return sums[0] if len(sums) == 1 else None
