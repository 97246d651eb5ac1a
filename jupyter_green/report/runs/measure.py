"""What two experiments can be compared by: energy per unit of work where both tell the same unit, else whole runs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..problem import Problem

if TYPE_CHECKING:
    from .gathering import Runs
    from .labelled_run import LabelledRun


@dataclass(frozen=True, slots=True)
class Measure:
    """By what runs are compared.

    Attributes
    ----------
    unit
        Of work; ``None`` for whole runs or seconds.
    per_second
        Whether mean powers are compared.
    because
        Why not per unit of work; empty if it is.
    a, b
        The runs that can be.
    left_out
        How many others there are that failed, or tell no energy or work.
    """

    unit: str | None
    per_second: bool
    because: str
    a: Sequence[LabelledRun]
    b: Sequence[LabelledRun]
    left_out: int

    def amount(self, run: LabelledRun) -> float:
        """Return what a run's energy is divided by."""
        if self.unit is not None:
            assert run.units is not None
            return run.units
        return run.duration if self.per_second else 1.0


def measure(a: Runs, b: Runs) -> Measure:
    """Choose by what to compare. Runs that ended well come first; others serve where a side has none.

    Raises
    ------
    Problem
        When a side has no run, or none whose energy is known.
    """
    sides = [_known(a), _known(b)]
    units = [{run.unit for run in side if run.units and run.unit} for side in sides]
    found = units[0] | units[1]
    whole = len(a.runs) + len(b.runs)
    if len(found) == 1 and all(units):
        left, right = (_ended_well_first([run for run in side if run.units]) for side in sides)
        return Measure(found.pop(), False, "", left, right, whole - len(left) - len(right))
    if all(units):
        because = f"units of work differ ({', '.join(sorted(map(str, found)))[:80]})"
    else:
        lacking = [side.name for side, known in zip((a, b), units, strict=True) if not known]
        because = f"no unit of work is known of {' and '.join(lacking)}"
    well = [[run for run in side if run.status == "ok"] for side in sides]
    if all(well):
        return Measure(None, False, because, well[0], well[1], whole - len(well[0]) - len(well[1]))
    left, right = (_ended_well_first(side) for side in sides)
    because += ", and a side has no run that ended well"
    return Measure(None, True, because, left, right, whole - len(left) - len(right))


def _known(side: Runs) -> list[LabelledRun]:
    if not side.runs:
        earlier = f" in this session; {side.trouble.rstrip('.')}" if side.trouble else ""
        raise Problem(f"no run has the label {side.name!r}{earlier}; %carbon runs lists labels")
    ended = [run for run in side.runs if run.status != "running"]
    if not ended:
        raise Problem(f"{side.name!r} still runs: compare it when it has ended")
    known = [run for run in ended if run.energy.known and run.parts]
    if not known:
        raise Problem(f"the energy of {side.name!r} is not known; %carbon status tells why")
    spent = [run for run in known if run.energy.joules > 0 and run.duration > 0 and math.isfinite(run.energy.joules)]
    if not spent:
        raise Problem(f"{side.name!r} used too little energy to be compared: let it do more work")
    return spent


def _ended_well_first(runs: list[LabelledRun]) -> list[LabelledRun]:
    return [run for run in runs if run.status == "ok"] or runs
