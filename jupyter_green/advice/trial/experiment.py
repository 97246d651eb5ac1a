"""Runs both arms in blocks, each run from the same state, and says what came of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field, replace
from typing import Final

from ...log_ratio import CONFIDENCE
from .design import ARMS, MOST_EXTRA, Arm, blocks
from .effort import Effort, Taken
from .losses import difference, finite
from .outcome import ENERGY, ArmRun, Basis, Trial
from .paired_ratio import FEWEST, block_log, paired_ratio
from .reach import Reached
from .refusal import ArmFailure, Refusal, is_out_of_memory, one_line
from .release import release_memory
from .snapshot import Snapshot

Progress = Callable[[int, int, float, float], None]
"""Told runs done, runs in all, seconds left (``nan`` at first) and joules spent."""

LONG: Final[Mapping[Basis, float]] = {ENERGY: 3.0, "CPU time, modelled watts": 0.3}
"""s that a run has to take: counters of energy refresh up to ten times a second and are divided by slices of a second,
the clock of CPU time ticks in nanoseconds."""

_LEAST: Final = 0.1  # of that for the quicker arm
_MOST: Final = 5.0  # times that for the slower one
_WARM: Final = 1.0  # s; what is quicker warms up twice
_DISTURBED: Final = 0.25  # of all CPUs: by so much others' load may differ between the runs of a block


def _nothing(*_: object) -> None:
    pass


@dataclass(slots=True)
class Side:
    """One arm.

    Attributes
    ----------
    name
        In a sentence: ``the step itself``, ``with bf16``.
    run
        Does so many passes; what they return as a loss is put into the list, where one is given.
    units
        Returns the units of work of the passes that ran last.
    """

    name: str
    run: Callable[[int, list[float] | None], None]
    units: Callable[[], float]
    prepare: Callable[[], None] = _nothing
    """Comes before each run, and is not measured."""


@dataclass(slots=True)
class Setting:
    """What an experiment is made in.

    Attributes
    ----------
    reached, snapshot
        What the arms can change, and how it was.
    rounds
        Blocks that are wanted.
    quiet
        What holds around each run, so that nobody sees its outputs.
    """

    label: str
    reached: Reached
    snapshot: Snapshot
    effort: Effort
    basis: Basis
    rounds: int
    unit: str = "step"
    progress: Progress | None = None
    quiet: Callable[[], AbstractContextManager[object]] = nullcontext
    notes: list[str] = field(default_factory=list)
    confidence: float = CONFIDENCE
    first: Callable[[Callable[[Arm], Taken]], None] = _nothing
    """Comes before everything; may run arms."""
    warmed_up: Callable[[Mapping[Arm, Taken]], None] = _nothing
    """Comes when each arm has run once from the same state."""


@dataclass(slots=True)
class _Found:
    """What is known so far."""

    logs: list[float] = field(default_factory=list)
    runs: list[ArmRun] = field(default_factory=list)
    rejected: int = 0
    kept_though_disturbed: int = 0
    losses: dict[Arm, list[float]] = field(default_factory=lambda: {"A": [], "B": []})
    finite: bool | None = None
    reason: str = ""
    feasible: bool = True


class Experiment:
    """Two arms and what they run in."""

    def __init__(self, sides: Mapping[Arm, Side], setting: Setting) -> None:
        self._sides = sides
        self._in = setting
        self._found = _Found()
        self._passes = 1
        self._began = 0.0
        self._done = 0

    def result(self) -> Trial:
        """Run it; whatever happens, the state is then as it was."""
        setting, found = self._in, self._found
        setting.effort.begin()
        try:
            setting.first(lambda arm: self._run(arm, 1))
            self._warm_up()
            self._set_passes()
            self._blocks()
        except KeyboardInterrupt:
            found.reason = f"stopped after {len(found.logs)} of {setting.rounds} rounds"
        except (Refusal, ArmFailure) as told:
            found.reason, found.feasible = str(told), False
        finally:
            self._restore()
            setting.effort.end()
        return self._trial()

    # -- runs --------------------------------------------------------------------------------------------------------

    def _run(self, arm: Arm, passes: int, losses: list[float] | None = None) -> Taken:
        """Run an arm from the state that everything began with."""
        side = self._sides[arm]
        self._in.snapshot.restore()
        try:
            with self._in.quiet():
                side.prepare()
                return self._in.effort.measure(lambda: side.run(passes, losses))
        except (Refusal, KeyboardInterrupt):
            raise
        except BaseException as error:  # noqa: BLE001 - it is the user's code: what it raises is the answer
            memory = is_out_of_memory(error)
            said = "ran out of memory" if memory else f"raised {one_line(error)}"
            failure = ArmFailure(f"{side.name} {said}")
        # Outside the handler: while it is handled, the exception keeps the frames with all their tensors alive.
        release_memory()
        raise failure

    def _warm_up(self) -> None:
        taken: dict[Arm, Taken] = {}
        for arm in ARMS:
            losses = self._found.losses[arm]
            taken[arm] = self._run(arm, 1, losses)
            if arm == "B":
                self._found.finite = finite(losses, self._in.reached)
        self._in.warmed_up(taken)
        for arm in ARMS:
            if taken[arm].seconds < _WARM:
                taken[arm] = self._run(arm, 1)

    def _set_passes(self) -> None:
        """Find how many passes a run needs, the same in both arms."""
        wanted = LONG[self._in.basis]
        passes, took = 1, 0.0
        while took < wanted / 4:
            if took:
                passes = math.ceil(passes * min(32.0, max(2.0, wanted / 4 / took)))
            took = max(self._length(self._run("A", passes)), 1e-6)
        a = took / passes
        b = max(self._length(self._run("B", passes)), 1e-6) / passes
        self._passes = max(1, math.ceil(min(max(wanted / a, _LEAST * wanted / b), _MOST * wanted / max(a, b))))

    def _length(self, taken: Taken) -> float:
        return taken.seconds if self._in.basis == ENERGY else taken.cpu_seconds

    def _blocks(self) -> None:
        self._began, found = time.monotonic(), self._found
        allowed = math.ceil(MOST_EXTRA * self._in.rounds)
        self._tell()
        for block, arms in enumerate(blocks()):
            if len(found.logs) == self._in.rounds:
                break
            taken = [(arm, self._one(arm)) for arm in arms]
            disturbed = self._is_disturbed([one for _, (one, _) in taken])
            rejected = disturbed and found.rejected < allowed
            found.kept_though_disturbed += disturbed and not rejected
            self._add(block, taken, used=not rejected)
            if rejected:
                found.rejected += 1
                self._done -= len(taken)

    def _one(self, arm: Arm) -> tuple[Taken, float]:
        taken = self._run(arm, self._passes)
        self._done += 1
        self._tell()
        return taken, self._sides[arm].units()

    def _is_disturbed(self, runs: list[Taken]) -> bool:
        if any(run.throttled for run in runs):
            return True
        foreign = [run.foreign for run in runs]
        return max(foreign) - min(foreign) > _DISTURBED * self._in.effort.cpus

    def _add(self, block: int, taken: list[tuple[Arm, tuple[Taken, float]]], *, used: bool) -> None:
        values: dict[Arm, list[float]] = {"A": [], "B": []}
        for arm, (one, units) in taken:
            joules = one.joules() if self._in.basis == ENERGY else math.nan
            value = joules if self._in.basis == ENERGY else max(one.cpu_seconds, 1e-9)
            if not value > 0 or not math.isfinite(value):
                raise Refusal("the energy counters did not tell what a run took: see %carbon status")
            values[arm].append(value / units)
            self._found.runs.append(
                ArmRun(arm, block, joules / units, one.cpu_seconds / units, one.seconds / units, used)
            )
        if used:
            self._found.logs.append(block_log(values["A"], values["B"]))

    def _tell(self) -> None:
        if self._in.progress is None:
            return
        of = 4 * self._in.rounds
        left = (time.monotonic() - self._began) / self._done * (of - self._done) if self._done > 0 else math.nan
        self._in.progress(self._done, of, left, self._in.effort.spent().joules)

    def _restore(self) -> None:
        """Put everything back, though the user keeps on pressing Stop."""
        while True:
            with suppress(KeyboardInterrupt):
                self._in.snapshot.restore()
                return

    # -- what came of it ---------------------------------------------------------------------------------------------

    def _trial(self) -> Trial:
        setting, found = self._in, self._found
        spent = setting.effort.spent()
        runs = tuple(found.runs)
        if setting.basis != ENERGY:
            watts = self._joules_per_cpu_second(spent.joules)
            runs = tuple(replace(run, joules=run.cpu_seconds * watts) for run in runs)
        trial = Trial(
            setting.label,
            feasible=found.feasible,
            reason=found.reason,
            spent=spent,
            basis=setting.basis,
            unit=setting.unit,
            rounds=len(found.logs),
            loss_difference=difference(found.losses["A"], found.losses["B"]),
            finite=found.finite,
            arms=runs,
            notes=(*setting.notes, *self._notes()),
        )
        if len(found.logs) < FEWEST or not found.feasible:
            if found.feasible:
                trial = replace(trial, reason=f"{found.reason}: too few for an interval")
            return trial
        ratio = paired_ratio(found.logs, setting.confidence)
        trial = replace(trial, ratio=ratio.ratio, low=ratio.low, high=ratio.high, detectable=ratio.detectable)
        return replace(trial, payback_steps=payback(trial))

    def _notes(self) -> Iterator[str]:
        found = self._found
        if found.rejected:
            yield f"{found.rejected} rounds repeated, as other work or heat disturbed them"
        if found.kept_though_disturbed:
            yield f"{found.kept_though_disturbed} rounds kept though other work or heat disturbed them"

    def _joules_per_cpu_second(self, spent: float) -> float:
        whole = self._in.effort.whole_cpu_seconds
        return spent / whole if whole > 0 else math.nan


def payback(trial: Trial) -> int | None:
    """Return after how many units of work with the change it has saved what its trial cost."""
    if not trial.known or not trial.high < 1.0 or not trial.spent.known:
        return None
    before = [run.joules for run in trial.arms if run.arm == "A" and run.used]
    saved = math.fsum(before) / len(before) * (1 - trial.ratio)
    return math.ceil(trial.spent.joules / saved) if saved > 0 and math.isfinite(saved) else None
