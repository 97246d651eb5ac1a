"""Whether units of work grow or shrink as a loop goes on, and where that leads."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_EVIDENT = 1.99
"""Rank correlation times the root of its degrees of freedom; five in perfect order pass, by chance one row in forty."""
_STRONG = 0.7
"""Rank correlation below which a trend explains too little to be followed."""


@dataclass(frozen=True, slots=True)
class Trend:
    """How the cost of a unit changes with its place.

    Attributes
    ----------
    level
        Cost of the unit that is next.
    slope
        Change from unit to unit: in the cost's own unit where it grows, as a rate (negative) where it shrinks.
    evident
        Whether it can hardly be chance.
    """

    level: float
    slope: float
    evident: bool = True

    @property
    def rises(self) -> bool:
        """Whether units become dearer."""
        return self.slope > 0

    def sum(self, units: float) -> float:
        """Return the cost of the next so many units: on a straight line upwards, or falling towards zero."""
        if self.rises:
            return self.level * units + self.slope * units**2 / 2
        return self.level * math.expm1(self.slope * units) / self.slope if self.slope else self.level * units


def find(places: Sequence[float], costs: Sequence[float], here: float) -> Trend | None:
    """Return the trend in a row of costs, if there seems to be one.

    Parameters
    ----------
    places
        Where in the loop each stretch lies, units; rising.
    costs
        Mean cost of a unit in each.
    here
        Where the loop is now, units.
    """
    correlation = rank_correlation(costs)
    evidence = abs(correlation) * math.sqrt(max(0, len(costs) - 1))
    if abs(correlation) < _STRONG or min(costs) <= 0:
        return None
    rises = correlation > 0
    values = costs if rises else [math.log(cost) for cost in costs]
    middle, mean = sum(places) / len(places), sum(values) / len(values)
    spread = sum((place - middle) ** 2 for place in places)
    slope = sum((place - middle) * (value - mean) for place, value in zip(places, values, strict=True)) / spread
    slope *= correlation**2  # as much of it as is not chance
    if (slope > 0) != rises or slope == 0:
        return None
    level = mean + slope * (here - middle)
    return Trend(level if rises else math.exp(level), slope, evident=evidence >= _EVIDENT)


def rank_correlation(values: Sequence[float]) -> float:
    """Return Spearman's rank correlation of values with their order, from -1 to 1; 0 where there is no order."""
    ranks = _ranks(values)
    middle = (len(values) - 1) / 2
    covariance = sum((place - middle) * (rank - middle) for place, rank in enumerate(ranks))
    spread = sum((rank - middle) ** 2 for rank in ranks) * sum((place - middle) ** 2 for place in range(len(ranks)))
    return covariance / math.sqrt(spread) if spread > 0 else 0.0


def _ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value; equal ones share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    start = 0
    while start < len(order):
        end = start
        while end < len(order) and values[order[end]] == values[order[start]]:
            end += 1
        for place in order[start:end]:
            ranks[place] = (start + end - 1) / 2
        start = end
    return ranks
