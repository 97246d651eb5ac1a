"""What every format is made of: checked records, their totals, and what the user states beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .task import Task

if TYPE_CHECKING:
    from datetime import datetime

    from ..footnote import Footnote
    from ..reading import Reading


_UNSTATED = Task()


@dataclass(frozen=True)
class Bundle:
    """Records of a notebook, of a session or of a stretch of the ledger.

    Attributes
    ----------
    footnote
        Totals, by the footnote's rule, and where the figures come from.
    records
        Oldest first, each once.
    unit, units
        What the work is counted in, and how much of it was done, as stated by the user.
    embodied_grams
        What making the hardware emitted, as stated by the user, gCO2e; never part of a total.
    offset
        What the user states of offsets; never subtracted.
    created
        When the export is made.
    published
        The records as they were published, in the same order.
    task
        What the user states of the task that was computed.
    """

    footnote: Footnote
    records: tuple[Reading, ...]
    unit: str | None
    units: float | None
    embodied_grams: float | None
    offset: str | None
    created: datetime
    published: tuple[dict[str, Any], ...]
    task: Task = _UNSTATED


Format = Callable[[Bundle], str]
"""Renders a bundle, or raises ``Problem`` with one line when it must refuse."""

Merge = Callable[[str, Bundle], str]
"""Adds a bundle to the text of a file that has more in it than ours; raises ``Problem`` likewise."""
