"""``jupyter green report``: what the ledger holds, as a table or as JSON."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..config import Green, load
from ..ledger import Reader, open_ledger
from ..ledger.kinds import mixture
from . import quantities, wording
from .history_total import Total
from .per_unit import by_unit, of_row
from .problem import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_SPAN = re.compile(r"(\d{1,4})([hdw])")
_HOURS = {"h": 1, "d": 24, "w": 168}
_BLOCKS = " ▏▎▍▌▋▊▉"
_BAR = 24
_MOST_CELLS = 5

Row = dict[str, Any]


def since(text: str, now: datetime) -> datetime:
    """Return the moment that *text* names: ``12h``, ``7d``, ``2w`` ago, or a date such as ``2026-11-01``.

    Raises
    ------
    Problem
        When it is neither.
    """
    span = _SPAN.fullmatch(text)
    try:
        if span:
            return now - timedelta(hours=int(span[1]) * _HOURS[span[2]])
        return datetime.fromisoformat(text).astimezone(now.tzinfo)
    except (ValueError, OverflowError):
        raise Problem(f"--since takes a span such as 12h, 7d, 2w or a date such as 2026-11-01, not {text!r}") from None


def configured_ledger(config: Green | None = None) -> Reader:
    """Return a reader of the ledger that kernels write under these settings, by default under the user's."""
    place = (load()[0] if config is None else config).ledger
    return open_ledger(Path(place).expanduser() if place and place != "none" else None)


@dataclass(frozen=True, slots=True)
class History:
    """Sessions and cells of a stretch of time, as the ledger returns them.

    Attributes
    ----------
    begin, end
        The stretch, in the time zone in which days are told apart.
    sessions
        Totals of the kernels that were metered in it, oldest first.
    cells
        The cells that were started in it.
    kinds
        Of which kinds the grid factors of each session are, by ``boot``.
    """

    begin: datetime
    end: datetime
    sessions: Sequence[Row]
    cells: Sequence[Row]
    kinds: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return everything, in J, g and s; what is unknown is ``None``."""
        total = self._total(self._outer)
        return {
            "since": self.begin.isoformat(timespec="seconds"),
            "until": self.end.isoformat(timespec="seconds"),
            "total": {
                "joules": _or_none(total.energy.joules),
                "low": _or_none(total.energy.low),
                "high": _or_none(total.energy.high),
                "measured_share": _or_none(total.measured_share),
                "grams": _or_none(total.grams),
                "mixed": list(total.mixed),
                "cells": total.cells,
                "sessions": len(self.sessions),
            },
            "work": [one.to_json() for one in by_unit(map(of_row, self._outer_cells))],
            "sessions": [_with_dates(row) for row in self.sessions],
            "cells": [_with_dates(row) for row in self.cells],
        }

    def _total(self, rows: Sequence[Row]) -> Total:
        return Total.of(rows, mixture(self.kinds.get(row["boot"], frozenset()) for row in rows))

    @property
    def _outer(self) -> list[Row]:
        """The sessions that no other one contains."""
        return [row for row in self.sessions if row.get("inside") is None]

    def text(self, *, bars: bool) -> str:
        """Return a table by day, or by session where all are of one day.

        Parameters
        ----------
        bars
            Whether to draw each line's energy as a bar.
        """
        return "\n".join(self._lines(bars))

    def _lines(self, bars: bool) -> Iterator[str]:
        stretch = f"since {self.begin:%Y-%m-%d %H:%M}"
        if not self.sessions:
            yield f"No cell was metered {stretch}."
            return
        total = self._total(self._outer)
        energy = f"{total.least}{quantities.energy_range(total.energy)}"
        emitted = f"{total.least_mass}{quantities.mass(total.grams)}"
        yield (
            f"{energy} and {emitted} {stretch}: "
            f"{wording.count(total.cells, 'cell')} in {wording.count(len(self._outer), 'session')}; "
            f"{quantities.share(total.measured_share)} measured."
        )
        if total.mixed:
            yield f"{wording.mixed(total.mixed)} Lines of one kind have theirs."
        inner = len(self.sessions) - len(self._outer)
        if inner:
            yield f"{wording.count(inner, 'session')} ran inside metered cells, and are part of these figures."
        yield ""
        yield from self._table(bars)
        yield from self._units()
        yield from self._dearest()

    def _table(self, bars: bool) -> Iterator[str]:
        title, groups = self._groups()
        totals = [(name, self._total(rows)) for name, rows in groups]
        largest = max((total.energy.joules_or_zero for _, total in totals), default=0.0)
        yield f"{title:<16} {'Energy':>10} {'CO₂e':>10} {'Measured':>9} {'Cells':>6}"
        for name, total in totals:
            bar = _bar(total.energy.joules_or_zero / largest) if bars and largest > 0 else ""
            yield (
                f"{name:<16} {quantities.energy(total.energy.joules):>10} {_mass(total.grams):>10} "
                f"{quantities.share(total.measured_share):>9} {total.cells:>6}  {bar}"
            ).rstrip()

    def _groups(self) -> tuple[str, list[tuple[str, list[Row]]]]:
        """Return what a line of the table is, and the sessions of each."""
        days: dict[str, list[Row]] = {}
        for row in self._outer:
            days.setdefault(f"{self._local(row):%Y-%m-%d}", []).append(row)
        if len(days) > 1:
            return "Day", list(days.items())
        return "Session", [(f"{self._local(row):%Y-%m-%d %H:%M}", [row]) for row in self._outer]

    @property
    def _outer_cells(self) -> list[Row]:
        """The cells that did not run inside another metered cell, whose figures contain theirs."""
        inner = {row["boot"] for row in self.sessions if row.get("inside") is not None}
        return [row for row in self.cells if row["boot"] not in inner]

    def _units(self) -> Iterator[str]:
        works = by_unit(map(of_row, self._outer_cells))
        if works:
            yield ""
            yield "Per unit of work, over the cells that did it"
            yield from (f"  {one.told()}" for one in works)

    def _dearest(self) -> Iterator[str]:
        known = [row for row in self.cells if row["joules"] is not None]
        dearest = sorted(known, key=lambda row: -row["joules"])[:_MOST_CELLS]
        if not dearest:
            return
        yield ""
        yield "Cells with the most energy"
        each = ["" if one is None else str(one) for one in map(of_row, dearest)]
        width = max(map(len, each))
        for row, per_unit in zip(dearest, each, strict=True):
            number = "" if row["execution_count"] is None else f"[{row['execution_count']}] "
            yield (
                f"{self._local(row):%Y-%m-%d %H:%M} {quantities.energy(row['joules']):>10} "
                f"{quantities.duration(row['duration_s']):>14}  {f'{per_unit:>{width}}  ' if width else ''}"
                f"{number}{row['label'] or ''}"
            ).rstrip()

    def _local(self, row: Row) -> datetime:
        return datetime.fromtimestamp(row["started"], self.end.tzinfo)


def _mass(grams: float) -> str:
    return quantities.mass(grams).removesuffix(" CO₂e")


def _bar(part: float) -> str:
    """Draw a part of one in eighths of a character."""
    whole, eighths = divmod(round(part * _BAR * 8), 8)
    return "█" * whole + _BLOCKS[eighths]


def _or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _with_dates(row: Row) -> Row:
    dates = {
        key: datetime.fromtimestamp(row[key], timezone.utc).isoformat(timespec="milliseconds")
        for key in ("started", "updated")
        if row.get(key) is not None
    }
    return {**row, **dates}
