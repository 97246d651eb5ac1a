"""MIG: which instances of a divided NVIDIA GPU we may use, and how much of the GPU each one is.

No counter sees an instance: the driver tells the energy of the whole GPU only. An instance stands for its compute
slices, a share that is flagged: memory, and idle slices of the GPU, may draw otherwise.
https://docs.nvidia.com/datacenter/tesla/mig-user-guide/
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType
from typing import Final

_MOST_SLICES: Final = 7
"""Compute slices of every divisible GPU but the A30, for drivers that do not tell (MIG User Guide, profiles)."""

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
    """Return an instance's share of the GPU's compute slices, 0 … 1; a compute instance inside it counts alone."""
    attributes = nvml.nvmlDeviceGetAttributes(instance)
    slices = min(attributes.computeInstanceSliceCount, attributes.gpuInstanceSliceCount)
    whole = 0
    for profile in _WHOLE_PROFILES:
        try:
            whole = max(whole, nvml.nvmlDeviceGetGpuInstanceProfileInfo(gpu, profile, version=1).sliceCount)
        except nvml.NVMLError:
            continue
    return min(1.0, float(slices) / (whole or _MOST_SLICES))
