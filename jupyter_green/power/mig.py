"""MIG: which instances of a divided NVIDIA GPU we may use, and how much of the GPU each one is.

No counter sees an instance: the driver tells the energy of the whole GPU only. An instance stands for its compute
slices, a share that is flagged: memory, and idle slices of the GPU, may draw otherwise.
https://docs.nvidia.com/datacenter/tesla/mig-user-guide/
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from types import ModuleType
from typing import Final

_WHOLE_PROFILES: Final = (3, 4, 5, 6)  # NVML_GPU_INSTANCE_PROFILE_{4,7,8,6}_SLICE: the largest is the whole GPU


def instances(nvml: ModuleType, gpu: object, named: Sequence[str]) -> list[object]:
    """Return handles of the instances called *named*, or of all that we are shown; none of an undivided GPU.

    Raises
    ------
    NVMLError
        When the driver does not answer.
    """
    if named:
        return [nvml.nvmlDeviceGetHandleByUUID(name) for name in named]
    try:
        if nvml.nvmlDeviceGetMigMode(gpu)[0] != nvml.NVML_DEVICE_MIG_ENABLE:
            return []
        most = nvml.nvmlDeviceGetMaxMigDeviceCount(gpu)
    except (nvml.NVMLError_NotSupported, nvml.NVMLError_FunctionNotFound):
        return []
    found: list[object] = []
    for index in range(most):
        try:
            found.append(nvml.nvmlDeviceGetMigDeviceHandleByIndex(gpu, index))
        except nvml.NVMLError_NotFound:
            continue
    return found


def compute_slices(nvml: ModuleType, gpu: object, instance: object) -> float:
    """Return an instance's share of the GPU's compute slices, 0 … 1; a compute instance inside it counts alone.

    Raises
    ------
    NVMLError
        When the driver does not tell.
    """
    attributes = nvml.nvmlDeviceGetAttributes(instance)
    slices = min(attributes.computeInstanceSliceCount, attributes.gpuInstanceSliceCount)
    return min(1.0, float(slices) / _all_slices(nvml, gpu))


def _all_slices(nvml: ModuleType, gpu: object) -> int:
    """Return the compute slices of the whole GPU: those of its largest profile, else the most instances it can have.

    The smallest instance is one slice (MIG User Guide, supported profiles): 7 on most divisible GPUs, 4 on an A30.
    """
    whole = 0
    for profile in _WHOLE_PROFILES:
        with contextlib.suppress(nvml.NVMLError):
            whole = max(whole, nvml.nvmlDeviceGetGpuInstanceProfileInfo(gpu, profile, version=1).sliceCount)
    whole = whole or nvml.nvmlDeviceGetMaxMigDeviceCount(gpu)
    if not whole:
        raise nvml.NVMLError(nvml.NVML_ERROR_NOT_SUPPORTED)
    return int(whole)
