"""A tracker for Accelerate: ``Accelerator(log_with="jupyter_green")`` once this module is imported."""

from __future__ import annotations

from typing import Any

from accelerate import tracking

from ..footprint import Footprint
from .training import Training


class JupyterGreenTracker(tracking.GeneralTracker):  # type: ignore[misc]  # Accelerate is not followed
    """Meters from ``init_trackers`` to ``end_training``, and notes the energy so far with each log.

    Get it by ``accelerator.get_tracker("jupyter_green")``. In a distributed training there is one, of the main process.

    Parameters
    ----------
    project
        Name of the training. ``init_trackers`` hands on its own where the tracker was given by name.

    Attributes
    ----------
    history
        What was logged, each with ``step``, ``energy_wh``, ``emissions_gco2e`` and ``joules_per_token`` (or
        ``_sample``, ``_step``), all since the training began.
    """

    name = "jupyter_green"
    requires_logging_directory = False
    main_process_only = True

    def __init__(self, project: str = "training") -> None:
        super().__init__()
        self.project = project
        self.history: list[dict[str, Any]] = []
        self._training: Training | None = None

    @property
    def tracker(self) -> JupyterGreenTracker:
        """There is nothing within: the tracker itself."""
        return self

    @property
    def footprint(self) -> Footprint:
        """The footprint: so far while it runs, afterwards the settled one (waits for it, 1 s at most).

        Raises
        ------
        RuntimeError
            Before the training has begun.
        """
        return self._begun.footprint

    def figures(self) -> dict[str, float]:
        """Return energy (Wh), emissions (gCO2e) and J per unit of work so far, for the logs of other trackers.

        Raises
        ------
        RuntimeError
            Before the training has begun.
        """
        return self._begun.figures()

    @property
    def _begun(self) -> Training:
        if self._training is None:
            raise RuntimeError("no training has begun: call accelerator.init_trackers(…) first")
        return self._training

    def start(self) -> None:
        """Begin to meter, unless it has begun."""
        if self._training is None or self._training.ended:
            self.history = []
            self._training = Training(self.project, self)

    def store_init_configuration(self, values: dict[str, Any]) -> None:
        """Begin to meter: versions of Accelerate without :meth:`start` call this first, or :meth:`log`."""
        self.start()

    def log(self, values: dict[str, Any], step: int | None = None, **_: object) -> None:
        """Note *values* with the energy so far; they are left as they are."""
        if self._training is None:
            self.start()
        self.history.append({**values, "step": step, **self.figures()})

    def finish(self) -> None:
        """Cease to meter."""
        if self._training is not None:
            self._training.end()


def offer() -> None:
    """Let Accelerate know the tracker by its name, where it takes such (``register_tracker_class``)."""
    register = getattr(tracking, "register_tracker_class", None)
    if register is not None and tracking.LOGGER_TYPE_TO_CLASS.get(JupyterGreenTracker.name) is not JupyterGreenTracker:
        register(JupyterGreenTracker)


def withdraw() -> None:
    """Take the name back."""
    if tracking.LOGGER_TYPE_TO_CLASS.get(JupyterGreenTracker.name) is JupyterGreenTracker:
        del tracking.LOGGER_TYPE_TO_CLASS[JupyterGreenTracker.name]


offer()
