"""GPUs as they were over a cell, by what the sampling thread saw of them."""

from __future__ import annotations

import math
from collections.abc import Mapping

from ..power.gpu_state import GpuState
from .evidence import Gpu


def gpus_over(begin: Mapping[str, GpuState], end: Mapping[str, GpuState]) -> tuple[Gpu, ...]:
    """Return the GPUs as they were over a cell, by their states at its edges."""
    return tuple(_gpu(index, begin.get(name, state), state) for index, (name, state) in enumerate(end.items()))


def _gpu(index: int, begin: GpuState, end: GpuState) -> Gpu:
    first, last, unused = begin.done, end.done, end.unused
    if end.begun is not None and first.at < end.begun.at:
        first = end.begun  # the last look before the cell may be half a minute older
    seconds, watched = (last.at - first.at) * 1e-9, last.watched - first.watched
    return Gpu(
        index=index,
        name=end.model,
        utilisation=(last.active - first.active) / watched if watched > 0 else math.nan,
        power=(last.joules - first.joules) / seconds if seconds > 0 else math.nan,
        power_limit=end.power_limit,
        memory_used=math.nan if end.memory is None else end.memory.used,
        memory_total=math.nan if end.memory is None else end.memory.total,
        ours=end.ours,
        others=end.others,
        idle_seconds=0.0 if end.idle_since is None else (last.at - end.idle_since) * 1e-9,
        unused_seconds=0.0 if unused is None else unused.seconds,
        unused_power=math.nan if unused is None else unused.watts,
        capability=end.capability,
    )
