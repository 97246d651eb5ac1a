"""The footnote's table as plain text, to be escaped by its setter: the cells with the most energy, and the rest."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import quantities, wording

if TYPE_CHECKING:
    from .footnote import Footnote, Row
    from .per_unit import Work

_COLUMNS = ("Cell", "Energy", "CO₂e", "Time", "Measured")
_PER_UNIT = "Per unit"
_WIDEST = 20


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table.

    Attributes
    ----------
    title
        The cell's number, or what the line is about.
    code
        A label, to be set as code.
    figures
        In the columns after the first.
    measured, modelled
        Lengths of its bar's two parts, as fractions of the longest bar.
    """

    title: str
    code: str | None
    figures: tuple[str, ...]
    measured: float
    modelled: float


def columns(footnote: Footnote) -> tuple[str, ...]:
    """Return the table's head; energy per unit of work is in it where a cell did any that is known."""
    return (*_COLUMNS, _PER_UNIT) if _counts(footnote) else _COLUMNS


def _counts(footnote: Footnote) -> bool:
    return any(row.work is not None for row in footnote.rows)


def lines(footnote: Footnote) -> list[Line]:
    """Return the table's lines below its head."""
    counts = _counts(footnote)
    others = footnote.others
    longest = max([row.joules for row in footnote.rows if not math.isnan(row.joules)], default=0.0)
    longest = max(longest, others.joules if others else 0.0)
    table = [_line(row, longest, counts=counts) for row in footnote.rows]
    if others is not None:
        cells = (
            f"{wording.count(others.cells, 'other cell')}, and between cells" if others.cells > 0 else "Between cells"
        )
        # The records do not say how long the session lasted before the first of them.
        time = f"> {quantities.duration(others.duration)}" if others.duration > 0 else quantities.UNKNOWN
        figures = (
            quantities.energy(others.joules, 3),
            _mass(others.grams),
            time,
            quantities.share(others.measured_share),
            *(["–"] if counts else []),
        )
        table.append(Line(cells, None, figures, *_bar(others.joules, others.measured_share, longest)))
    return table


def _line(row: Row, longest: float, *, counts: bool) -> Line:
    figures = (
        quantities.energy(row.joules, 3),
        _mass(row.grams),
        quantities.duration(row.duration),
        quantities.share(row.measured_share),
        *([_each(row.work)] if counts else []),
    )
    title = f"[{' ' if row.execution_count is None else row.execution_count}]"
    return Line(title, row.label, figures, *_bar(row.joules, row.measured_share, longest))


def _each(work: Work | None) -> str:
    """Return energy per unit; a long name is cut, as no line may end in it, and stands in the notes as it is."""
    text = "–" if work is None else str(work)
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _bar(joules: float, measured_share: float, longest: float) -> tuple[float, float]:
    """Return the measured and the modelled part; what is not known to be measured is drawn as modelled."""
    if not joules > 0 or not longest > 0:
        return 0.0, 0.0
    measured = 0.0 if math.isnan(measured_share) else measured_share
    return joules / longest * measured, joules / longest * (1 - measured)


def _mass(grams: float) -> str:
    return quantities.mass(grams).removesuffix(" CO₂e")  # the column's head says it
