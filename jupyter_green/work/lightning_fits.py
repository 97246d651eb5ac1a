"""How far a fit of Lightning's has come: batches of all epochs, whatever bar it shows."""

from __future__ import annotations

import functools
from typing import Any

from .library_loops import LibraryLoop, running
from .replaced import Remove, replaced


def install(fit_loop: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Announce fits from now on; return what takes the probe out."""

    def run(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def announced(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            loop = LibraryLoop("Lightning's batches", lambda: (_done(self), _total(self)), initial=_done(self))
            with running(loop):
                return original(self, *args, **kwargs)

        return announced

    return replaced(fit_loop._FitLoop, "run", run)


def _done(loop: Any) -> float:  # noqa: ANN401
    return float(loop.epoch_loop.batch_progress.total.completed)


def _total(loop: Any) -> float | None:  # noqa: ANN401
    """Return the batches of all epochs, or of as many optimizer steps as were asked for if those are fewer."""
    epochs, steps, trainer = loop.max_epochs, loop.epoch_loop.max_steps, loop.trainer
    whole = None if epochs in (None, -1) else float(epochs) * float(loop.max_batches)
    if steps in (None, -1):
        return whole
    if not trainer.lightning_module.automatic_optimization:  # then a batch may be any number of steps
        return None
    by_steps = float(steps) * float(trainer.accumulate_grad_batches)
    return by_steps if whole is None else min(whole, by_steps)
