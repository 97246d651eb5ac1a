"""What users ask of a session's advice: what there is to suggest, and a trial of a change to a step of theirs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .metering_session import Session, session

if TYPE_CHECKING:
    from .advice import Suggestion
    from .advice.trial import Instruments, Progress, Trial


def instruments(of: Session) -> Instruments:
    """Return what a trial measures with that is about to be made in a session."""
    from .advice.trial import Instruments

    of.advisory.adviser.stand_aside()
    hardware = of.hardware
    return Instruments(hardware.tree, hardware.load, of.meter if of.metering else None)


def suggestions(*, every: bool = False) -> list[Suggestion]:
    """Return how this notebook's cells could need less, the most valuable first: hypotheses, each with its evidence.

    Parameters
    ----------
    every
        All that there is to say; otherwise the most valuable suggestion of each cell.
    """
    return session().advisory.suggestions(every=every)


def trial(
    step: Callable[..., Any],
    variant: str | Callable[..., Any] = "bf16",
    *,
    rounds: int = 12,
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
    from .advice.trial import Options, try_step

    options = Options(rounds=rounds, batches=batches, progress=progress)
    return try_step(step, variant, instruments(session()), options)
