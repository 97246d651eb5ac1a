"""What an experiment has found so far, and the trial that this makes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce

from .design import ARMS, Arm
from .effort import Taken
from .losses import difference
from .outcome import ENERGY, ArmRun, Trial
from .paired_ratio import FEWEST, paired_ratio
from .setting import Setting


@dataclass(slots=True)
class Run:
    """What a run, or a slice of one, took and did."""

    taken: Taken
    units: float

    def __add__(self, other: Run) -> Run:
        return Run(self.taken + other.taken, self.units + other.units)


@dataclass(slots=True)
class Findings:
    """What is known so far.

    Attributes
    ----------
    logs
        Of each block's ratio.
    runs
        Of both arms, four a block.
    rejected, kept_though_disturbed
        Blocks that something else disturbed.
    losses, finite
        What the arms' first runs from one state returned, and whether all of B's was finite.
    reason, feasible
        As in :class:`.outcome.Trial`.
    """

    logs: list[float] = field(default_factory=list)
    runs: list[ArmRun] = field(default_factory=list)
    rejected: int = 0
    kept_though_disturbed: int = 0
    losses: dict[Arm, list[float]] = field(default_factory=lambda: {"A": [], "B": []})
    finite: bool | None = None
    reason: str = ""
    feasible: bool = True

    def keep(self, block: int, turns: Sequence[Mapping[Arm, Sequence[Run]]], *, used: bool) -> None:
        """Keep a block's runs, two of each arm: the slices of each put together."""
        for arm in ARMS:
            for at in (0, 1):
                run = reduce(Run.__add__, (turn[arm][at] for turn in turns))
                taken, units = run.taken, run.units
                self.runs.append(
                    ArmRun(arm, block, taken.joules() / units, taken.cpu_seconds / units, taken.seconds / units, used)
                )

    def trial(self, setting: Setting) -> Trial:
        """Return what came of it."""
        spent = setting.effort.spent()
        runs = tuple(self.runs)
        if setting.basis != ENERGY:
            watts = self._watts(setting, spent.joules)
            runs = tuple(replace(run, joules=run.cpu_seconds * watts) for run in runs)
        trial = Trial(
            setting.label,
            feasible=self.feasible,
            reason=self.reason,
            spent=spent,
            basis=setting.basis,
            unit=setting.unit,
            rounds=len(self.logs),
            loss_difference=difference(self.losses["A"], self.losses["B"]),
            finite=self.finite,
            arms=runs,
            notes=(*setting.notes, *self._notes()),
        )
        if len(self.logs) < FEWEST or not self.feasible:
            if self.feasible:
                trial = replace(trial, reason=f"{self.reason}: too few for an interval")
            return trial
        ratio = paired_ratio(self.logs, setting.confidence)
        trial = replace(trial, ratio=ratio.ratio, low=ratio.low, high=ratio.high, detectable=ratio.detectable)
        return replace(trial, payback_steps=payback(trial))

    def _notes(self) -> Iterator[str]:
        if self.rejected:
            yield f"{self.rejected} rounds repeated, as other work or heat disturbed them"
        if self.kept_though_disturbed:
            yield f"{self.kept_though_disturbed} rounds kept though other work or heat disturbed them"

    @staticmethod
    def _watts(setting: Setting, spent: float) -> float:
        """Return J per CPU second over the whole trial."""
        whole = setting.effort.whole_cpu_seconds
        return spent / whole if whole > 0 else math.nan


def payback(trial: Trial) -> int | None:
    """Return after how many units of work with the change it has saved what its trial cost."""
    if not trial.known or not trial.high < 1.0 or not trial.spent.known:
        return None
    before = [run.joules for run in trial.arms if run.arm == "A" and run.used]
    saved = math.fsum(before) / len(before) * (1 - trial.ratio)
    return math.ceil(trial.spent.joules / saved) if saved > 0 and math.isfinite(saved) else None
