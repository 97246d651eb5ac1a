"""Energy to accuracy: what training takes until a metric reaches a target, by batch size and over several seeds.

Joules per sample alone may recommend the wrong way: of 131 doublings of the batch, energy per epoch fell in 109, and
energy to accuracy in 89 (published traces of Zeus, six workloads on four GPUs).
"""

from __future__ import annotations

import math
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Final

from ...energy import Energy
from ...log_ratio import CONFIDENCE
from ...work.traits import TRAITS
from .design import ARMS
from .effort import Effort, Instruments, Taken
from .outcome import ENERGY, ArmRun, Trial, refused
from .paired_ratio import FEWEST, paired_ratio
from .reach import reach
from .refusal import Refusal, is_out_of_memory, one_line
from .screen import screen_functions
from .snapshot import Snapshot
from .steps import Options

Training = Callable[[int], Iterator[float]]

_TARGET: Final = re.compile(r"\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?(?:e-?\d+)?)\s*$")
_MOST: Final = 10_000  # evaluations


@dataclass(frozen=True, slots=True)
class Target:
    """What a metric has to reach.

    Attributes
    ----------
    rises
        Whether larger is better.
    value
        From where on it is reached.
    """

    rises: bool
    value: float

    @classmethod
    def parse(cls, said: str) -> Target:
        """Return the target that is said as ``>= 0.9`` or ``<= 0.35``.

        Raises
        ------
        ValueError
            When it is said in another way.
        """
        found = _TARGET.match(said)
        if found is None:
            raise ValueError(f"a target is said as '>= 0.9' or '<= 0.35', not {said!r}")
        return cls(found[1].startswith(">"), float(found[2]))

    def reached(self, metric: float) -> bool:
        """Whether a metric is as good."""
        return metric >= self.value if self.rises else metric <= self.value


def try_to_target(
    train: Training,
    sizes: Sequence[int],
    target: str,
    instruments: Instruments,
    seeds: int = FEWEST,
    options: Options | None = None,
) -> Trial:
    """Measure what training takes to a target, with each batch size against the first one, pair by pair of one seed.

    Parameters
    ----------
    train
        A generator function: is given a batch size, makes its model, trains it, and yields the metric now and then.
    sizes
        Batch sizes; the first one is the present one.
    target
        Such as ``>= 0.9``.
    seeds
        How many; of PyTorch's, NumPy's and Python's generators.

    Raises
    ------
    ValueError
        When there are too few sizes or seeds, or the target cannot be read.
    """
    goal = Target.parse(target)
    if len(sizes) < 2 or len(set(sizes)) < len(sizes):
        raise ValueError("name the present batch size and at least one other: sizes=(32, 64)")
    if seeds < FEWEST:
        raise ValueError(f"an interval needs {FEWEST} seeds at least, not {seeds}")
    try:
        return _ToTarget(train, sizes, goal, instruments, seeds, Options() if options is None else options).trial()
    except Refusal as refusal:
        return refused("energy to accuracy", str(refusal))


class _ToTarget:
    """Training to a target, over sizes and seeds."""

    def __init__(
        self,
        train: Training,
        sizes: Sequence[int],
        goal: Target,
        instruments: Instruments,
        seeds: int,
        options: Options,
    ) -> None:
        reached = reach([("train", train)])
        screen_functions(reached.functions)
        basis = instruments.basis(reached.devices | _used_devices())
        if basis is None:
            raise Refusal("nothing here tells what this GPU uses: see %carbon status")
        self._train, self._sizes, self._goal, self._seeds, self._options = train, sizes, goal, seeds, options
        self._basis = basis
        self._snapshot = Snapshot(reached)
        self._effort = Effort(instruments, basis, reached.devices | _used_devices())
        self._done = 0
        self._took: dict[int, list[float]] = {size: [] for size in sizes}
        self._failed: dict[int, str] = {}

    def trial(self) -> Trial:
        """Run everything; whatever happens, the state is then as it was."""
        reason = ""
        self._effort.begin()
        try:
            with TRAITS.paused():
                for seed in range(self._seeds):
                    for size in self._sizes if seed % 2 == 0 else self._sizes[::-1]:
                        self._one(size, seed)
        except KeyboardInterrupt:
            reason = f"stopped after {min(map(len, self._took.values()))} of {self._seeds} seeds"
        finally:
            self._snapshot.restore()
            self._effort.end()
        return self._found(reason, self._effort.spent())

    def _one(self, size: int, seed: int) -> None:
        if size not in self._failed:
            self._snapshot.restore()
            _seed(seed)
            taken = self._run(size)
            if taken is not None:
                value = taken.joules() if self._basis == ENERGY else taken.cpu_seconds
                self._took[size].append(value)
        self._done += 1
        if self._options.progress is not None:
            self._options.progress(self._done, len(self._sizes) * self._seeds, math.nan, self._effort.spent().joules)

    def _run(self, size: int) -> Taken | None:
        reached = False

        def train() -> None:
            nonlocal reached
            reached = any(self._goal.reached(float(metric)) for metric in islice(self._train(size), _MOST))

        try:
            with self._options.quiet():
                taken = self._effort.measure(train)
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 - it is the user's code: what it raises is the answer
            memory = is_out_of_memory(error)
            self._failed[size] = "ran out of memory" if memory else f"raised {one_line(error)}"
            return None
        if not reached:
            self._failed[size] = "did not reach the target with every seed"
            return None
        return taken

    def _found(self, reason: str, spent: Energy) -> Trial:
        present, *others = self._sizes
        if present in self._failed:
            return replace(refused("energy to accuracy", f"a batch of {present} {self._failed[present]}"), spent=spent)
        trials = [(other / present, replace(self._pair(present, other, reason), spent=spent)) for other in others]
        known = [trial for _, trial in trials if trial.known]
        if not known:
            return replace(trials[0][1], sizes=tuple(trials))
        best = min(known, key=lambda trial: trial.ratio)
        return replace(best, sizes=tuple(trials) if len(trials) > 1 else ())

    def _pair(self, present: int, other: int, reason: str) -> Trial:
        label = f"batch {other} instead of {present}, to the target,"
        if other in self._failed:
            return refused(label, f"a batch of {other} {self._failed[other]}")
        pairs = list(zip(self._took[present], self._took[other], strict=False))
        arms = tuple(
            ArmRun(arm, seed, value if self._basis == ENERGY else math.nan, math.nan, math.nan)
            for seed, pair in enumerate(pairs)
            for arm, value in zip(ARMS, pair, strict=True)
        )
        trial = Trial(label, basis=self._basis, unit="run", rounds=len(pairs), arms=arms, reason=reason)
        if len(pairs) < FEWEST:
            return replace(trial, reason=f"{reason or 'too few seeds reached it'}: too few for an interval")
        others = len(self._sizes) - 1  # Bonferroni: of several intervals, the best is looked at
        ratio = paired_ratio([math.log(b / a) for a, b in pairs], 1 - (1 - CONFIDENCE) / others)
        return replace(trial, ratio=ratio.ratio, low=ratio.low, high=ratio.high, detectable=ratio.detectable).with_note(
            f"over {len(pairs)} seeds, the same for both sizes"
        )


def _seed(seed: int) -> None:
    random.seed(seed)
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is not None:
        numpy.seed(seed)
    torch: Any = sys.modules.get("torch")
    if torch is not None:
        torch.manual_seed(seed)


def _used_devices() -> frozenset[str]:
    """Return the kinds of devices that PyTorch uses already: the training makes its model by itself."""
    torch: Any = sys.modules.get("torch")
    return frozenset({"cuda"} if torch is not None and torch.cuda.is_initialized() else ())
