"""What was seen of one loop: a row of marks that never grows long."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

_MOST = 96


class Mark(NamedTuple):
    """A moment at which a loop had done so much: s on any clock, units, and J of the cell until then."""

    at: float
    done: float
    joules: float


class Stretch(NamedTuple):
    """What lies between two marks: how many units, s, J, and the place in the loop of its middle, units."""

    units: float
    seconds: float
    joules: float
    place: float


class Observations:
    """The marks of one loop, from looks at it.

    Parameters
    ----------
    began
        When the loop began, s.
    initial
        Units done then.
    """

    def __init__(self, began: float, initial: float) -> None:
        self.marks = [Mark(began, initial, float("nan"))]
        self._looked: tuple[float, float] | None = None

    def look(self, now: float, done: float, at: float, joules: float) -> None:
        """Take down what is seen *now*, s: *done* units, reached at *at* (``nan``: unknown), and J of the cell."""
        before, self._looked = self._looked, (now, joules)
        last = self.marks[-1]
        if done <= last.done:
            return
        earliest = last.at if before is None else max(last.at, before[0])
        if at == at:
            at = min(max(at, earliest), now)
        else:  # nobody knows: halfway between the looks, or within the time that the last unit took
            at = now - min(now - earliest, (now - last.at) / (done - last.done)) / 2
        if at <= last.at:
            return
        if before is not None and now > before[0]:  # joules at that moment, on a straight line between two looks
            joules -= (joules - before[1]) * (now - at) / (now - before[0])
        self.marks.append(Mark(at, done, joules))
        if len(self.marks) > _MOST:
            del self.marks[3:-1:2]


def stretches(marks: list[Mark]) -> list[Stretch]:
    """Return what lies between marks."""
    return [
        Stretch(b.done - a.done, b.at - a.at, b.joules - a.joules, (a.done + b.done) / 2) for a, b in pairwise(marks)
    ]


def merged(parts: list[Stretch], most: int) -> list[Stretch]:
    """Return the same in at most so many parts, of about as many units each."""
    if len(parts) <= most:
        return parts
    share = sum(part.units for part in parts) / most
    whole: list[Stretch] = []
    units = seconds = joules = begins = 0.0
    for part in parts:
        if units == 0:
            begins = part.place - part.units / 2
        units, seconds, joules = units + part.units, seconds + part.seconds, joules + part.joules
        if units >= share * (1 - 1e-9):
            whole.append(Stretch(units, seconds, joules, begins + units / 2))
            units = seconds = joules = 0.0
    if units:
        whole.append(Stretch(units, seconds, joules, begins + units / 2))
    return whole


def student_t90(free: int) -> float:
    """Return Student's t that nine of ten values lie within; within 4 % of the tables."""
    return 1.645 + 1.5 / free + 3.2 / free**3
