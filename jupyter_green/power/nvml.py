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
from collections.abc import Callable
from types import ModuleType
from typing import Final, TypeVar

from ..clock import Clock
from ..footprint import Method
from .partial_tick import PartialTick
from .source import Absent, ComponentName, Detected, Scope, Source, SourceError
from .visible_gpus import Board, visible

SPREAD: Final = math.log(1.05)
"""Power readings are accurate to 5 % (NVML reference, nvmlDeviceGetPowerUsage; measured: arXiv 2312.02741)."""

TICK: Final = 0.1
"""s between two refreshes of counter and sensor at most: 20 to 100 ms, by device (arXiv 2312.02741)."""

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
        self.label = f"{self._kind}, {board.model}{board.note}"[:120]
        self._nvml = nvml
        self._uuid = board.uuid
        self._handle: object | None = board.handle
        self._clock = clock
        self._joules = 0.0

    def processes(self) -> frozenset[int]:
        """Return the PIDs that hold a compute context, as the driver lists them.

        Raises
        ------
        SourceError
            When the driver does not tell.
        """
        return frozenset(
            process.pid for process in self._ask(lambda: self._nvml.nvmlDeviceGetComputeRunningProcesses(self._handle))
        )

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
                self._handle = None
            raise SourceError(f"{self.model} ({self.name}): {error}; it is tried again from time to time") from None


class EnergyCounter(_Device):
    """A GPU that counts its energy itself."""

    method: Method = "counter"
    _kind = "NVML energy counter"

    def __init__(self, nvml: ModuleType, board: Board, clock: Clock) -> None:
        super().__init__(nvml, board, clock)
        self._count: int | None = None
        self._fill = PartialTick(TICK)
        try:
            self._has_instant = not math.isnan(self._instant_watts())
        except nvml.NVMLError:
            self._has_instant = False

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When the driver does not answer, and once when the counter went back (a reset of the GPU): it then starts
            from a new baseline and what was counted is kept.
        """
        count, watts = self._ask(self._counted)
        previous, self._count = self._count, count
        reset = previous is not None and count < previous
        if reset:
            self._fill = PartialTick(TICK)
        self._joules += self._fill.advance(self._clock.boottime(), count * 1e-3, watts)
        if reset:
            raise SourceError(f"{self.model} ({self.name}) was reset: the energy since the last reading is lost")
        return self._joules

    def _counted(self) -> tuple[int, float]:
        watts = self._instant_watts() if self._has_instant else 0.0
        return int(self._nvml.nvmlDeviceGetTotalEnergyConsumption(self._handle)), watts

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
