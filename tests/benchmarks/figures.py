"""From lists of seconds to the few figures of the table."""

from __future__ import annotations

import math
import os
import platform
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Sequence


def spread(seconds: Sequence[float]) -> dict[str, float]:
    """Return median and 99th percentile in ms, and the number of values."""
    rising = sorted(seconds)
    return {
        "median_ms": statistics.median(rising) * 1e3,
        "p99_ms": rising[min(len(rising) - 1, math.ceil(0.99 * len(rising)) - 1)] * 1e3,
        "n": len(rising),
    }


def difference(with_it: Sequence[float], without: Sequence[float]) -> dict[str, float]:
    """Return the median of paired differences in ms and its 95 % interval by order statistics (sign test)."""
    rising = sorted(a - b for a, b in zip(with_it, without, strict=True))
    n = len(rising)
    reach = math.ceil(0.98 * math.sqrt(n))
    low, high = max(0, n // 2 - reach), min(n - 1, n // 2 + reach)
    return {
        "median_ms": statistics.median(rising) * 1e3,
        "low_ms": rising[low] * 1e3,
        "high_ms": rising[high] * 1e3,
        "n": n,
    }


def machine() -> dict[str, object]:
    """Return the machine in words that name nobody's."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.exists() else []
    model = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown CPU")
    virtual = any(" hypervisor" in line for line in lines if line.startswith("flags"))
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "virtual": virtual,
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "system": f"{platform.system()} {platform.release().split('-')[0].rstrip('+')}",
        "python": platform.python_version(),
    }
