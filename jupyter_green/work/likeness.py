"""Of a loop whose candidates are known beforehand: those to come are likened to those that were seen.

The cost of a fit is taken as a product of what each parameter's value does to it. A value that has not been tried is
taken to be like the others of its parameter, as far as those are alike; of a parameter with a single value so far
nobody can tell.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .observations import Mark, student_t90
from .plan import Plan

_FEWEST = 5  # candidates
_PARTS = 5  # in turn left out, so that a candidate is never likened to itself …
_ENOUGH = 60  # … unless there are so many that this changes nothing, and takes time
_ROUNDS = 4
_SHRINK = 0.5  # fits with the mean's cost that each value is given beforehand: one fit alone tells little

Effects = list[list[float]]


@dataclass(frozen=True, slots=True)
class Effort:
    """What was seen and what there is to do, in units that cost the same.

    Attributes
    ----------
    marks, total
        As :func:`~jupyter_green.work.forecast.forecast` takes them.
    unsure
        How far the cost of what is left may be off by values that have not been tried, of 1.
    why_not
        A part of a sentence, where nobody can tell.
    """

    marks: Sequence[Mark] = ()
    total: float = 0.0
    unsure: float = 0.0
    why_not: str | None = None


def effort(plan: Plan, marks: Sequence[Mark], total: float) -> Effort:
    """Return progress through a plan in units that cost the same, from what was seen of its fits."""
    costs = _costs(plan, marks)
    seen = sorted(costs)
    if len(seen) < _FEWEST:
        return Effort(why_not=f"of its {len(plan.candidates)} candidates it has tried too few to tell")
    levels = [max(column) + 1 for column in zip(*plan.candidates, strict=True)]
    unseen: list[tuple[int, float]] = []
    whole = _fitted(plan, {each: math.log(costs[each]) for each in seen}, levels)
    for place, name in enumerate(plan.names):
        tried = {plan.candidates[each][place] for each in seen}
        if len(tried) == levels[place]:
            continue
        if len(tried) < 2:
            return Effort(why_not=f"its other values of {name} may cost more or less, and none has been tried")
        spread = statistics.stdev(whole[place][level] for level in tried)
        unseen.append((place, student_t90(len(tried) - 1) * spread * math.sqrt(1 + 1 / len(tried))))
    weights = [_predicted(each, whole) for each in plan.candidates]
    for part in range(_PARTS if len(seen) <= _ENOUGH else 0):
        rest = _fitted(plan, {each: math.log(costs[each]) for i, each in enumerate(seen) if i % _PARTS != part}, levels)
        for each in seen[part::_PARTS]:
            weights[each] = _predicted(plan.candidates[each], rest)
    left = range(seen[-1] + 1, len(plan.candidates))
    share = sum(weights[each] for each in left)
    untried = [doubt * _untried(plan, weights, left, place, seen) for place, doubt in unseen]
    unsure = math.hypot(*untried) / share if share else 0.0
    reached = [0.0]
    for weight in weights:
        reached.extend(reached[-1] + weight * (fold + 1) for fold in range(plan.folds))
    mean = reached[-1] / plan.units
    reached.extend(reached[-1] + mean * (extra + 1) for extra in range(round(total) - plan.units))
    # Folds of one candidate are alike, and tell no more than one of them does: whole candidates only.
    last = len(marks) - 1
    whole_ones = [mark for i, mark in enumerate(marks) if i in (0, 1, last) or mark.done % plan.folds == 0]
    likened = [mark._replace(done=_at(reached, mark.done) / mean) for mark in whole_ones]
    return Effort(likened, reached[-1] / mean, unsure)


def _costs(plan: Plan, marks: Sequence[Mark]) -> dict[int, float]:
    """Return s of a fit of each candidate that was seen; what lies between two marks is divided equally."""
    seconds: dict[int, float] = {}
    fits: dict[int, float] = {}
    for a, b in pairwise(marks[1:]):
        for candidate, part in _candidates(plan, a.done, b.done):
            seconds[candidate] = seconds.get(candidate, 0.0) + (b.at - a.at) * part / (b.done - a.done)
            fits[candidate] = fits.get(candidate, 0.0) + part
    return {each: seconds[each] / fits[each] for each in seconds if seconds[each] > 0}


def _candidates(plan: Plan, begin: float, end: float) -> Iterator[tuple[int, float]]:
    """Yield each candidate with fits in a stretch, and how many."""
    first, last = int(begin // plan.folds), min(len(plan.candidates), math.ceil(end / plan.folds))
    for candidate in range(first, last):
        yield candidate, min(end, (candidate + 1) * plan.folds) - max(begin, candidate * plan.folds)


def _fitted(plan: Plan, logs: dict[int, float], levels: list[int]) -> Effects:
    """Return what each value does to the logarithm of the cost; what is common to all is the rate, found elsewhere."""
    effects = [[0.0] * count for count in levels]
    mean = sum(logs.values()) / len(logs)
    for _ in range(_ROUNDS):
        for place, own in enumerate(effects):
            off, count = [0.0] * len(own), [_SHRINK] * len(own)
            for each, log in logs.items():
                candidate = plan.candidates[each]
                others = sum(effects[p][level] for p, level in enumerate(candidate) if p != place)
                off[candidate[place]] += log - mean - others
                count[candidate[place]] += 1
            own[:] = [a / b for a, b in zip(off, count, strict=True)]
    return effects


def _predicted(candidate: tuple[int, ...], effects: Effects) -> float:
    return math.exp(sum(effects[place][level] for place, level in enumerate(candidate)))


def _untried(plan: Plan, weights: list[float], left: range, place: int, seen: list[int]) -> float:
    tried = {plan.candidates[each][place] for each in seen}
    return sum(weights[each] for each in left if plan.candidates[each][place] not in tried)


def _at(reached: list[float], done: float) -> float:
    whole = min(int(done), len(reached) - 1)
    rest = done - whole
    return reached[whole] + (rest * (reached[whole + 1] - reached[whole]) if rest and whole + 1 < len(reached) else 0.0)
