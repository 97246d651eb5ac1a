"""Finds NVIDIA GPUs through NVML.

nvidia-ml-py is imported only where the driver's library is found: on other machines it would cost 20 ms and 5 MB.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from types import ModuleType
from typing import Final

from ..clock import Clock
from .nvml_device import unsupported
from .nvml_energy import EnergyCounter, IntegratedPower
from .source import Absent, Detected, Source, SourceError
from .visible_gpus import Board, visible

_LIBRARY: Final = "libnvidia-ml.so.1"
_LABEL: Final = "NVIDIA GPU (NVML)"


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
            if unsupported(nvml, error):
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


def _text(value: str | bytes) -> str:
    """Return what nvidia-ml-py 12 gives as text and 11 gave as bytes."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _none(reason: str) -> Detected:
    return Detected(absent=(Absent("nvml", "gpu", "counter", _LABEL, reason),))
