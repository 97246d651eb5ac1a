"""Energy in the logs of Lightning's ``Trainer``."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

from ..footprint import Footprint
from .training import Training

_NAMES = ("lightning.pytorch", "pytorch_lightning")  # one library, installed under either name or both


def _bases() -> tuple[type, ...]:
    """Return the base class of callbacks, of each name that the user has imported, else of the one that is there."""
    present = [sys.modules[name] for name in _NAMES if name in sys.modules]
    if not present:
        try:
            present = [import_module(_NAMES[0])]
        except ModuleNotFoundError:
            present = [import_module(_NAMES[1])]
    return tuple(module.Callback for module in present)


class JupyterGreenCallback(*_bases()):  # type: ignore[misc]  # Lightning is not followed
    """Logs energy, emissions and energy per unit of work of ``Trainer.fit``.

    ``energy_wh``, ``emissions_gco2e`` and ``joules_per_token`` (or ``_sample``, ``_step``) count from the beginning of
    the training on, validations in it included. They are logged every ``log_every_n_steps`` steps and at the end of
    each epoch, so that they also stand in ``trainer.callback_metrics``. In a distributed training they are the main
    process's own.

    Parameters
    ----------
    label
        Name of the training; by default the module's class.

    Examples
    --------
    >>> trainer = lightning.Trainer(max_epochs=3, callbacks=[JupyterGreenCallback()])
    >>> trainer.fit(model, loader)
    >>> trainer.callback_metrics["energy_wh"]
    """

    def __init__(self, label: str | None = None) -> None:
        super().__init__()
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
            raise RuntimeError("no training has begun: read .footprint after trainer.fit(…)")
        return self._training.footprint

    def on_train_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ANN401 - Lightning is not followed
        """Begin to meter."""
        if self._training is not None:
            self._training.end(Exception)  # nothing, as a rule
        if trainer.is_global_zero:
            self._training = Training(self.label or type(pl_module).__name__, self)

    def on_train_batch_end(self, trainer: Any, pl_module: Any, *_: object, **__: object) -> None:  # noqa: ANN401
        """Log where Lightning is about to write its own logs."""
        # An internal that its own monitors use; where it is gone, each step is logged and Lightning picks.
        if getattr(getattr(trainer, "_logger_connector", None), "should_update_logs", True):
            self._log(pl_module, on_step=True)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ANN401
        """Log at the end of an epoch, which may be shorter than the interval of logs."""
        self._log(pl_module, on_step=False)

    def _log(self, module: Any, *, on_step: bool) -> None:  # noqa: ANN401
        if self._training is not None:
            module.log_dict(self._training.figures(), on_step=on_step, on_epoch=not on_step, rank_zero_only=True)

    def on_train_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ANN401
        """Cease to meter."""
        if self._training is not None:
            self._training.end()

    def on_exception(self, trainer: Any, pl_module: Any, exception: BaseException) -> None:  # noqa: ANN401
        """Cease to meter a training that failed or was interrupted."""
        if self._training is not None:
            self._training.end(type(exception))
