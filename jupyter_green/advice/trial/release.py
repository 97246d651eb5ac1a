"""Gives back memory after an arm has run out of it."""

from __future__ import annotations

import gc
import sys
from typing import Any


def release_memory() -> None:
    """Collect what the failed run left, and have PyTorch give back what it keeps for itself."""
    gc.collect()
    torch: Any = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
