"""PyTorch's settings that hold for a whole process, read at the end of a cell: some microseconds."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Any

from .model_facts import type_name


@dataclass(frozen=True, slots=True)
class TorchState:
    """The settings at one moment.

    Attributes
    ----------
    threads
        That one operation may use.
    default_dtype
        ``float32`` unless the user says otherwise.
    fp32_precision
        How matrices of float32 are multiplied on CUDA devices: ``tf32``, ``ieee`` or ``none``, PyTorch's own choice.
    gpu_build
        Whether this PyTorch can use GPUs at all.
    """

    threads: int
    default_dtype: str = "float32"
    fp32_precision: str = "none"
    gpu_build: bool = False


def torch_state() -> TorchState | None:
    """Return the settings, or ``None`` without PyTorch. To be called in the thread that runs cells: threads differ."""
    torch = sys.modules.get("torch")
    try:
        if torch is None:
            return None
        return TorchState(
            threads=int(torch.get_num_threads()),
            default_dtype=type_name(torch.get_default_dtype()),
            fp32_precision=_precision(torch),
            gpu_build=bool(torch.version.cuda or torch.version.hip),
        )
    except Exception:  # noqa: BLE001 - a version that is built in another way: nothing is known
        return None


def _precision(torch: Any) -> str:  # noqa: ANN401 - a library that we do not import
    # The older function raises once the user has set the newer attribute.
    found = getattr(torch.backends.cuda.matmul, "fp32_precision", None)
    if isinstance(found, str):
        return found
    return "none" if torch.get_float32_matmul_precision() == "highest" else "tf32"
