"""Whether units of work come in a rhythm: every fifth epoch validates, every third fit of a grid has more trees."""

from __future__ import annotations

from collections.abc import Sequence

_EVIDENT = 0.1
"""What may be left of the variance once the rhythm is taken out."""

_LONGEST = 20
"""Units of a rhythm that is looked for; the search must stay quick."""


def find(costs: Sequence[float]) -> int | None:
    """Return the shortest period, in units, that explains a row of costs and was seen twice, if there is one."""
    count = len(costs)
    mean = sum(costs) / count
    variance = sum((cost - mean) ** 2 for cost in costs) / count
    if variance <= (1e-3 * mean) ** 2:
        return None
    for period in range(2, min(_LONGEST, count // 2) + 1):
        pairs = count - period
        changed = sum((costs[i + period] - costs[i]) ** 2 for i in range(pairs)) / (2 * pairs)
        if changed < _EVIDENT * variance:
            return period
    return None
