"""In which order the arms run."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final, Literal

Arm = Literal["A", "B"]
ARMS: Final[tuple[Arm, Arm]] = ("A", "B")

BLOCKS: Final = 12
"""Blocks by default: enough for a 5 % effect in seven of ten trials; see tests/benchmarks/results/trial.md."""

MOST_EXTRA: Final = 0.5
"""Blocks that are repeated because something disturbed them, at most, as a share of those wanted."""

_ABBA: Final[tuple[Arm, ...]] = ("A", "B", "B", "A")
_BAAB: Final[tuple[Arm, ...]] = ("B", "A", "A", "B")


def blocks(chance: random.Random | None = None) -> Iterator[Sequence[Arm]]:
    """Yield the runs of one block after the other: ABBA and BAAB, one of each in two, drawn by chance which is first.

    What drifts evenly cancels within a block, and what a run leaves to the next one (heat, caches) over two of them.
    What comes and goes on the machine knows nothing of a drawn order. The numbers are our own: the user's generators
    are not touched.
    """
    chance = random.Random() if chance is None else chance
    while True:
        pair = [_ABBA, _BAAB]
        if chance.random() < 0.5:
            pair.reverse()
        yield from pair
