"""What the records' cells ran on: names and numbers, as far as records tell."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .bundle import Bundle


def gpus(bundle: Bundle) -> dict[str, int]:
    """Return how many GPUs of each product one kernel saw, the most of any; none where no GPU used energy."""
    most: Counter[str] = Counter()
    for record in bundle.records:
        if "gpu" in record.components:
            most |= Counter(record.gpus)
    return dict(most)


def cpus(bundle: Bundle) -> tuple[str, ...]:
    """Return the products' names, each once."""
    return tuple(dict.fromkeys(record.cpu for record in bundle.records if record.cpu))


def described(bundle: Bundle) -> str:
    """Return all of it in a phrase: ``2 x NVIDIA H200, AMD EPYC 9654``; empty where records do not tell."""
    return ", ".join([*(f"{number} x {name}" for name, number in gpus(bundle).items()), *cpus(bundle)])
