"""Whether a copy of the state fits into memory."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any, Final

import psutil

from ...power.cgroup import memory_limit
from .refusal import Refusal

MARGIN: Final = 1.3
"""Free memory over the copy's size: a step needs some of its own besides."""

_GB: Final = 1e9


class Room:
    """How much memory is free."""

    def host(self) -> float:
        """Return the bytes of the machine's memory that we may still take."""
        free, limit = psutil.virtual_memory().available, memory_limit()
        return free if limit is None else min(free, limit - psutil.Process().memory_info().rss)

    def device(self, name: str) -> float:
        """Return the bytes that are free on a device, such as ``cuda:0``; what PyTorch keeps for itself is free."""
        torch: Any = sys.modules["torch"]
        if name.startswith("cuda"):
            free, _ = torch.cuda.mem_get_info(name)
            return float(free + torch.cuda.memory_reserved(name) - torch.cuda.memory_allocated(name))
        return self.host()  # Apple's shares it; of others nothing is known


def refuse_or_place(sizes: Mapping[str, int], room: Room) -> frozenset[str]:
    """Return the devices whose state is to be copied to the machine's memory, as their own is too full.

    Raises
    ------
    Refusal
        When that is too full as well.
    """
    moved = frozenset(name for name, size in sizes.items() if name != "cpu" and room.device(name) < MARGIN * size)
    wanted = sum(size for name, size in sizes.items() if name == "cpu" or name in moved)
    if wanted and room.host() < MARGIN * wanted:
        raise Refusal(
            f"a copy of the state, {wanted / _GB:.2g} GB, does not fit into memory ({room.host() / _GB:.2g} GB are "
            f"free, {MARGIN:.1f} times the copy is needed): try it with a smaller model or fewer data"
        )
    return moved
