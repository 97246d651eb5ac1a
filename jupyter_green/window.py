"""A stretch of time that is metered, and how several of them lie in one slice."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from .accounts import Account
from .emissions import Intensity
from .footprint import Footprint, Status
from .power.source import Source
from .power.timeline import Timeline
from .spending import FLAGS, BudgetUse, Spending
from .work import COUNTS, Reading

_SECOND = 1_000_000_000


@dataclass(eq=False, slots=True)
class Window:
    """A stretch of time that is metered: a cell, or a block under ``measure``.

    Attributes
    ----------
    is_view
        A view is reported but never added to totals.
    opened, closed
        ns on the boot-time clock.
    units, unit
        Work done in it; a unit alone picks the counter.
    counted
        Whether its work is what the counters tell, and not (to be) stated.
    before
        The counters of work when it opened.
    doubts
        By how many J each source's counter may have been off when it opened, once that is past.
    footprint
        The settled footprint, once it is there.
    spending
        How its own budget is being spent, if it has one.
    """

    is_view: bool
    opened: int
    started: float
    label: str | None = None
    execution_count: int | None = None
    closed: int | None = None
    status: Status = "ok"
    units: float | None = None
    unit: str | None = None
    counted: bool = True
    before: Reading = field(default_factory=COUNTS.read)
    account: Account = field(default_factory=Account)
    doubts: dict[str, float] = field(default_factory=dict)
    footprint: Footprint | None = None
    spending: Spending | None = None

    def state_work(self, units: float | None, unit: str | None) -> None:
        """Take the user's word for the work; no *units*: it is not known, whatever was counted."""
        self.units, self.unit, self.counted = units, unit, False

    def take_work(self) -> None:
        """Note the work that was counted since it opened, unless it is stated."""
        if self.counted:
            self.state_work(*self._counted(COUNTS.read()))

    def _counted(self, reading: Reading) -> tuple[float | None, str | None]:
        """Return the work until a reading, and its unit."""
        done = reading.since(self.before)
        if self.unit is not None:
            return done.amount(self.unit), self.unit
        return done.work or (None, None)

    def remember(self, timeline: Timeline, start: int, end: int) -> None:
        """Keep what is known of its opening before the timeline forgets it, if it opened from *start* to *end*."""
        if start <= self.opened < end:
            self.doubts = {name: series.doubt(self.opened) for name, series in timeline.joules.items()}

    def charged(
        self,
        timeline: Timeline,
        sources: Sequence[Source],
        account: Account,
        end: int,
        place: tuple[Intensity, float],
    ) -> Footprint:
        """Return the footprint that an account makes.

        Parameters
        ----------
        account
            What it was charged until *end*, ns.
        place
            The carbon intensity that does not change with the hours, and the PUE.
        """
        quantisation = self.quantisation(timeline, sources, account, end)
        intensity, flags = account.factor.over(place[0])
        units, unit = self._counted(COUNTS.read()) if self.counted else (self.units, self.unit)
        charged = Footprint(
            components=account.components(sources, quantisation),
            machine=account.machine(sources, quantisation),
            duration=(end - self.opened) / _SECOND,
            started=self.started,
            intensity=intensity,
            pue=place[1],
            label=self.label,
            status=self.status,
            units=units,
            unit=unit,
            flags=(*account.flags, *flags),
        )
        return charged if self.spending is None else self._of_budget(charged, self.spending, end)

    def _of_budget(self, charged: Footprint, spending: Spending, end: int) -> Footprint:
        """Return a footprint with what became of the budget by *end*, ns."""
        spent = spending.budget.of(charged.energy.joules, charged.emissions.grams)
        use: BudgetUse = spending.use(end / _SECOND, spent)
        flags = (*charged.flags, FLAGS["cell"]) if use.is_spent else charged.flags
        return replace(charged, budget=use, flags=flags)

    def quantisation(
        self, timeline: Timeline, sources: Sequence[Source], account: Account, end: int
    ) -> dict[str, float]:
        """Return what the sources' refresh may hide at both edges, J of the machine, by source.

        Parameters
        ----------
        account
            What it was charged until *end*, ns.
        """
        hidden = {}
        seconds = max(1, end - self.opened) / _SECOND
        for source in sources:
            line = account.lines.get(source.name)
            if source.tick == 0 or line is None:
                continue
            series = timeline.joules[source.name]
            opening = self.doubts.get(source.name)
            edges = math.hypot(series.doubt(self.opened) if opening is None else opening, series.doubt(end))
            # A counter that is only read does not say; it may be a whole refresh behind.
            hidden[source.name] = edges or source.tick * max(series.rate(end), line.machine / seconds)
        return hidden


def pieces(windows: Iterable[Window], start: int, end: int) -> Iterator[tuple[int, int, list[Window]]]:
    """Cut a stretch of time, ns, where windows begin and end; yield each piece with the windows open in it."""
    begins: dict[int, list[Window]] = {}
    ends: dict[int, list[Window]] = {}
    for window in windows:
        closed = end if window.closed is None else min(window.closed, end)
        opened = max(window.opened, start)
        if opened < closed:
            begins.setdefault(opened, []).append(window)
            ends.setdefault(closed, []).append(window)
    inside: list[Window] = []
    for left, right in pairwise(sorted({start, end, *begins, *ends})):
        for window in ends.get(left, ()):
            inside.remove(window)
        inside.extend(begins.get(left, ()))
        yield left, right, inside
