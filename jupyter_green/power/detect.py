"""Which sources this machine offers: counters first, models where none can be read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..clock import Clock
from . import amd_gpu, apple, hwmon, nvml, psys, rapl, rapl_perf, zeusd
from .cpu_model import ModelledCpu, cpu_power
from .load import Load
from .memory import ModelledMemory
from .processor import read_processor
from .psys import PlatformCheck
from .sampler import Tree
from .source import Absent, Detected, Gpu, Source


@dataclass(frozen=True, slots=True)
class Hardware:
    """Everything that can be read here, and what cannot, with the reason; *platform* only checks the others."""

    sources: tuple[Source, ...]
    absent: tuple[Absent, ...]
    tree: Tree
    load: Load
    platform: PlatformCheck | None = None

    @property
    def names(self) -> dict[str, object]:
        """Names of the CPU and the GPUs, for the record."""
        return {"gpu": [s.model for s in self.sources if isinstance(s, Gpu)], "cpu": read_processor().name}


def detect(clock: Clock, powercap: Path, cpu_power_model: str = "") -> Hardware:
    """Look for counters and fill the gaps with models.

    Parameters
    ----------
    clock
        For what integrates over time.
    powercap
        Directory of the operating system's energy counters.
    cpu_power_model
        The user's setting for a CPU without a counter; see :func:`~.cpu_model.check_power_model`.
    """
    tree, load = _processes()
    counters = detect_rapl(clock, powercap)
    for other in (hwmon.detect(clock), apple.detect()) if not _has(counters.sources, "cpu") else ():
        counters = Detected((*counters.sources, *other.sources), (*counters.absent, *other.absent))
    if load.scope == "cgroup":
        counters = Detected(absent=(*counters.absent, *(_without_load(source) for source in counters.sources)))
    gpus = nvml.detect(clock)
    amd_gpus = amd_gpu.detect(clock)
    sources: list[Source] = [*gpus.sources, *amd_gpus.sources, *counters.sources]
    processor = read_processor()
    if load.scope == "cgroup":  # what a container is shown of its host's processor is a part of it
        processor = replace(processor, virtual=True)
    cpu = cpu_power(processor, load.cpus, cpu_power_model)
    if not _has(sources, "cpu"):
        sources.append(ModelledCpu(cpu, load, clock))
    if not _has(sources, "ram"):
        sources.append(ModelledMemory(clock, server=cpu.kind == "server"))
    absent = (*gpus.absent, *amd_gpus.absent, *counters.absent)
    return Hardware(tuple(sources), absent, tree, load, psys.detect(clock, powercap))


def detect_rapl(clock: Clock, powercap: Path) -> Detected:
    """Find the processor's counters: by perf events where permitted, through powercap, else through ``zeusd``.

    Perf events are left out where the user chose a powercap tree.
    """
    found = rapl.detect(powercap, clock)
    if powercap == rapl.POWERCAP:
        found = preferred(rapl_perf.detect(clock), found)
    if any(absent.name.startswith("rapl") for absent in found.absent):
        found = preferred(found, zeusd.detect(clock, powercap))
    return found


def preferred(first: Detected, second: Detected) -> Detected:
    """Return each source from *first*, and from *second* what is not there; absent is what neither has."""
    named = {source.name for source in first.sources}
    sources = (*first.sources, *(source for source in second.sources if source.name not in named))
    named = {source.name for source in sources}
    return Detected(sources, tuple(a for a in (*first.absent, *second.absent) if a.name not in named))


def _without_load(source: Source) -> Absent:
    reason = "this container hides how busy its machine is, so that our share of the machine's energy is not known"
    return Absent(source.name, source.component, source.method, source.label, f"{reason}; mount the host's /proc/stat")


def _has(sources: Sequence[Source], component: str) -> bool:
    return any(source.component == component for source in sources)


def _processes() -> tuple[Tree, Load]:
    if sys.platform == "linux":
        from .load import find_load
        from .processes import ProcessTree

        tree = ProcessTree()
        return tree, find_load(tree.cpu_seconds)
    from .portable import PortableLoad, PortableTree

    return PortableTree(), PortableLoad()
