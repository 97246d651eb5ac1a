"""Which sources this machine offers: counters first, models where none can be read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..clock import Clock
from . import nvml, rapl
from .cpu_model import ModelledCpu, cpu_name
from .load import Load
from .memory import ModelledMemory
from .sampler import Tree
from .source import Absent, Gpu, Source


@dataclass(frozen=True, slots=True)
class Hardware:
    """Everything that can be read here, and what cannot, with the reason."""

    sources: tuple[Source, ...]
    absent: tuple[Absent, ...]
    tree: Tree
    load: Load

    @property
    def names(self) -> dict[str, object]:
        """Names of the CPU and the GPUs, for the record."""
        return {"gpu": [s.model for s in self.sources if isinstance(s, Gpu)], "cpu": cpu_name()}


def detect(clock: Clock, powercap: Path) -> Hardware:
    """Look for counters and fill the gaps with models.

    Parameters
    ----------
    clock
        For what integrates over time.
    powercap
        Directory of the operating system's energy counters.
    """
    tree, load = _processes()
    counters = rapl.detect(powercap, clock)
    gpus = nvml.detect(clock)
    sources: list[Source] = [*gpus.sources, *counters.sources]
    if not _has(sources, "cpu"):
        sources.append(ModelledCpu(load, clock))
    if not _has(sources, "ram"):
        sources.append(ModelledMemory(clock))
    return Hardware(tuple(sources), (*gpus.absent, *counters.absent), tree, load)


def _has(sources: Sequence[Source], component: str) -> bool:
    return any(source.component == component for source in sources)


def _processes() -> tuple[Tree, Load]:
    if sys.platform == "linux":
        from .load import ProcLoad
        from .processes import ProcessTree

        return ProcessTree(), ProcLoad()
    from .portable import PortableLoad, PortableTree

    return PortableTree(), PortableLoad()
