"""Sessions of the ledger, added up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..energy import Energy

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Total:
    """A sum of sessions.

    Attributes
    ----------
    energy, measured_share, grams, cells
        *grams* are unknown where factors are mixed.
    whole, whole_mass
        False when the energy, or the emissions, of one of them are unknown.
    mixed
        Two kinds of factors that no sum may hold together, if there are.
    """

    energy: Energy
    measured_share: float
    grams: float
    cells: int
    whole: bool
    whole_mass: bool
    mixed: tuple[str, ...]

    @property
    def least(self) -> str:
        """What to say before the energy, where it is a lower bound."""
        return "" if self.whole else "at least "

    @property
    def least_mass(self) -> str:
        """What to say before the emissions, where they are."""
        return "" if self.whole_mass or math.isnan(self.grams) else "at least "

    @classmethod
    def of(cls, rows: Sequence[Mapping[str, Any]], mixed: tuple[str, ...]) -> Total:
        """Add up rows of ``sessions``; *mixed* as above."""
        known = [row for row in rows if row["joules"] is not None]
        energy = Energy(*(_sum(row[key] for row in known) for key in ("joules", "low", "high")))
        measured = _sum(row["joules"] * row["measured_share"] for row in known if row["measured_share"] is not None)
        share = measured / energy.joules if energy.joules > 0 else math.nan
        grams = math.nan if mixed else _sum(row["grams"] for row in known)
        whole_mass = all(row["grams"] is not None for row in rows)
        return cls(energy, share, grams, sum(row["cells"] for row in rows), len(known) == len(rows), whole_mass, mixed)


def _sum(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return math.fsum(known) if known else math.nan
