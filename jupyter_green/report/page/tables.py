"""The page's tables: what each chart shows, as text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from .. import quantities, wording
from ..per_unit import by_unit

if TYPE_CHECKING:
    from ..per_unit import Work
    from ..runs import Experiment
    from .content import Amount, Content, Run

_MOST_ROWS = 100


def sums(head: str, amounts: Sequence[Amount]) -> str:
    """Return a table of sums, with what a unit of work cost where that is known."""
    shown, which = (amounts[:_MOST_ROWS], "the largest") if head == "Cell" else (amounts[-_MOST_ROWS:], "the latest")
    rows = [
        (
            amount.name,
            _energy(amount),
            _range(amount),
            quantities.energy(amount.measured, 3),
            quantities.energy(amount.modelled, 3),
            quantities.share(amount.measured_share),
        )
        for amount in shown
    ]
    columns = (head, "Energy", "Range", "Measured", "Modelled", "Measured share")
    return _table(*_with_work(columns, rows, [amount.work for amount in shown]), len(amounts), which)


def _with_work(
    head: Sequence[str], rows: Sequence[tuple[str, ...]], works: Sequence[Work | None]
) -> tuple[Sequence[str], Sequence[tuple[str, ...]]]:
    """Add the column that tells energy per unit of work, where any row has some."""
    if not any(works):
        return head, rows
    texts = (str(one or "–") for one in works)
    return (*head, "Per unit"), [(*row, text) for row, text in zip(rows, texts, strict=True)]


def units(of: Sequence[Run]) -> str:
    """Return the sums by unit of work; empty where no run did any that is known."""
    works = by_unit(run.work for run in of)
    if not works:
        return ""
    rows = [
        (
            one.unit,
            quantities.energy_per_unit_range(one.each, one.unit),
            quantities.amount(one.amount),
            quantities.energy_range(one.energy),
            f"{one.cells:,}",
        )
        for one in works
    ]
    table = _table(
        ("Unit", "Energy per unit", "Done", "Energy of these cells", "Cells"), rows, len(rows), "the largest"
    )
    words = "Each unit by itself, over the cells that did work in it: no two units are added, and no other cell counts."
    return f'<section aria-label="By unit of work"><h2>By unit of work</h2><p>{words}</p>{table}</section>'


def runs(of: Sequence[Run]) -> str:
    """Return the table of all executions."""
    rows = [
        (f"{run.number} {run.label}", f"{datetime.fromtimestamp(run.started):%Y-%m-%d %H:%M:%S}",
         quantities.duration(run.duration), _energy(run.amount), quantities.mass(run.grams),
         quantities.share(run.amount.measured_share))
        for run in of[-_MOST_ROWS:]
    ]  # fmt: skip
    columns = ("Cell", "Began", "Time", "Energy", "Emissions", "Measured")
    return _table(*_with_work(columns, rows, [run.work for run in of[-_MOST_ROWS:]]), len(of), "the latest")


def parts(content: Content) -> str:
    """Return the table of the components."""
    rows = [
        (
            wording.COMPONENTS[part.name],
            quantities.energy_range(part.energy),
            part.how or "not kept",
            part.source or "–",
        )
        for part in content.parts
    ]
    return _table(("Component", "Energy", "How", "Source"), rows, len(rows), "the largest")


def points(content: Content) -> str:
    """Return the table of the sum over time."""
    shown = content.cumulative[-_MOST_ROWS:]
    rows = [
        (f"{datetime.fromtimestamp(point.time):%Y-%m-%d %H:%M:%S}", quantities.energy_range(point.energy))
        for point in shown
    ]
    return _table(("Until", "Energy so far"), rows, len(content.cumulative), "the latest")


def experiments(of: Sequence[Experiment]) -> str:
    """Return the runs of each label: the sum in words, the single runs as a table."""
    if not of:
        return ""
    parts = [
        f"<h3>{escape(one.label)}</h3><p>{escape(one.summary)}</p>"
        f"<div>{_table(one.head, one.rows, len(one.rows), 'the latest')}</div>"
        f"{''.join(f'<p>{escape(note)}</p>' for note in one.notes)}"
        for one in of
    ]
    return f'<section class="runs"><h2>Runs</h2>{"".join(parts)}</section>'


def _energy(amount: Amount) -> str:
    return quantities.energy(amount.energy.joules, 3)


def _range(amount: Amount) -> str:
    return f"{quantities.energy(amount.energy.low)} – {quantities.energy(amount.energy.high)}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]], whole: int, which: str) -> str:
    columns = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(text)}</td>" for text in rest)}</tr>'
        for first, *rest in rows
    )
    cut = f"<p>{which.capitalize()} {_MOST_ROWS} of {whole:,}.</p>" if whole > _MOST_ROWS else ""
    return f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>{cut}"
