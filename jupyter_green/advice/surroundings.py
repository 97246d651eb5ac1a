"""What cells run on, looked at without importing anything."""

from __future__ import annotations

import functools
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from ..power.gpu_state import GpuState
from .evidence import Gpu, Machine

if sys.platform != "win32":
    from resource import RUSAGE_SELF, getrusage

# Whatever a rule may need, by the name of the module that is imported.
_LIBRARIES = (
    "torch",
    "transformers",
    "peft",
    "diffusers",
    "sklearn",
    "pandas",
    "numpy",
    "bitsandbytes",
    "datasets",
    "accelerate",
    "lightning",
    "joblib",
)
_BF16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16", "svebf16"})


def look_around() -> Machine:
    """Return what this process runs on: microseconds, but for the first time."""
    return Machine(
        cpus=_cpus(),
        bf16=_has_bf16(),
        libraries=_libraries(),
        memory_retries=_memory_retries(),
        swapped=_swapped(),
    )


def gpus_over(begin: Mapping[str, GpuState], end: Mapping[str, GpuState]) -> tuple[Gpu, ...]:
    """Return the GPUs as they were over a cell, by their states at its edges."""
    return tuple(_gpu(index, begin.get(name, state), state) for index, (name, state) in enumerate(end.items()))


def _gpu(index: int, begin: GpuState, end: GpuState) -> Gpu:
    seconds, watched = (end.at - begin.at) * 1e-9, end.watched - begin.watched
    unused = end.unused
    return Gpu(
        index=index,
        name=end.model,
        utilisation=(end.active - begin.active) / watched if watched > 0 else math.nan,
        power=(end.joules - begin.joules) / seconds if seconds > 0 else math.nan,
        power_limit=end.power_limit,
        memory_used=math.nan if end.memory is None else end.memory.used,
        memory_total=math.nan if end.memory is None else end.memory.total,
        ours=end.ours,
        others=end.others,
        idle_seconds=0.0 if end.idle_since is None else (end.at - end.idle_since) * 1e-9,
        unused_seconds=0.0 if unused is None else unused.seconds,
        unused_power=math.nan if unused is None else unused.watts,
        capability=end.capability,
    )


def major_faults() -> int:
    """Return how often this process waited for memory to come from a disk: a microsecond; 0 where nobody counts."""
    return 0 if sys.platform == "win32" else getrusage(RUSAGE_SELF).ru_majflt


def _memory_retries() -> int:
    """Return how often PyTorch found no room on a GPU; 0 where it has used none."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    try:
        if cuda is None or not cuda.is_initialized():
            return 0
        found = (cuda.memory_stats(device) for device in range(cuda.device_count()))
        return sum(int(each.get("num_alloc_retries", 0)) + int(each.get("num_ooms", 0)) for each in found)
    except Exception:  # noqa: BLE001 - a build or an allocator that does not tell
        return 0


def _swapped() -> float:
    """Return the bytes of this process that are swapped out, as Linux shows them."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = next((line for line in lines if line.startswith("VmSwap:")), "VmSwap: 0 kB")
    return float(found.split()[1]) * 1024


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _libraries() -> Mapping[str, str]:
    return {
        name: str(getattr(module, "__version__", ""))
        for name in _LIBRARIES
        if (module := sys.modules.get(name)) is not None
    }


@functools.cache
def _has_bf16() -> bool:
    """Whether the processor multiplies bfloat16 natively, by the flags that Linux shows."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return not _BF16_FLAGS.isdisjoint(flags.split())
