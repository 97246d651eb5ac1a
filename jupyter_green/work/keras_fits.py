"""How far a fit of Keras has come: steps of all epochs, whichever its backend."""

from __future__ import annotations

import functools
import inspect
from typing import Any

from .counts import COUNTS
from .library_loops import LibraryLoop, running
from .replaced import Remove, all_or_none, replaced


def install(trainer: Any) -> Remove:  # noqa: ANN401 - a backend's module, of a library that we do not import
    """Announce fits from now on; return what takes the probe out."""
    plans: list[dict[str, Any]] = []  # of the fits that run, the innermost last

    def fit(original: Any) -> Any:  # noqa: ANN401
        signature = inspect.signature(original)

        @functools.wraps(original)
        def announced(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            plan: dict[str, Any] = {}
            plans.append(plan)
            first, before = _first_epoch(signature, args, kwargs), COUNTS.steps

            def read() -> tuple[float, float | None]:
                epochs, steps = plan.get("epochs"), plan.get("steps")
                return COUNTS.steps - before, (epochs - first) * steps if epochs and steps else None

            try:
                with running(LibraryLoop("Keras's steps", read)):
                    return original(*args, **kwargs)
            finally:
                plans.remove(plan)

        return announced

    def begin(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def planned(self: Any, logs: Any = None) -> Any:  # noqa: ANN401
            if plans and not plans[-1]:
                plans[-1].update(self.params or {})
            return original(self, logs)

        return planned

    owner = next(each for name, each in vars(trainer).items() if name.endswith("Trainer") and "fit" in vars(each))
    return all_or_none(
        lambda: replaced(owner, "fit", fit),
        lambda: replaced(trainer.callbacks_module.CallbackList, "on_train_begin", begin),
    )


def _first_epoch(signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any]) -> int:
    try:
        return int(signature.bind(*args, **kwargs).arguments.get("initial_epoch", 0))
    except (TypeError, ValueError):  # the call will say so itself
        return 0
