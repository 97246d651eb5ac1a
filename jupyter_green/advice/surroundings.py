"""What cells run on, looked at without importing anything."""

from __future__ import annotations

import functools
import math
import os
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import psutil

from ..power.cgroup import cpu_limit, memory_limit
from .evidence import Machine
from .memory_pressure import memory_retries, swapped

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
# What patches may need: looked for, not imported.
_FOR_PATCHES = ("joblib", "pyarrow")
_BF16_FLAGS = frozenset({"avx512_bf16", "amx_bf16", "bf16", "svebf16"})


def look_around() -> Machine:
    """Return what this process runs on: microseconds, but for the first time."""
    return Machine(
        cpus=_cpus(),
        bf16=_has_bf16(),
        libraries=_libraries(),
        findable=_findable(),
        memory=_memory(),
        peak_memory=_peak_memory(),
        memory_retries=memory_retries(),
        swapped=swapped(),
    )


def _cpus() -> int:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _quota()
    return allowed if quota is None else min(allowed, max(1, math.ceil(quota)))


@functools.cache
def _quota() -> float | None:
    return cpu_limit()


@functools.cache
def _memory() -> float:
    try:
        installed = psutil.virtual_memory().total
    except (psutil.Error, OSError):
        return math.nan
    return float(min(installed, memory_limit() or installed))


def _peak_memory() -> float:
    try:
        import resource
    except ImportError:  # Windows
        return math.nan
    unit = 1 if sys.platform == "darwin" else 1024
    return float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) * unit


def _libraries() -> Mapping[str, str]:
    return {
        name: str(getattr(module, "__version__", ""))
        for name in _LIBRARIES
        if (module := sys.modules.get(name)) is not None
    }


@functools.cache
def _findable() -> frozenset[str]:
    return frozenset(name for name in _FOR_PATCHES if name in sys.modules or find_spec(name) is not None)


@functools.cache
def _has_bf16() -> bool:
    """Whether the processor multiplies bfloat16 natively, by the flags that Linux shows."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return False
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return not _BF16_FLAGS.isdisjoint(flags.split())
