"""``green.trial(step, variant="bf16")``: a change to a step function, measured with the session's own instruments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from .advice.trial import Options, Progress, Trial, try_step, try_to_target
from .advice.trial.design import BLOCKS
from .metering_session import session


def trial(
    step: Callable[..., Any],
    variant: str | Callable[..., Any] = "bf16",
    *,
    rounds: int = BLOCKS,
    batches: Any = None,  # noqa: ANN401 - a list or a loader of whatever the step takes
    progress: Progress | None = None,
) -> Trial:
    """Measure a change to a step function: how many times the energy it takes with it, with an interval.

    Both run in blocks of A, B, B, A, each run from the same state: parameters, optimizers, schedulers, random numbers
    and all else that the step reaches are put back, so that training goes on bit for bit as if there had been no trial.
    Interrupting it gives what is known by then.

    Parameters
    ----------
    step
        Does one unit of work: a training step, or an inference. Takes nothing, or a batch of *batches*.
    variant
        ``bf16``, ``fp16``, ``no_grad``, ``compile``, ``batch=2x``, ``batch=N/2``, ``batch=sweep``, ``same`` (no change:
        the check of the trial itself), or another function that takes the same.
    rounds
        Blocks of four runs.
    batches
        A few captured batches, or a loader that can be gone through anew.
    progress
        Called with the runs done, the runs in all, the seconds left and the joules spent.

    Examples
    --------
    >>> green.trial(train_step, variant="bf16", batches=[batch])
    """
    options = Options(rounds=rounds, batches=batches, progress=progress)
    return try_step(step, variant, session().for_trial(), options)


def trial_to_target(
    train: Callable[[int], Iterator[float]],
    sizes: Sequence[int],
    target: str,
    *,
    seeds: int = 3,
    progress: Progress | None = None,
) -> Trial:
    """Measure what training takes until a metric reaches a target, with other batch sizes than the present one.

    Parameters
    ----------
    train
        A generator function: is given a batch size, makes its model, trains it, and yields the metric now and then.
    sizes
        Batch sizes; the first one is the present one.
    target
        Such as ``">= 0.9"`` of an accuracy or ``"<= 0.35"`` of a loss.
    seeds
        How many; each is used with every size.
    progress
        As for :func:`trial`; in whole trainings.

    Examples
    --------
    >>> green.trial_to_target(train, sizes=(32, 64, 128), target=">= 0.9")
    """
    return try_to_target(train, sizes, target, session().for_trial(), seeds, Options(progress=progress))
