"""What a running cell is going to need, from how far its loop has come: arithmetic, and nothing else.

The first unit is left out, since it compiles, loads and warms up; what remains is taken to need the mean of the others,
or to follow their trend where there plainly is one. A forecast that would have to be vague is withheld.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import trend
from .likeness import effort
from .observations import Mark, Stretch, merged, stretches, student_t90
from .plan import Plan
from .rhythm import find as find_rhythm

EARLIEST = 0.1
"""Part of the work from which on there is a forecast."""
FEWEST = 5
"""Units from which on there is one."""
WIDEST = 0.3
"""Half the range, as part of the forecast; what is less certain is not told."""

_FLOOR = 0.02  # of what remains: machines warm up, clocks vary
_TREND_FROM = 0.2  # of the work: what a trend comes to cannot be told from its first beginning
_DOUBT = 0.4  # of what a trend adds or takes away: it need not go on
_CHANCE = 1.64  # over the root of how many there are: correlation of neighbours that one row in twenty has
_STEEPEST = 0.8  # times what there would be without a trend: beyond it, following one is guessing
_SLIGHT = 0.02  # of the whole; a trend that would change it by less is none
_MATERIAL = 0.15  # as much for one that is only suspected
_STALLED = 5.0  # times the longest stretch so far without a sign of life
_PARTS = 24


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the whole cell is going to need, or why nobody can tell.

    Attributes
    ----------
    joules, low, high
        J of the whole cell, with a range for what is to come on the same meter; ``nan`` when unknown.
    seconds_left
        Until its outermost loop is done; ``nan`` when unknown.
    at_least
        Its units become dearer as it goes on: nobody knows how far, and *low* is what to count on.
    why_not
        A part of a sentence, where there is no forecast.
    """

    joules: float = math.nan
    low: float = math.nan
    high: float = math.nan
    seconds_left: float = math.nan
    at_least: bool = False
    why_not: str | None = None


def forecast(
    marks: Sequence[Mark], total: float | None, now: float, spent: float, plan: Plan | None = None
) -> Forecast:
    """Return what is going to be needed in all.

    Parameters
    ----------
    marks
        What was seen: how the loop began, then moments at which it had done more.
    total
        Units that there are going to be.
    now
        s, on the marks' clock.
    spent
        J of the cell until now; ``nan`` when unknown.
    plan
        What the units are going to be, where that is known.
    """
    initial, done = marks[0].done, marks[-1].done
    parts = stretches(list(marks[1:]))
    units, seconds = sum(part.units for part in parts), sum(part.seconds for part in parts)
    reason = _too_little(total, initial, done) or (None if units >= FEWEST - 1 else "it has only just begun")
    if reason is not None or total is None:
        return Forecast(why_not=reason)
    waited = max(0.0, now - marks[-1].at)
    if waited > _STALLED * max(part.seconds for part in (*parts, *stretches(list(marks[:2])))):
        return Forecast(why_not=f"it has stood still for {waited:.0f} s")
    unsure = 0.0
    if plan is not None:
        likened = effort(plan, marks, total)
        if likened.why_not is not None:
            return Forecast(why_not=likened.why_not)
        parts, unsure = stretches(list(likened.marks[1:])), likened.unsure
        done, total, units = likened.marks[-1].done, likened.total, sum(part.units for part in parts)
    left = total - done
    rhythm = _in_rhythm(parts, left) if plan is None else None
    rows, steady, hidden = rhythm or (merged(parts, _PARTS), left * seconds / units, unsure * left * seconds / units)
    mean = sum(row.seconds for row in rows) / sum(row.units for row in rows)
    costs = [row.seconds / row.units for row in rows]
    course = trend.find([row.place for row in rows], costs, done) if plan is None else None
    elapsed = now - marks[0].at
    change = 0.0 if course is None else abs(course.sum(left) - steady) / (elapsed + steady)
    if course is not None and change < (_SLIGHT if course.evident else _MATERIAL):
        course = None
    if course is not None and not course.evident:
        return Forecast(why_not="its units seem to follow a trend, and are too few to tell")
    if course is not None and done - initial < _TREND_FROM * (total - initial):
        dearer = "more" if course.rises else "less"
        return Forecast(why_not=f"its units take {dearer} and {dearer} time, and it is early to tell how far that goes")
    expected = steady if course is None else course.sum(left)
    # What was done since the last mark: at most what a stretch usually holds.
    seconds_left = max(0.0, expected - min(waited, seconds / len(parts)))
    if expected - steady > _STEEPEST * (elapsed + steady):
        return Forecast(why_not="its units take more and more time, and nothing says how far that goes")
    straight = rows if course is None else _straightened(rows, course, done)
    doubt = _doubt(straight, left, mean, slowly=plan is None)
    doubt = math.hypot(doubt, hidden, _FLOOR * expected, _DOUBT * (expected - steady))
    if doubt > WIDEST * (elapsed + seconds_left):
        return Forecast(why_not="its units differ too much from one another to tell yet")
    return _in_joules(rows, seconds_left, doubt, spent, rises=course is not None and course.rises)


def _too_little(total: float | None, initial: float, done: float) -> str | None:
    if total is None or not math.isfinite(total) or total <= initial:
        return "it does not say how much there is to do"
    if done > total:
        return f"it is beyond its own total: {done:g} of {total:g}"
    if done == total:
        return "it is done; what follows is not known"
    if done - initial < max(FEWEST, EARLIEST * (total - initial)):
        return f"it has done {done:g} of {total:g}: too few to tell"
    return None


def _in_rhythm(parts: list[Stretch], left: float) -> tuple[list[Stretch], float, float] | None:
    """Return what was seen in whole rounds and what is left by them, s, if units come in a rhythm and were seen singly.

    The third is how far that may be off, s, by a slower rhythm: units that differ by design may do so more than once.
    """
    if any(part.units != 1 for part in parts):
        return None
    period = find_rhythm([part.seconds for part in parts])
    if period is None:
        return None
    used = parts[len(parts) % period :]
    rows = merged(used, len(used) // period)
    phases = [sum(part.seconds for part in used[phase::period]) / len(rows) for phase in range(period)]
    whole, rest = divmod(left, period)
    begun = int(rest)
    steady = whole * sum(phases) + sum(phases[:begun]) + phases[begun] * (rest - begun)
    return rows, steady, left * statistics.pstdev(phases) / math.sqrt(len(rows))


def _in_joules(rows: list[Stretch], seconds_left: float, doubt: float, spent: float, *, rises: bool) -> Forecast:
    """Turn time into energy by the power of the later half of what was seen."""
    later = rows[len(rows) // 2 :]
    watts = sum(row.joules for row in later) / sum(row.seconds for row in later)
    if not (math.isfinite(watts) and math.isfinite(spent)):
        return Forecast(seconds_left=seconds_left, at_least=rises)
    watts = max(0.0, watts)
    doubt = math.hypot(doubt * watts, _power_doubt(rows) * seconds_left)
    joules = spent + watts * seconds_left
    if doubt > WIDEST * joules:
        return Forecast(why_not="its power changes too much to tell yet")
    return Forecast(joules, max(spent, joules - doubt), joules + doubt, seconds_left, rises)


def _doubt(rows: list[Stretch], left: float, mean: float, *, slowly: bool) -> float:
    """Return by how much the rest may miss its mean, s, in nine of ten cases; *slowly*: also by slow changes."""
    units = sum(row.units for row in rows)
    worst = 0.0
    for most in (len(rows), 8, 4) if slowly else (len(rows),):  # slow changes show between long stretches only
        parts = merged(rows, most)
        free = len(parts) - 1
        if most > len(rows) or free < 1:
            continue
        variance = sum(part.units * (part.seconds / part.units - mean) ** 2 for part in parts) / free
        worst = max(worst, student_t90(free) * math.sqrt(variance * (left + left**2 / units)))
    worst *= math.sqrt((1 + (alike := _likeness(rows, mean))) / (1 - alike))
    return worst if len(rows) > 1 else WIDEST * left * mean


def _likeness(rows: list[Stretch], mean: float) -> float:
    """Return by how much neighbours resemble each other, 0 … 0.9: such units tell less than as many strangers do."""
    off = [row.seconds / row.units - mean for row in rows]
    variance = sum(each**2 for each in off)
    if variance == 0:
        return 0.0
    correlation = sum(a * b for a, b in pairwise(off)) / variance
    return min(correlation, 0.9) if correlation > _CHANCE / math.sqrt(len(off)) else 0.0


def _straightened(rows: list[Stretch], course: trend.Trend, here: float) -> list[Stretch]:
    """Take a trend out of what was seen, about its mean, so that only the scatter is left."""
    units = sum(row.units for row in rows)
    mean = sum(row.seconds for row in rows) / units
    if course.rises:
        usual = [course.level + course.slope * (row.place - here) for row in rows]
    else:
        usual = [course.level * math.exp(course.slope * (row.place - here)) for row in rows]
    return [
        row._replace(seconds=(mean + row.seconds / row.units - cost) * row.units)
        for row, cost in zip(rows, usual, strict=True)
    ]


def _power_doubt(rows: list[Stretch]) -> float:
    """Return the standard error of the mean power, W."""
    if len(rows) < 3:
        return 0.0
    watts = [row.joules / row.seconds for row in rows]
    mean = sum(watts) / len(watts)
    return math.sqrt(sum((power - mean) ** 2 for power in watts) / (len(watts) - 1) / len(watts))
