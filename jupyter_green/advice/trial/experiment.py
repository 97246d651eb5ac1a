"""Runs both arms in blocks, each run from the same state."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import count, islice
from typing import Final

from ...work.traits import TRAITS
from .design import ARMS, MOST_EXTRA, Arm, blocks
from .effort import Taken
from .findings import Findings, Run
from .losses import finite
from .outcome import CPU_TIME, ENERGY, Basis, Trial
from .paired_ratio import block_log
from .refusal import ArmFailure, Refusal, is_out_of_memory, one_line
from .release import release_memory
from .setting import Setting, Side

LONG: Final[dict[Basis, float]] = {ENERGY: 3.0, CPU_TIME: 0.3}
"""s that each of a block's four runs takes. Counters of energy refresh up to ten times a second, and what they count is
divided by slices of a second."""

SLICE: Final = 0.02
"""s of CPU time, whose clock ticks in nanoseconds: a block's runs are cut into slices of this length that alternate.
Others' bursts are longer, so that they meet both arms alike: with slices of 10 ms instead of runs of 140 ms, blocks
scatter a quarter as much (measured on two cores under a load of seven)."""

_PUTTING_BACK: Final = 5.0  # times what putting the state back takes, at least, is a slice's length
_LEAST: Final = 0.1  # of that for the quicker arm
_MOST: Final = 5.0  # times that for the slower one
_MOST_SLICES: Final = 60  # of a run: of what is so short, others' bursts meet both arms alike by then
_WARM: Final = 1.0  # s; what is quicker warms up twice
_DISTURBED: Final = 0.25  # of all CPUs: by so much others' load may differ between the arms of a block


_Turn = dict[Arm, list[Run]]


class Experiment:
    """Two arms and what they run in."""

    def __init__(self, sides: Mapping[Arm, Side], setting: Setting) -> None:
        self._sides = sides
        self._in = setting
        self._found = Findings()
        self._passes = self._turns = 1  # of a slice, and slices of a run
        self._slices = 0
        self._began = self._putting_back = 0.0

    def result(self) -> Trial:
        """Run it; whatever happens, the state is then as it was."""
        setting, found = self._in, self._found
        setting.effort.begin()
        try:
            with TRAITS.paused():
                self._all()
        except KeyboardInterrupt:
            found.reason = f"stopped after {len(found.logs)} of {setting.rounds} rounds"
        except (Refusal, ArmFailure) as told:
            found.reason, found.feasible = str(told), False
        finally:
            self._restore()
            setting.effort.end()
        return found.trial(setting)

    def _all(self) -> None:
        self._in.first(lambda arm: self._run(arm, 1))
        self._warm_up()
        self._set_passes()
        self._blocks()

    # -- runs --------------------------------------------------------------------------------------------------------

    def _run(self, arm: Arm, passes: int, losses: list[float] | None = None) -> Taken:
        """Run an arm from the state that everything began with."""
        side = self._sides[arm]
        began = time.process_time()
        self._in.snapshot.restore()
        try:
            with self._in.quiet():
                side.prepare()
                self._putting_back = time.process_time() - began
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
        """Find how many passes a slice needs, the same in both arms, and how many slices a run."""
        long = LONG[self._in.basis]
        wanted = long if self._in.basis == ENERGY else min(long, max(SLICE, _PUTTING_BACK * self._putting_back))
        passes, took = 1, 0.0
        while took < wanted / 4:
            if took and self._in.each_from_the_same_state:
                break
            if took:
                passes = math.ceil(passes * min(32.0, max(2.0, wanted / 4 / took)))
            took = max(self._length(self._run("A", passes)), 1e-6)
        a = took / passes
        b = max(self._length(self._run("B", passes)), 1e-6) / passes
        if not self._in.each_from_the_same_state:
            self._passes = max(1, math.ceil(min(max(wanted / a, _LEAST * wanted / b), _MOST * wanted / max(a, b))))
        self._turns = min(_MOST_SLICES, max(1, round(long / max(a * self._passes, self._putting_back))))

    def _length(self, taken: Taken) -> float:
        return taken.seconds if self._in.basis == ENERGY else taken.cpu_seconds

    def _blocks(self) -> None:
        self._began, found = time.monotonic(), self._found
        allowed = math.ceil(MOST_EXTRA * self._in.rounds)
        turns = blocks()
        self._tell()
        for block in count():
            if len(found.logs) == self._in.rounds:
                break
            self._in.effort.throttling.begin()
            taken = self._block(islice(turns, self._turns))
            disturbed = self._in.effort.throttling.rose() or self._is_disturbed(taken)
            rejected = disturbed and found.rejected < allowed
            found.kept_though_disturbed += disturbed and not rejected
            found.rejected += rejected
            log = math.fsum(map(self._log, taken)) / len(taken)
            if rejected:
                self._slices -= 4 * self._turns
                self._tell()
            else:
                found.logs.append(log)
            found.keep(block, taken, used=not rejected)

    def _block(self, turns: Iterable[Sequence[Arm]]) -> list[_Turn]:
        """Run a block, slice by slice."""
        taken: list[_Turn] = []
        for turn in turns:
            runs: _Turn = {"A": [], "B": []}
            for arm in turn:
                runs[arm].append(Run(self._run(arm, self._passes), self._sides[arm].units()))
                self._slices += 1
                if self._slices % self._turns == 0:
                    self._tell()
            taken.append(runs)
        return taken

    def _log(self, turn: _Turn) -> float:
        values = {arm: [self._value(run) for run in turn[arm]] for arm in ARMS}
        return block_log(values["A"], values["B"])

    def _value(self, run: Run) -> float:
        if self._in.basis != ENERGY:
            return max(run.taken.cpu_seconds, 1e-9) / run.units
        joules = run.taken.joules()
        if not joules > 0 or not math.isfinite(joules):
            raise Refusal("the energy counters did not tell what a run took: see %carbon status")
        return joules / run.units

    def _is_disturbed(self, turns: list[_Turn]) -> bool:
        """Whether others' load was another one while A ran than while B ran."""
        cpus = []
        for arm in ARMS:
            runs = [run.taken for turn in turns for run in turn[arm]]
            cpus.append(sum(run.foreign for run in runs) / max(sum(run.seconds for run in runs), 1e-9))
        return abs(cpus[0] - cpus[1]) > _DISTURBED * self._in.effort.cpus

    def _tell(self) -> None:
        if self._in.progress is None:
            return
        of, done = 4 * self._in.rounds, self._slices / self._turns
        left = (time.monotonic() - self._began) / done * (of - done) if done > 0 else math.nan
        self._in.progress(round(done), of, left, self._in.effort.spent().joules)

    def _restore(self) -> None:
        """Put everything back, though the user keeps on pressing Stop."""
        while True:
            with suppress(KeyboardInterrupt):
                self._in.snapshot.restore()
                return
