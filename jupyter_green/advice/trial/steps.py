"""Trials of a step function of the user's: by a named variant, or against another function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from ...log_ratio import CONFIDENCE
from . import batches as batching
from .design import BLOCKS
from .effort import Effort, Instruments
from .experiment import Experiment
from .losses import number
from .memory import Room
from .outcome import Trial, refused
from .paired_ratio import FEWEST
from .quiet import quiet as quiet_by_default
from .reach import reach
from .refusal import Refusal
from .screen import screen_functions
from .setting import Progress, Setting, Side
from .snapshot import Snapshot
from .step_up import step_up
from .variants import SWEEP, Around, Variant, around, parse

Step = Callable[..., Any]
UNTESTED = "per sample; accuracy not tested"


@dataclass(frozen=True, slots=True)
class Options:
    """How a trial is to be made.

    Attributes
    ----------
    rounds
        ABBA blocks.
    batches
        Captured ones, or a loader to capture a few of.
    progress
        Told how far it is.
    quiet
        What holds around each run, so that nobody sees its outputs.
    """

    rounds: int = BLOCKS
    batches: Any = None
    progress: Progress | None = None
    quiet: Callable[[], AbstractContextManager[object]] = quiet_by_default


def try_step(step: Step, variant: str | Step, instruments: Instruments, options: Options | None = None) -> Trial:
    """Measure a change to a step function; training goes on afterwards bit for bit as without.

    Parameters
    ----------
    step
        Does one unit of work: a training step, an inference. Takes no argument, or a batch of *batches*.
    variant
        A name of :mod:`.variants`, or another function that takes the same.

    Raises
    ------
    ValueError
        When there is no such variant, or too few rounds are asked for.
    TypeError
        When *step* is no function.
    """
    options = Options() if options is None else options
    if not callable(step):
        raise TypeError(f"a trial needs a function that does one step, not {type(step).__name__}")
    if options.rounds < FEWEST:
        raise ValueError(f"a trial needs {FEWEST} rounds at least, not {options.rounds}")
    change = variant if callable(variant) else parse(variant)
    label = getattr(change, "__name__", "the other function") if callable(change) else change.name
    try:
        return _Subject(step, change, instruments, options).trial(label)
    except Refusal as refusal:
        return refused(label, str(refusal))
    except KeyboardInterrupt:  # before anything ran
        return replace(refused(label, "stopped before the first round"), feasible=True)


class _Subject:
    """A step with all that it reaches."""

    def __init__(self, step: Step, change: Variant | Step, instruments: Instruments, options: Options) -> None:
        self._step, self._change, self._options = step, change, options
        roots: list[tuple[str, object]] = [(_name(step), step)]
        if not isinstance(change, Variant):
            roots.append((_name(change), change))
        for _, function in roots:
            _check(function)
        self._batches = None if options.batches is None else self._captured(roots, options.batches)
        if self._batches is None:
            batching.check_no_argument(step)
        self._reached = reach([*roots, ("batches", self._batches)])
        if self._reached.iterators:
            raise Refusal(
                f"{self._reached.iterators[0]}, which cannot be wound back: "
                "let the step take a batch, and give batches=[…], a few captured ones"
            )
        screen_functions(self._reached.functions)
        basis = instruments.basis(self._reached.devices)
        if basis is None:
            raise Refusal("nothing here tells what this GPU uses: see %carbon status")
        self._basis = basis
        self._instruments = instruments
        self._snapshot = Snapshot(self._reached)

    @staticmethod
    def _captured(roots: list[tuple[str, object]], batches: object) -> list[Any]:
        """Capture batches; what a loader drew for them is put back."""
        if isinstance(batches, (list, tuple)):
            return batching.captured(batches)
        snapshot = Snapshot(reach([*roots, ("batches", _unless_iterator(batches))]))
        try:
            return batching.captured(batches)
        finally:
            snapshot.restore()

    def trial(self, label: str) -> Trial:
        change = self._change
        if not isinstance(change, Variant):
            sides = self._side("the step itself", self._step), self._side(label, change)
            return self._experiment(label, sides)
        if change.sweep:
            return self._sweep(label)
        if change.of_batch:
            return self._sized(label, change.factor)
        sides = self._side("the step itself", self._step), self._side(f"with {label} it", self._step, self._around())
        return self._experiment(label, sides)

    def _around(self) -> Around:
        assert isinstance(self._change, Variant)
        return around(self._change, self._reached)

    # -- batches of another size ---------------------------------------------------------------------------------------

    def _sized(self, label: str, factor: float, confidence: float = CONFIDENCE) -> Trial:
        if self._batches is None:
            raise Refusal(f"{label} needs batches=[…], a few captured ones that the step takes")
        as_is, other = batching.resized(self._batches, factor)
        samples = float(sum(map(batching.size, as_is)))
        if not samples:
            raise Refusal("the batches have no first dimension to be joined or cut by")
        sides = (
            self._side("the step itself", self._step, batches=as_is, units=samples),
            self._side(f"with {label} it", self._step, batches=other, units=samples),
        )
        more = {"first": step_up(factor, self._reached.devices, Room())} if factor > 1 else {}
        trial = self._experiment(label, sides, unit="sample", confidence=confidence, **more)
        return replace(trial, loss_difference=None).with_note(UNTESTED)

    def _sweep(self, label: str) -> Trial:
        # Bonferroni: of several intervals, the best is looked at.
        confidence = 1 - (1 - CONFIDENCE) / len(SWEEP)
        found: list[tuple[float, Trial]] = []
        full = False
        for factor in SWEEP:
            name = f"batch={factor:g}x"
            if full and factor > 1:
                found.append((factor, refused(name, "not tried, as half of it ran out of memory")))
                continue
            try:
                trial = self._sized(name, factor, confidence)
            except Refusal as refusal:
                trial = refused(name, str(refusal))
            found.append((factor, trial))
            full = full or (factor > 1 and "out of memory" in trial.reason)
            if trial.reason.startswith("stopped"):
                break
        return swept(label, found)

    # -- sides -------------------------------------------------------------------------------------------------------

    def _side(
        self,
        name: str,
        step: Step,
        around: Around = nullcontext,
        batches: Sequence[Any] | None = None,
        units: float | None = None,
    ) -> Side:
        given = self._batches if batches is None else batches
        call: Step
        if given is None:
            call, items = _without_argument(step), [None]
        else:
            call, items = batching.caller(step, given[0]), list(given)
        ran = 0

        def run(passes: int, losses: list[float] | None) -> None:
            nonlocal ran
            ran = passes
            for _ in range(passes):
                for item in items:
                    with around():
                        result = call(item)
                    if losses is not None and (loss := number(result)) is not None:
                        losses.append(loss)

        return Side(name, run, lambda: ran * (len(items) if units is None else units))

    def _experiment(self, label: str, sides: tuple[Side, Side], **more: Any) -> Trial:  # noqa: ANN401 - Setting's own
        options = self._options
        setting = Setting(
            label,
            self._reached,
            self._snapshot,
            Effort(self._instruments, self._basis, self._reached.devices),
            self._basis,
            options.rounds,
            progress=options.progress,
            quiet=options.quiet,
            **more,
        )
        return Experiment({"A": sides[0], "B": sides[1]}, setting).result()


def swept(label: str, found: list[tuple[float, Trial]]) -> Trial:
    """Return one trial of several, with the figures of the size that needs least."""
    known = [trial for _, trial in found if trial.known]
    spent = [trial.spent for _, trial in found if trial.spent.known]
    whole = sum(spent[1:], spent[0]) if spent else refused(label, "").spent
    if not known:
        return replace(refused(label, found[0][1].reason if found else "nothing was tried"), sizes=tuple(found))
    best = min(known, key=lambda trial: trial.ratio)
    return replace(best, label=f"{label}: {best.label}", spent=whole, sizes=tuple(found))


def _without_argument(step: Step) -> Step:
    return lambda _: step()


def _check(function: object) -> None:
    called = function if inspect.isroutine(function) else getattr(function, "__call__", function)  # noqa: B004
    if inspect.iscoroutinefunction(called) or inspect.isgeneratorfunction(called) or inspect.isasyncgenfunction(called):
        raise Refusal("the step is a coroutine or a generator: give a function that does one step and returns")


def _name(function: object) -> str:
    return str(getattr(function, "__name__", type(function).__name__))


def _unless_iterator(batches: object) -> object:
    return None if hasattr(type(batches), "__next__") else batches
