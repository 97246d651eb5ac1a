"""Energy in the logs of transformers' ``Trainer``."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

from transformers import TrainerCallback

from ..footprint import Footprint
from .training import Training
from .unfinished import Call

_OTHERS = ("eval_", "test_")  # of whose logs the figures would not be


class JupyterGreenCallback(TrainerCallback):  # type: ignore[misc]  # transformers is not followed
    """Adds energy, emissions and energy per unit of work to what a ``Trainer`` logs.

    ``energy_wh``, ``emissions_gco2e`` and ``joules_per_token`` (or ``_sample``, ``_step``) count from the beginning of
    this ``train()`` on, evaluations in it included, and stand in the training's logs at its logging steps; so all that
    read these have them. With the summary at the end they are ``train_energy_wh`` and so on. In a distributed training
    they are the main process's own.

    Parameters
    ----------
    label
        Name of the training; by default the model's class.

    Examples
    --------
    >>> trainer = Trainer(model, arguments, train_dataset=lessons, callbacks=[JupyterGreenCallback()])
    >>> trainer.train().metrics["train_energy_wh"]
    """

    def __init__(self, label: str | None = None) -> None:
        self.label = label
        self._training: Training | None = None

    @property
    def footprint(self) -> Footprint:
        """The footprint of the last training; so far while it runs.

        Raises
        ------
        RuntimeError
            Before one has begun.
        """
        if self._training is None:
            raise RuntimeError("no training has begun: read .footprint after trainer.train()")
        return self._training.footprint

    def on_train_begin(
        self,
        args: Any,  # noqa: ANN401 - transformers is not followed
        state: Any,  # noqa: ANN401
        control: Any,  # noqa: ANN401
        model: object = None,
        **_: object,
    ) -> None:
        """Begin to meter."""
        if self._training is not None:
            self._training.end(Exception)  # nothing, unless it was cut short a moment ago
        if not state.is_world_process_zero:
            return
        handler, call = self._caller(sys._getframe(1))
        if handler is not None:  # those who write the logs come after us, so that they find our figures in them
            handler.callbacks.remove(self)
            handler.callbacks.insert(0, self)
        self._training = Training(self.label or type(model).__name__, self, call)

    def _caller(self, frame: FrameType | None) -> tuple[Any, Call | None]:
        """Return whose callbacks we stand among, and the outermost call of that trainer."""
        handler, outermost = None, None
        while frame is not None:
            if frame.f_code.co_varnames[:1] == ("self",):
                found = getattr(frame.f_locals.get("self"), "callback_handler", None)
                callbacks = getattr(found, "callbacks", None)
                if isinstance(callbacks, list) and self in callbacks:
                    handler, outermost = found, frame
            frame = frame.f_back
        return handler, None if outermost is None else Call(outermost)

    def on_log(
        self,
        args: Any,  # noqa: ANN401
        state: Any,  # noqa: ANN401
        control: Any,  # noqa: ANN401
        logs: dict[str, Any] | None = None,
        **_: object,
    ) -> None:
        """Add our figures to a log of the training."""
        if self._training is None or self._training.ended or not logs:
            return
        if any(name.startswith(_OTHERS) for name in logs):
            return
        figures = self._training.figures("train_" if "train_runtime" in logs else "")
        logs.update(figures)
        # The trainer has put a copy into its history already.
        if state.log_history and state.log_history[-1].get("step") == state.global_step:
            state.log_history[-1].update(figures)

    def on_train_end(self, args: Any, state: Any, control: Any, **_: object) -> None:  # noqa: ANN401
        """Cease to meter."""
        if self._training is not None:
            self._training.end()
