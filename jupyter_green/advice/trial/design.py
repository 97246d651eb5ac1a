"""In which order the arms run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

Arm = Literal["A", "B"]
ARMS: Final[tuple[Arm, Arm]] = ("A", "B")

BLOCKS: Final = 12
"""Blocks by default: enough for a 5 % effect in seven of ten trials; see tests/benchmarks/results/trial.md."""

MOST_EXTRA: Final = 0.5
"""Blocks that are repeated because something disturbed them, at most, as a share of those wanted."""


def order(block: int) -> Sequence[Arm]:
    """Return the runs of a block: ABBA and BAAB in turn.

    What drifts evenly cancels within a block, and what a run leaves to the next one (heat, caches) over two of them.
    """
    return ("A", "B", "B", "A") if block % 2 == 0 else ("B", "A", "A", "B")
