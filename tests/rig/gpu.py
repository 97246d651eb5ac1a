"""NVIDIA GPUs from a script, for processes that use the real nvidia-ml-py.

The script's lines, in order; times are ns since boot (or of the script's own clock), unknown lines are ignored::

    clock NS                                  the time stands at NS instead of following CLOCK_BOOTTIME
    fault GPU|-1 FUNCTION|* RETURN_CODE FROM TO
    delay GPU|-1 FUNCTION|* MILLISECONDS FROM TO
    gpu                                       starts a device, which the following lines describe
    name TEXT / uuid TEXT / memory TOTAL USED (bytes) / limit MILLIWATTS
    capability NUMBER                         CUDA's, 90 for 9.0; 0: not told
    slices COUNT / mig UUID COUNT             compute slices of a GPU that can be divided, and of its instances
    linear 0|1 / point NS WATTS               power over time, see curve.py
    tick NS / base MILLIJOULES / wrap MILLIJOULES
    sensor NS                                 instant power moves with the counter, and is the mean of that long before
    process PID|caller SM_PERCENT INSTANCE    "caller" is whichever process asks; instance -1: the whole GPU
"""

from __future__ import annotations

import functools
import itertools
import os
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from jupyter_green.clock import Clock, SystemClock

from .clock import FakeClock
from .curve import Curve

SOURCE = Path(__file__).with_name("nvml_stub.c")
SCRIPT_VARIABLE = "JUPYTER_GREEN_STUB"
CODES = {
    "NOT_SUPPORTED": 3,
    "NO_PERMISSION": 4,
    "DRIVER_NOT_LOADED": 9,
    "TIMEOUT": 10,
    "FUNCTION_NOT_FOUND": 13,
    "GPU_IS_LOST": 15,
    "UNKNOWN": 999,
}
FOREVER = 2**62
_revision = itertools.count(time.time_ns())


@functools.cache
def library() -> Path:
    """Compile the stub if its source is newer; return the folder that holds ``libnvidia-ml.so.1``."""
    folder = SOURCE.parent / "_build"
    try:
        folder.mkdir(exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        folder = Path(tempfile.mkdtemp(prefix="jupyter-green-stub-"))
    target = folder / "libnvidia-ml.so.1"
    if not target.exists() or target.stat().st_mtime_ns < SOURCE.stat().st_mtime_ns:
        fresh = folder / f"{target.name}.{os.getpid()}"
        compiler = os.environ.get("CC", "cc")
        subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", fresh, SOURCE, "-lpthread"], check=True)
        fresh.replace(target)
    return folder


@dataclass(frozen=True)
class Event:
    """A fault or a delay. *gpu* ``-1`` means all; times are ns since boot.

    *function* is NVML's name without ``_v2``; ``NVML_FI_DEV_POWER_INSTANT`` fails as a field does, inside a call that
    succeeds.
    """

    kind: Literal["fault", "delay"]
    amount: int
    function: str = "*"
    gpu: int = -1
    start_ns: int = 0
    end_ns: int = FOREVER

    @property
    def line(self) -> str:
        return f"{self.kind} {self.gpu} {self.function} {self.amount} {self.start_ns} {self.end_ns}"


def fault(error: str, function: str = "*", *, gpu: int = -1, start_ns: int = 0, end_ns: int = FOREVER) -> Event:
    """``fault("GPU_IS_LOST", "nvmlDeviceGetTotalEnergyConsumption", gpu=0)``."""
    return Event("fault", CODES[error], function, gpu, start_ns, end_ns)


def delay(milliseconds: int, function: str = "*", *, gpu: int = -1, start_ns: int = 0, end_ns: int = FOREVER) -> Event:
    """Calls block that long, with the GIL released as in the real library."""
    return Event("delay", milliseconds, function, gpu, start_ns, end_ns)


@dataclass
class StubGpu:
    """One device.

    ``tick`` in s (0: continuous). ``processes`` maps a PID or ``caller`` to its SM utilisation, %. ``sensor`` in s: 0
    for a live one, 0.025 for one as data centre GPUs have it (arXiv 2312.02741). ``mig`` maps an instance's UUID to its
    compute slices, ``on_mig`` a process to its instance.
    """

    curve: Curve
    name: str = "NVIDIA H200"
    uuid: str = "GPU-00000000-0000-4000-8000-000000000000"
    tick: float = 0.1
    base_millijoules: int = 5_000_000
    wrap_millijoules: int = 0
    processes: Mapping[int | str, int] = field(default_factory=lambda: {"caller": 100})
    limit_watts: float = 700.0
    memory: tuple[int, int] = (141 << 30, 1 << 30)
    sensor: float = 0.0
    mig: Mapping[str, int] = field(default_factory=dict)
    on_mig: Mapping[int | str, int] = field(default_factory=dict)
    slices: int = 7
    capability: int = 90

    def energy_between(self, start_ns: int, end_ns: int) -> float:
        """The truth: joules between two times, whatever the counter publishes of them."""
        return self.curve.joules_between(start_ns, end_ns)

    def lines(self) -> list[str]:
        return [
            "gpu",
            f"name {self.name}",
            f"uuid {self.uuid}",
            f"slices {self.slices}",
            f"capability {self.capability}",
            *(f"mig {uuid} {slices}" for uuid, slices in self.mig.items()),
            f"memory {self.memory[0]} {self.memory[1]}",
            f"limit {round(self.limit_watts * 1000)}",
            f"linear {int(self.curve.linear)}",
            *(f"point {at} {watts!r}" for at, watts in self.curve.points),
            f"tick {round(self.tick * 1e9)}",
            f"sensor {round(self.sensor * 1e9)}",
            f"base {self.base_millijoules}",
            f"wrap {self.wrap_millijoules}",
            *(f"process {pid} {share} {self.on_mig.get(pid, -1)}" for pid, share in self.processes.items()),
        ]


class StubNvml:
    """A machine's GPUs. Change what you like, then :meth:`write`; running processes see it in their next call.

    With a :class:`FakeClock` the devices live in its time, which :meth:`write` publishes.
    """

    def __init__(self, folder: Path, *gpus: StubGpu, clock: FakeClock | None = None) -> None:
        self.gpus = list(gpus)
        self.events: list[Event] = []
        self.clock: Clock = clock or SystemClock()
        self._stands = clock is not None
        self._script = folder / "gpus.txt"
        self.write()

    def write(self) -> None:
        lines = [f"clock {self.clock.boottime()}"] if self._stands else []
        lines += [event.line for event in self.events]
        for gpu in self.gpus:
            lines += gpu.lines()
        fresh = self._script.with_suffix(".new")
        fresh.write_text("\n".join(lines) + "\n")
        revision = next(_revision)
        os.utime(fresh, ns=(revision, revision))  # the stub tells scripts apart by it; the kernel's is too coarse
        fresh.replace(self._script)

    def set_power(self, watts: float, gpu: int = 0) -> int:
        """Change a device's power from now on; return the time of the change, ns since boot."""
        now = self.clock.boottime()
        self.gpus[gpu].curve.append(now, watts)
        self.write()
        return now

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be started with to see these GPUs."""
        path = os.environ.get("LD_LIBRARY_PATH")
        return {
            SCRIPT_VARIABLE: str(self._script),
            "LD_LIBRARY_PATH": f"{library()}:{path}" if path else str(library()),
        }


def steady(watts: float, *, clock: Clock | None = None) -> Curve:
    """Constant power, from now on and before."""
    return Curve([((clock or SystemClock()).boottime(), watts)])
