"""One NVIDIA GPU as NVML shows it: who uses it, and how it is found again after a failure.

NVML is never shut down. Its start is counted per process and shared with whatever else uses it there, and a shutdown
at exit could meet the sampler in the middle of a call; the driver cleans up when the process ends.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final, TypeVar

from ..clock import Clock
from ..energy import Method
from .gpu_state import Memory
from .gpu_use import Part
from .mig import compute_slices, instances
from .source import ComponentName, Scope, SourceError
from .visible_gpus import Board

SPREAD: Final = math.log(1.05)
"""Power readings are accurate to 5 % (NVML reference, nvmlDeviceGetPowerUsage; measured: arXiv 2312.02741)."""

TICK: Final = 0.1
"""s between two refreshes of counter and sensor at most: 20 to 100 ms, by device (arXiv 2312.02741)."""

# NVML reference, nvmlClocksEventReasons: hardware slowdown, software thermal, hardware thermal, external power brake.
_SLOWED: Final = 0x08 | 0x20 | 0x40 | 0x80

_T = TypeVar("_T")


class Device:
    """What every source of one GPU has in common."""

    component: ComponentName = "gpu"
    scope: Scope = "device"
    spread = SPREAD
    tick = TICK
    at_edges = False
    idle_watts: float | None = None
    method: Method
    _kind: str

    def __init__(self, nvml: ModuleType, board: Board, clock: Clock) -> None:
        self.name = f"nvml:{board.index}"
        self.model = board.model
        divided = ""
        with contextlib.suppress(nvml.NVMLError):
            divided = "; by MIG slices" if board.instances or instances(nvml, board.handle, ()) else ""
        self.label = f"{self._kind}, {board.model}{board.note}{divided}"[:120]
        self._nvml = nvml
        self._uuid = board.uuid
        self._handle: object | None = board.handle
        self._named = board.instances
        self._instances: list[tuple[object, float]] | None = None
        self._activity_since = 0
        self._tells_activity = self._tells_utilisation = True
        self._clock = clock
        self._joules = 0.0
        self.capability = self._capability()

    def processes(self) -> frozenset[int]:
        """Return the PIDs that hold a compute context, as the driver lists them.

        Raises
        ------
        SourceError
            When the driver does not tell.
        """
        return self.ask(lambda: self._listed(self._handle))

    def parts(self) -> tuple[Part, ...]:
        """Return the GPU with the processes on it or, where it is divided, those instances that we may use.

        Raises
        ------
        SourceError
            When the driver does not tell.
        """
        return self.ask(self._parts)

    def activity(self) -> Mapping[int, float] | None:
        """Return each process's use of the multiprocessors since the last call, in any unit.

        ``None`` where the device cannot tell, as in MIG mode. In the first call: of the last second.
        """
        if not self._tells_activity:
            return None
        nvml, since = self._nvml, self._activity_since or round((self._clock.wall() - 1) * 1e6)
        try:
            samples = nvml.nvmlDeviceGetProcessUtilization(self._handle, since)
        except nvml.NVMLError as error:
            if error.value in (nvml.NVML_SUCCESS, nvml.NVML_ERROR_NOT_FOUND):  # nobody did anything
                return {}
            self._tells_activity = not unsupported(nvml, error)
            return None
        used: dict[int, float] = {}
        for sample in samples:
            if sample.timeStamp > since:
                used[sample.pid] = used.get(sample.pid, 0.0) + sample.smUtil
                self._activity_since = max(self._activity_since, sample.timeStamp)
        return used

    def utilisation(self) -> float | None:
        """Return the share of the last sampling period (up to 1 s) in which anything ran; ``None`` if not told."""
        if not self._tells_utilisation:
            return None
        try:
            return float(self._nvml.nvmlDeviceGetUtilizationRates(self._handle).gpu) / 100
        except self._nvml.NVMLError as error:
            self._tells_utilisation = not unsupported(self._nvml, error)
            return None

    def memory(self) -> Memory | None:
        """Return how much of its memory is in use; ``None`` if the driver does not tell."""
        try:
            found = self._nvml.nvmlDeviceGetMemoryInfo(self._handle)
        except self._nvml.NVMLError:
            return None
        return Memory(float(found.used), float(found.total))

    def power_limit(self) -> float:
        """Return the power limit in force, W; ``nan`` if the driver does not tell."""
        try:
            return float(self._nvml.nvmlDeviceGetEnforcedPowerLimit(self._handle)) * 1e-3
        except self._nvml.NVMLError:
            return math.nan

    def _capability(self) -> tuple[int, int] | None:
        try:
            major, minor = self._nvml.nvmlDeviceGetCudaComputeCapability(self._handle)
        except self._nvml.NVMLError:
            return None
        return int(major), int(minor)

    def throttled(self) -> bool:
        """Whether heat or the supply of power slows it down now; a power limit that was set is no such thing."""
        nvml = self._nvml
        try:
            reasons = nvml.nvmlDeviceGetCurrentClocksThrottleReasons(self._handle)
        except nvml.NVMLError:
            return False
        return bool(reasons & _SLOWED)

    def _parts(self) -> tuple[Part, ...]:
        if self._instances is None:
            self._instances = [
                (instance, compute_slices(self._nvml, self._handle, instance))
                for instance in instances(self._nvml, self._handle, self._named)
            ]
        if not self._instances:
            return (Part(self._listed(self._handle)),)
        return tuple(Part(self._listed(instance), slices) for instance, slices in self._instances)

    def _listed(self, handle: object) -> frozenset[int]:
        return frozenset(process.pid for process in self._nvml.nvmlDeviceGetComputeRunningProcesses(handle))

    def ask(self, question: Callable[[], _T]) -> _T:
        """Call NVML; after a failure find the device anew, as another NVML user may have shut the library down."""
        nvml = self._nvml
        try:
            if self._handle is None:
                nvml.nvmlInit()
                self._handle = nvml.nvmlDeviceGetHandleByUUID(self._uuid)
            return question()
        except nvml.NVMLError as error:
            if not unsupported(nvml, error):
                self._handle = self._instances = None
            raise SourceError(f"{self.model} ({self.name}): {error}; it is tried again from time to time") from None


def unsupported(nvml: ModuleType, error: Exception) -> bool:
    """Return whether the device, or its driver, does not offer what was asked."""
    return isinstance(error, (nvml.NVMLError_NotSupported, nvml.NVMLError_FunctionNotFound))
