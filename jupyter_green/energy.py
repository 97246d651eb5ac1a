"""Amounts of energy with their range, and how they were obtained.

SI inside: joules. ``nan`` stands for *unknown* and is published as ``null``; it is never replaced by zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

JOULES_PER_WH = 3600.0
JOULES_PER_KWH = 3.6e6

Method = Literal["counter", "integrated", "modelled"]
MEASURED: frozenset[Method] = frozenset({"counter", "integrated"})


@dataclass(frozen=True, slots=True)
class Energy:
    """An amount of energy with its uncertainty range.

    Attributes
    ----------
    joules, low, high
        Central value and ends of the uncertainty range, J. ``nan`` when unknown.
    """

    joules: float
    low: float
    high: float

    @property
    def wh(self) -> float:
        """Central value in watt-hours."""
        return self.joules / JOULES_PER_WH

    @property
    def kwh(self) -> float:
        """Central value in kilowatt-hours."""
        return self.joules / JOULES_PER_KWH

    @property
    def known(self) -> bool:
        """Whether any source could tell."""
        return not math.isnan(self.joules)

    @property
    def joules_or_zero(self) -> float:
        """The part that is known, J: for sums that say elsewhere what they leave out."""
        return self.joules if self.known else 0.0

    def __add__(self, other: Energy) -> Energy:
        return Energy(self.joules + other.joules, self.low + other.low, self.high + other.high)


UNKNOWN_ENERGY = Energy(math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Energy from one source, with the two kinds of error kept apart.

    The range is ``low = max(0, E - q) * exp(-s)`` and ``high = (E + q) * exp(s)``.

    Attributes
    ----------
    joules
        Central value E, J.
    quantisation
        q, J: what the counter's refresh may hide at the edges. Independent between windows, so it adds in quadrature.
    spread
        s, natural logarithm of a factor: gain, model and attribution error. Shared by all windows of a source, so
        it adds linearly (fifty cells added in quadrature would cover the truth in 31 % of cases instead of 95 %).
    """

    joules: float
    quantisation: float = 0.0
    spread: float = 0.0

    @property
    def energy(self) -> Energy:
        """The central value with its range."""
        low = max(0.0, self.joules - self.quantisation) * math.exp(-self.spread)
        high = (self.joules + self.quantisation) * math.exp(self.spread)
        return Energy(self.joules, low, high)

    def __add__(self, other: Estimate) -> Estimate:
        joules = self.joules + other.joules
        if joules > 0:
            spread = (self.joules * self.spread + other.joules * other.spread) / joules
        else:
            spread = max(self.spread, other.spread)
        return Estimate(joules, math.hypot(self.quantisation, other.quantisation), spread)

    def scaled(self, factor: float) -> Estimate:
        """Return this estimate times *factor* (no unit)."""
        return Estimate(self.joules * factor, self.quantisation * factor, self.spread)


def total(energies: Iterable[Energy]) -> Energy:
    """Add up the known energies; unknown when there are none (what is left out is flagged in the footprint)."""
    known = [energy for energy in energies if energy.known]
    return sum(known[1:], known[0]) if known else UNKNOWN_ENERGY
