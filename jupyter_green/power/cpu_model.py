"""Power of a CPU without a readable counter: a model, and always called one.

The machine that the operating system shows – all of it, or a virtual slice of a server – draws an idle power and, on
top, an amount for each busy CPU second. Both scale with the number of hardware threads that are visible, so that a
virtual machine with two vCPUs is charged two threads' worth of its host, not the host.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

from ..clock import Clock
from ..footprint import Method
from .load import Load
from .source import ComponentName, Scope

# W for each hardware thread, package only. Central values between the SPECpower_ssj2008 results for x86 servers by
# microarchitecture, as fitted by Cloud Carbon Footprint (idle 0.45–3.0 W, full load 1.7–8.6 W a thread; its figures
# are whole servers) and vendors' TDP over threads for current server and desktop parts (1.5–4.5 W).
IDLE_WATTS_PER_THREAD = 1.3
FULL_WATTS_PER_THREAD = 4.2
# Those ranges, as a factor either way.
SPREAD = math.log(2.0)


class ModelledCpu:
    """Load-aware model of the CPU: ``idle · t + (full − idle) · busy CPU seconds``, for each thread.

    Parameters
    ----------
    load
        The machine's busy CPU seconds and its number of CPUs.
    clock
        For elapsed time.
    """

    name = "cpu-model"
    component: ComponentName = "cpu"
    method: Method = "modelled"
    scope: Scope = "machine"
    spread = SPREAD
    tick = 0.0
    at_edges = True

    def __init__(self, load: Load, clock: Clock) -> None:
        self._load = load
        self._clock = clock
        self._start = clock.boottime()
        self._busy = load.busy_seconds()
        self.idle_watts: float | None = IDLE_WATTS_PER_THREAD * load.cpus
        threads = "1 thread" if load.cpus == 1 else f"{load.cpus} threads"
        name = cpu_name()
        self.label = f"model, {name}, {threads}"[:120] if name else f"model, {threads}"

    def read(self) -> float:
        """Return modelled joules since the start."""
        elapsed = (self._clock.boottime() - self._start) * 1e-9
        busy = self._load.busy_seconds() - self._busy
        return IDLE_WATTS_PER_THREAD * self._load.cpus * elapsed + (
            FULL_WATTS_PER_THREAD - IDLE_WATTS_PER_THREAD
        ) * max(0.0, busy)


def cpu_name() -> str | None:
    """Return the processor's name as the operating system gives it, or ``None``."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    except OSError:
        pass
    if sys.platform in ("darwin", "win32"):
        import platform

        return platform.processor() or None
    return None
