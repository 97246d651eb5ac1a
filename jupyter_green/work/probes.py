"""Which probe belongs to which library; each is put in once its library has been imported."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from ..post_import import ImportWatch
from .replaced import Remove

# By the module that has to be there; the probe's own module is imported no earlier.
PROBES = {
    "torch": "torch_loops",
    "torch.utils.checkpoint": "recomputations",
    "transformers.generation.utils": "generation",
    "transformers.modeling_utils": "pretrained_models",
    "transformers.trainer": "trainer_runs",
    "lightning.pytorch.loops.fit_loop": "lightning_fits",
    "pytorch_lightning.loops.fit_loop": "lightning_fits",
    "lightning.pytorch.trainer.call": "lightning_steps",
    "pytorch_lightning.trainer.call": "lightning_steps",
    "diffusers.pipelines.pipeline_utils": "pipelines",
    "deepspeed.runtime.engine": "deepspeed_steps",
    "keras.src.callbacks.callback_list": "keras_steps",
    "keras.src.backend.jax.trainer": "keras_fits",
    "keras.src.backend.tensorflow.trainer": "keras_fits",
    "keras.src.backend.torch.trainer": "keras_fits",
    "pandas.core.frame": "pandas_frames",
    "pandas.io.excel._base": "excel_reads",
    "pandas.io.json._json": "json_reads",
    "pandas.io.parsers.readers": "csv_reads",
    "sklearn.base": "sklearn_fits",
    "sklearn.model_selection._search": "sklearn_searches",
    "sklearn.utils.parallel": "sklearn_workers",
    "tqdm.std": "progress_bars",
}

NOTICED = frozenset({"pandas"})
"""Libraries in which nothing is counted: what is done in them is noticed for advice."""


class Probes:
    """The probes of this process."""

    def __init__(self) -> None:
        self.trouble: dict[str, str] = {}
        """Libraries that could not be probed, and why."""
        self.probed: dict[str, None] = {}
        """Libraries that are, in the order in which they were imported."""
        self._watch: ImportWatch | None = None
        self._removes: list[Remove] = []
        self._pid = os.getpid()

    @property
    def installed(self) -> bool:
        """Whether libraries are watched."""
        return self._watch is not None

    def install(self) -> None:
        """Probe the libraries that are imported, and those that will be."""
        if self._watch is None:
            self._watch = ImportWatch(list(PROBES), self._imported)
            self._watch.install()

    def remove(self) -> None:
        """Leave every library as it was."""
        if self._watch is not None:
            self._watch.remove()
            self._watch = None
        while self._removes:
            self._removes.pop()()
        self.trouble.clear()
        self.probed.clear()

    def _imported(self, name: str) -> None:
        if os.getpid() != self._pid:  # a forked child: nobody there would ask
            return
        library = name.partition(".")[0]
        try:
            probe = import_module(f".{PROBES[name]}", __package__)
            self._removes.append(probe.install(sys.modules[name]))
            self.probed[library] = None
        except Exception as error:  # noqa: BLE001 - the user's import must go on
            self.trouble[library] = f"{type(error).__name__}: {error}"
