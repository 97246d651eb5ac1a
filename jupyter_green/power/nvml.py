"""NVIDIA GPUs through NVML: the energy counter where the device has one (Volta and later), else its power, integrated.

nvidia-ml-py is imported only where the driver's library is found: on other machines it would cost 20 ms and 5 MB.
NVML is never shut down again. Its start is counted per process and shared with whatever else uses it there, and a
shutdown at exit could meet the sampler in the middle of a call; the driver cleans up when the process ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import math
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final, TypeVar

from ..clock import Clock
from ..footprint import Method
from .gpu_use import Part
from .mig import compute_slices, instances
from .partial_tick import PartialTick
from .source import Absent, ComponentName, Detected, Scope, Source, SourceError
from .visible_gpus import Board, visible

SPREAD: Final = math.log(1.05)
"""Power readings are accurate to 5 % (NVML reference, nvmlDeviceGetPowerUsage; measured: arXiv 2312.02741)."""

TICK: Final = 0.1
"""s between two refreshes of counter and sensor at most: 20 to 100 ms, by device (arXiv 2312.02741)."""

LIMIT_WATTS: Final = 3000.0
"""More than any one GPU draws, W: twice the 1.4 kW of the largest announced ones (NVIDIA GB300)."""

_SLOW_CALL: Final = 50_000_000  # ns; what takes longer waited for the driver, not for the interpreter's lock
_LIBRARY: Final = "libnvidia-ml.so.1"
_POWER_INSTANT: Final = 186  # NVML_FI_DEV_POWER_INSTANT, which not every version of nvidia-ml-py names
_LABEL: Final = "NVIDIA GPU (NVML)"
_T = TypeVar("_T")


class _Device:
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

    def processes(self) -> frozenset[int]:
        """Return the PIDs that hold a compute context, as the driver lists them.

        Raises
        ------
        SourceError
            When the driver does not tell.
        """
        return self._ask(lambda: self._listed(self._handle))

    def parts(self) -> tuple[Part, ...]:
        """Return the GPU with the processes on it or, where it is divided, those instances that we may use.

        Raises
        ------
        SourceError
            When the driver does not tell.
        """
        return self._ask(self._parts)

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
            self._tells_activity = not _unsupported(nvml, error)
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
            self._tells_utilisation = not _unsupported(self._nvml, error)
            return None

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

    def _ask(self, question: Callable[[], _T]) -> _T:
        """Call NVML; after a failure find the device anew, as another NVML user may have shut the library down."""
        nvml = self._nvml
        try:
            if self._handle is None:
                nvml.nvmlInit()
                self._handle = nvml.nvmlDeviceGetHandleByUUID(self._uuid)
            return question()
        except nvml.NVMLError as error:
            if not _unsupported(nvml, error):
                self._handle = self._instances = None
            raise SourceError(f"{self.model} ({self.name}): {error}; it is tried again from time to time") from None


class EnergyCounter(_Device):
    """A GPU that counts its energy itself."""

    method: Method = "counter"
    _kind = "NVML energy counter"

    def __init__(self, nvml: ModuleType, board: Board, clock: Clock) -> None:
        super().__init__(nvml, board, clock)
        self._fill = PartialTick(TICK)
        self._last: tuple[int, int] | None = None
        self._base = 0.0  # our joules less the counter's
        self._points: list[tuple[int, float]] = []
        try:
            self._has_instant = not math.isnan(self._instant_watts())
        except nvml.NVMLError:
            self._has_instant = False

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When the driver does not answer, and once when the counter went back or forth farther than any GPU's
            power explains (a reset): it then starts from a new baseline and what was counted is kept.
        """
        began, at, count, watts = self._ask(self._counted)
        last, self._last = self._last, (began, count)
        if last is None or not 0 <= (count - last[1]) * 1e-3 <= LIMIT_WATTS * ((at - last[0]) * 1e-9 + TICK):
            self._fill = PartialTick(TICK)
            self._base = self._joules - self._fill.advance(at, count * 1e-3, watts)
            self._points = [(at, self._joules)]
            if last is not None:
                raise SourceError(f"{self.model} ({self.name}) was reset: the energy since the last reading is lost")
            return self._joules
        self._joules = self._base + self._fill.advance(at, count * 1e-3, watts)
        self._points = [*((time, self._base + joules) for time, joules in self._fill.revised()), (at, self._joules)]
        return self._joules

    def edge(self, at: int, *, opens: bool) -> None:
        """Take note that a window opened or closed at *at*, ns."""
        self._fill.edge(at, opens=opens)

    def points(self) -> list[tuple[int, float]]:
        """Return, once, times in ns with the joules then: of the last reading, and of earlier ones known better now."""
        points, self._points = self._points, []
        return points

    def _counted(self) -> tuple[int, int, int, float]:
        """Return when the counter was asked, when it was read, what it said, mJ, and the instant power, W."""
        watts = self._instant_watts() if self._has_instant else 0.0
        began = at = self._clock.boottime()
        count = int(self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle))
        done = self._clock.boottime()
        # A call returns late when another thread holds the interpreter's lock; the counter was read at once then.
        if done - began > _SLOW_CALL:
            at = done
        return began, at, count, watts if 0 <= watts <= LIMIT_WATTS else 0.0

    def _instant_watts(self) -> float:
        """Return the instant power, W; ``nan`` where the device has none."""
        (field,) = self._nvml.nvmlDeviceGetFieldValues(self._handle, [_POWER_INSTANT])
        if field.nvmlReturn == self._nvml.NVML_SUCCESS:
            return float(field.value.uiVal) * 1e-3
        error = self._nvml.NVMLError(field.nvmlReturn)
        if _unsupported(self._nvml, error):
            return math.nan
        raise error


class IntegratedPower(_Device):
    """A GPU that tells only its power. Those are older than Volta, whose reading is instant and not an average."""

    method: Method = "integrated"
    _kind = "NVML power, integrated"

    def __init__(self, nvml: ModuleType, board: Board, clock: Clock) -> None:
        super().__init__(nvml, board, clock)
        self._last: tuple[int, float] | None = None

    def read(self) -> float:
        """Return the joules used since the source's start, by the trapezoidal rule between readings.

        Raises
        ------
        SourceError
            When the driver does not answer. The time until the next reading is then missing, not guessed.
        """
        last, self._last = self._last, None
        milliwatts = self._ask(lambda: self._nvml.nvmlDeviceGetPowerUsage(self._handle))
        at, watts = self._clock.boottime(), milliwatts * 1e-3
        if watts > LIMIT_WATTS:
            raise SourceError(f"{self.model} ({self.name}) says that it draws {watts:.0f} W, which cannot be")
        if last is not None:
            self._joules += (last[1] + watts) / 2 * (at - last[0]) * 1e-9
        self._last = at, watts
        return self._joules


def detect(clock: Clock) -> Detected:
    """Find the NVIDIA GPUs that this process may use, by the driver and ``CUDA_VISIBLE_DEVICES``."""
    if sys.platform != "win32":  # there nvidia-ml-py knows where to look
        try:
            ctypes.CDLL(_LIBRARY)
        except OSError:
            return _none("no NVIDIA driver library on this machine")
    try:
        import pynvml as nvml
    except ImportError as error:
        return _none(f"nvidia-ml-py cannot be imported ({error}); `pip install nvidia-ml-py` mends it")
    try:
        nvml.nvmlInit()
        count = nvml.nvmlDeviceGetCount()
    except nvml.NVMLError as error:
        return _none(f"the NVIDIA driver does not start ({error}); `nvidia-smi` tells more")
    if not count:
        return _none("the NVIDIA driver shows no GPU here")
    boards: list[Board] = []
    absent: list[Absent] = []
    for index in range(count):
        try:
            boards.append(_board(nvml, index))
        except nvml.NVMLError as error:
            absent.append(Absent(f"nvml:{index}", "gpu", "counter", _LABEL, f"the driver cannot open it ({error})"))
    chosen = visible(boards, lambda uuid: _mig_parent(nvml, uuid))
    if boards and not chosen:
        return _none("CUDA_VISIBLE_DEVICES hides every GPU from this process")
    sources: list[Source] = []
    for board in chosen:
        found = _source(nvml, board, clock)
        if isinstance(found, Absent):
            absent.append(found)
        else:
            sources.append(found)
    return Detected(tuple(sources), tuple(absent))


def _source(nvml: ModuleType, board: Board, clock: Clock) -> EnergyCounter | IntegratedPower | Absent:
    """Return the best source of this GPU; one that fails for now is returned all the same, as it may come back."""
    for probe, make in (
        (nvml.nvmlDeviceGetTotalEnergyConsumption, EnergyCounter),
        (nvml.nvmlDeviceGetPowerUsage, IntegratedPower),
    ):
        try:
            probe(board.handle)
        except nvml.NVMLError as error:
            if _unsupported(nvml, error):
                continue
        source = make(nvml, board, clock)
        with contextlib.suppress(SourceError):
            source.read()
        return source
    reason = "the driver shows neither energy nor power of this GPU (typical of virtual GPUs)"
    return Absent(f"nvml:{board.index}", "gpu", "counter", f"{_LABEL}, {board.model}"[:120], reason)


def _board(nvml: ModuleType, index: int) -> Board:
    handle = nvml.nvmlDeviceGetHandleByIndex(index)
    return Board(index, _text(nvml.nvmlDeviceGetUUID(handle)), _text(nvml.nvmlDeviceGetName(handle)), handle)


def _mig_parent(nvml: ModuleType, uuid: str) -> str | None:
    """Return the UUID of the GPU of which a MIG device is a slice."""
    try:
        handle = nvml.nvmlDeviceGetDeviceHandleFromMigDeviceHandle(nvml.nvmlDeviceGetHandleByUUID(uuid))
        return _text(nvml.nvmlDeviceGetUUID(handle))
    except nvml.NVMLError:
        return None


def _unsupported(nvml: ModuleType, error: Exception) -> bool:
    return isinstance(error, (nvml.NVMLError_NotSupported, nvml.NVMLError_FunctionNotFound))


def _text(value: str | bytes) -> str:
    """Return what nvidia-ml-py 12 gives as text and 11 gave as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _none(reason: str) -> Detected:
    return Detected(absent=(Absent("nvml", "gpu", "counter", _LABEL, reason),))
