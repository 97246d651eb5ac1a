"""What the page shows, wherever it comes from: plain data, unescaped."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from ...energy import Energy
from .. import per_unit
from ..per_unit import Work

if TYPE_CHECKING:
    from ..runs import Experiment


@dataclass(frozen=True, slots=True)
class Amount:
    """Energy under a name, parted into what was measured and what was modelled; J, ``nan`` is unknown.

    Attributes
    ----------
    work
        What was done for it, where that is one thing.
    """

    name: str
    energy: Energy
    measured_share: float
    work: Work | None = None

    @property
    def measured(self) -> float:
        """J that counters measured; zero where nothing is known of it."""
        share = self.measured_share if math.isfinite(self.measured_share) else 0.0
        return self.energy.joules_or_zero * share

    @property
    def modelled(self) -> float:
        """J that are modelled, or whose origin is unknown."""
        return max(0.0, self.energy.joules_or_zero - self.measured)


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a cell.

    Attributes
    ----------
    kernel
        Tells the lives of kernels apart.
    number
        In its prompt, such as ``[24]``.
    label
        Its first line, or the user's; empty where labels are off.
    started, duration
        Unix time, s; s.
    grams
        gCO2e.
    components
        J by component.
    work
        What it did; ``None`` where that is not known.
    """

    kernel: str
    number: str
    label: str
    started: float
    duration: float
    amount: Amount
    grams: float
    components: Mapping[str, float]
    work: Work | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One component's sum: how it was obtained is ``None`` where that was not kept."""

    name: str
    energy: Energy
    how: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Point:
    """Energy from the beginning until a moment, Unix time, s."""

    time: float
    energy: Energy


@dataclass(frozen=True, slots=True)
class Content:
    """Everything on the page.

    Attributes
    ----------
    title, lead
        The heading, and the sentences with the totals.
    runs
        Cells in the order in which they began.
    parts
        Sums by component.
    cumulative, cumulative_note
        The sum over time, and what it holds.
    days, kernels
        Sums by day and by kernel, oldest first; empty for a single session.
    notes
        Headings and sentences: sources, grid, what is not included.
    experiments
        Labels of the user's that were run more than once.
    """

    title: str
    lead: str
    runs: Sequence[Run]
    parts: Sequence[Part]
    cumulative: Sequence[Point]
    cumulative_note: str
    days: Sequence[Amount]
    kernels: Sequence[Amount]
    notes: Sequence[tuple[str, Sequence[str]]]
    experiments: Sequence[Experiment] = ()


def by_cell(runs: Sequence[Run]) -> list[tuple[Amount, int, float]]:
    """Return the cells with their runs together, the largest first: energy, number of runs, time in s.

    Where there are several kernels, the day of the last run is part of a cell's name.
    """
    dated = len({run.kernel for run in runs}) > 1
    groups: dict[object, list[Run]] = {}
    for run in runs:
        groups.setdefault((run.kernel, run.label) if run.label else id(run), []).append(run)
    cells = []
    for group in groups.values():
        last = group[-1]
        times = f" ×{len(group)}" if len(group) > 1 else ""
        day = f"{datetime.fromtimestamp(last.started):%m-%d} " if dated else ""
        amount = added(f"{day}{last.number} {last.label}{times}", [run.amount for run in group])
        amount = replace(amount, work=per_unit.single(run.work for run in group))
        cells.append((amount, len(group), math.fsum(run.duration for run in group)))
    return sorted(cells, key=lambda cell: -cell[0].energy.joules_or_zero)


def added(name: str, amounts: Sequence[Amount]) -> Amount:
    """Add up what is known of several amounts. Errors are shared, so the ends of the ranges add up."""
    known = [amount for amount in amounts if amount.energy.known]
    if not known:
        return Amount(name, Energy(math.nan, math.nan, math.nan), math.nan)
    energy = Energy(*(math.fsum(getattr(a.energy, end) for a in known) for end in ("joules", "low", "high")))
    measured = math.fsum(amount.measured for amount in known)
    return Amount(name, energy, measured / energy.joules if energy.joules > 0 else math.nan)
