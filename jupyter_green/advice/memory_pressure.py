"""Whether memory was short: pages that came back from disk, and attempts to find room on a GPU."""

from __future__ import annotations

import sys
from pathlib import Path

if sys.platform != "win32":
    from resource import RUSAGE_SELF, getrusage


def major_faults() -> int:
    """Return how often this process waited for memory to come from a disk: a microsecond; 0 where nobody counts."""
    return 0 if sys.platform == "win32" else getrusage(RUSAGE_SELF).ru_majflt


def memory_retries() -> int:
    """Return how often PyTorch found no room on a GPU; 0 where it has used none."""
    cuda = getattr(sys.modules.get("torch"), "cuda", None)
    try:
        if cuda is None or not cuda.is_initialized():
            return 0
        found = (cuda.memory_stats(device) for device in range(cuda.device_count()))
        return sum(int(each.get("num_alloc_retries", 0)) + int(each.get("num_ooms", 0)) for each in found)
    except Exception:  # noqa: BLE001 - a build or an allocator that does not tell
        return 0


def swapped() -> float:
    """Return the bytes of this process that are swapped out, as Linux shows them."""
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return 0.0
    found = next((line for line in lines if line.startswith("VmSwap:")), "VmSwap: 0 kB")
    return float(found.split()[1]) * 1024
