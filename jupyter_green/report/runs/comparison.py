"""``%carbon compare A B``: how many times the energy of A one B takes, with an interval, and what was assumed for it.

Never in grams: the same joules emit what the grid of their hour makes of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import TYPE_CHECKING

from ...energy import Estimate
from ...log_ratio import CONFIDENCE, ENOUGH, log_ratio
from .. import quantities, wording
from ..problem import Problem
from .labelled_run import Part
from .measure import Measure, measure
from .shared_gain import bounds

if TYPE_CHECKING:
    from .gathering import Runs
    from .labelled_run import LabelledRun

_CANCELLED = 1.005  # an error of so little is not worth a word
_WORTH_WATT_HOURS = 36.0  # J, 10 mWh
_Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many times as much B takes.

    Attributes
    ----------
    ratio, low, high
        The factor and its interval; *high* may be infinite.
    line
        The answer in one line.
    basis
        What it rests on, in sentences.
    """

    ratio: float
    low: float
    high: float
    line: str
    basis: str


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two.

    Attributes
    ----------
    name
        Its label.
    values
        J per amount of what is compared by, of each run.
    parts
        Sums of the components that are compared.
    """

    name: str
    values: Sequence[float]
    parts: dict[str, Part]


def compared(a: Runs, b: Runs) -> Comparison:
    """Compare the runs of *b* with those of *a*.

    Raises
    ------
    Problem
        When they cannot be compared, in one line.
    """
    if a.runs and [run.id for run in a.runs] == [run.id for run in b.runs]:
        raise Problem(f"{a.name!r} cannot be compared with itself: name two labels")
    by = measure(a, b)
    names, missing = _comparable((*by.a, *by.b))
    first, second = _side(a.name, by, by.a, names), _side(b.name, by, by.b, names)
    scatter = log_ratio(first.values, second.values)
    gain = bounds(first.parts, second.parts)
    ratio = math.exp(scatter.centre)
    low, high = ratio * math.exp(-scatter.half) * gain[0], ratio * math.exp(scatter.half) * gain[1]
    sentences = [
        _of_scatter(first, second),
        _of_the_meter(first.parts, second.parts, gain),
        *_of_what_is_missing(by, missing, dict.fromkeys((a.trouble, b.trouble))),
    ]
    return Comparison(ratio, low, high, _line(first, second, by, ratio, (low, high)), " ".join(sentences))


def _comparable(runs: Sequence[LabelledRun]) -> tuple[list[str], list[str]]:
    """Return the components whose energy is known in all runs, or which a machine does not have; and the others."""
    every = dict.fromkeys(name for run in runs for name in run.parts)
    known = [name for name in every if all(name in run.parts or name in run.without for run in runs)]
    return known, [name for name in every if name not in known]


def _side(name: str, by: Measure, runs: Sequence[LabelledRun], names: Sequence[str]) -> _Side:
    joules = [math.fsum(run.parts[part].estimate.joules for part in names if part in run.parts) for run in runs]
    if not all(each > 0 for each in joules):
        raise Problem(f"{name!r} cannot be compared: nothing of its energy is known of both; see %carbon status")
    values = [each / by.amount(run) for each, run in zip(joules, runs, strict=True)]
    return _Side(name, values, _summed(runs, names))


def _summed(runs: Sequence[LabelledRun], names: Sequence[str]) -> dict[str, Part]:
    """Add up the runs' parts. What a refresh hides shows in the scatter of several runs, and counts for one alone."""
    summed = {}
    for name in names:
        parts = [run.parts[name] for run in runs if name in run.parts]
        if parts:
            estimate = reduce(Estimate.__add__, (part.estimate for part in parts))
            sources = {part.source for part in parts}
            summed[name] = Part(
                replace(estimate, quantisation=estimate.quantisation if len(runs) == 1 else 0.0),
                sources.pop() if len(sources) == 1 else "",
                any(part.modelled for part in parts),
            )
    return summed


def _line(a: _Side, b: _Side, by: Measure, ratio: float, ends: _Ends) -> str:
    low, high = ends
    verb, what, instead = "uses", "the energy", "whole runs"
    if by.unit is not None:
        what = f"the energy per {by.unit}"
    elif by.per_second:
        verb, what, instead = "draws", "the mean power", "powers"
    undecided = "No detectable difference: " if low <= 1.0 <= high else ""
    amounts = " against ".join(f"{_amount(by, side.values)} (n = {len(side.values)})" for side in (b, a))
    why = f"; {by.because}, so {instead} are compared" if by.because else ""
    return (
        f"{undecided}{b.name} {verb} {_times(ratio, ends)}× {what} of {a.name} "
        f"({_times(low, ends)} … {_times(high, ends)}): {amounts}{why}."
    )


def _amount(by: Measure, values: Sequence[float]) -> str:
    middle = math.exp(math.fsum(map(math.log, values)) / len(values))
    if by.unit is not None:
        return quantities.energy_per_unit(middle, by.unit)
    if by.per_second:
        return quantities.power(middle)
    return quantities.energy(middle, 3) if middle > _WORTH_WATT_HOURS else quantities.energy_per_unit(middle, "run")


def _times(factor: float, ends: _Ends) -> str:
    """Return a factor with the digits that its interval is worth."""
    if math.isinf(factor):
        return "no bound"
    if factor >= 9.95:
        return f"{factor:.0f}"
    if factor < 0.095:
        return f"{factor:.2g}"
    return f"{factor:.{3 if ends[1] < 1.1 * ends[0] else 2}f}"


def _of_scatter(a: _Side, b: _Side) -> str:
    if len(a.values) == len(b.values) == 1:
        return "One run each: how much runs scatter is not known, and the range is the meter's alone."
    interval = f"{CONFIDENCE * 100:.0f} % interval: Student's t on the logarithms of the runs"
    if min(len(a.values), len(b.values)) < ENOUGH:
        return f"{interval}, which are taken for independent and to scatter alike on both sides."
    return f"{interval} (Welch), which are taken for independent."


def _of_the_meter(a: dict[str, Part], b: dict[str, Part], gain: _Ends) -> str:
    left = f"a factor of {_times(gain[0], gain)} … {_times(gain[1], gain)}"
    if not (a.keys() == b.keys() and all(a[name].source and a[name].source == b[name].source for name in a)):
        return f"Their sources are not all the same, so that errors do not cancel: {left} is in the interval."
    modelled = any(part.modelled and part.estimate.joules > 0 for part in a.values())
    alike = ", if both load alike what is modelled" if modelled else ""
    same = f"The same sources metered both, taken for one machine, so that their own error cancels{alike}"
    if gain[1] < _CANCELLED and gain[0] > 1 / _CANCELLED:
        return f"{same}."
    return f"{same}; {left} is left, and in the interval."


def _of_what_is_missing(by: Measure, missing: Sequence[str], troubles: dict[str, None]) -> Iterator[str]:
    if any(run.status != "ok" for run in (*by.a, *by.b)):
        yield "Runs that did not end well are among them, as there are no others."
    if by.left_out:
        yield f"{wording.count(by.left_out, 'run')} left out: not ended well, or energy or work not known."
    if missing:
        listed = ", ".join(wording.COMPONENTS.get(name, name) for name in missing)
        yield f"Without {listed}, which is not known for every run."
    for trouble in filter(None, troubles):
        yield f"Runs of earlier kernels are left out: {trouble}"
