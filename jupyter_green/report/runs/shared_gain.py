"""How far a ratio of two energies may be off because of the meter.

An energy is E, give or take a quantisation q and a gain e^±s (see :class:`jupyter_green.energy.Estimate`). The gain is
an error of the source: two runs that it metered have the same one, and it cancels in their ratio as far as the sources
have the same parts in both. What is left is the most and the least that the ratio can be, over all gains within their
ranges. It only rises or only falls with each gain, so that its ends lie where every gain is at an end of its own.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .labelled_run import Part


def bounds(a: Mapping[str, Part], b: Mapping[str, Part]) -> tuple[float, float]:
    """Return by which factors the ratio of *b*'s energy to *a*'s may be off: 0.9 and 1.1, say; 0 and infinity at worst.

    Of a source that metered both, the smaller of the two gains' ranges is taken to be the same error in both; what one
    has beyond it, and sources that differ, are taken to be off in opposite directions.

    Parameters
    ----------
    a, b
        Energy by component, J, positive in all; a component need not be in both.
    """
    centre = _sum(b) / _sum(a)
    shared = {
        name: min(a[name].estimate.spread, b[name].estimate.spread)
        for name in a.keys() & b.keys()
        if a[name].source and a[name].source == b[name].source
    }
    most = _extreme(a, b, shared, 1.0)
    least = _extreme(a, b, shared, -1.0)
    return least / centre, most / centre


def _extreme(a: Mapping[str, Part], b: Mapping[str, Part], shared: Mapping[str, float], way: float) -> float:
    """Return the largest ratio of *b* to *a* (*way* 1), or the smallest (*way* -1)."""
    choose = max if way > 0 else min
    names = list(shared)
    ratios = []
    for signs in itertools.product((-1.0, 1.0), repeat=len(names)):
        gain = {name: sign * shared[name] for name, sign in zip(names, signs, strict=True)}
        above, below = _end(b, shared, gain, way), _end(a, shared, gain, -way)
        ratios.append(above / below if below > 0 else math.inf)
    return choose(ratios)


def _end(parts: Mapping[str, Part], shared: Mapping[str, float], gain: Mapping[str, float], way: float) -> float:
    """Return a sum with its shared gains as given, and all else at one end of its range."""
    return math.fsum(
        max(0.0, part.estimate.joules + way * part.estimate.quantisation)
        * math.exp(gain.get(name, 0.0) + way * (part.estimate.spread - shared.get(name, 0.0)))
        for name, part in parts.items()
    )


def _sum(parts: Mapping[str, Part]) -> float:
    return math.fsum(part.estimate.joules for part in parts.values())
