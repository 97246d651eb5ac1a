"""The footnote's words: plain text without markup, to be escaped by whoever sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..energy import MEASURED
from . import quantities, wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .footnote import Footnote, Row
    from .reading import Part

COLUMNS = ("Cell", "Energy", "CO₂e", "Time", "Measured")
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: *title*, *code* (a label, to be set as code) and the figures."""

    title: str
    code: str | None
    figures: tuple[str, str, str, str]


def lead(footnote: Footnote) -> str:
    """Return the sentence with the total."""
    if not footnote.energy.known:
        return "How much energy running this notebook used is not known.¹"
    energy = _least(quantities.energy_range(footnote.energy), footnote)
    mass = _least(quantities.mass_range(footnote.grams, footnote.low, footnote.high), footnote)
    return f"Running this notebook used {energy} and emitted {mass}.¹"


def _least(amount: str, footnote: Footnote) -> str:
    """Say that a total is a lower bound; "at least < 1 mWh" would say nothing."""
    return amount if amount.startswith("<") or not footnote.shortfalls else f"at least {amount}"


def lines(footnote: Footnote) -> list[Line]:
    """Return the table's lines below its head."""
    table = [_line(row) for row in footnote.rows]
    others = footnote.others
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
        )
        table.append(Line(cells, None, figures))
    return table


def _line(row: Row) -> Line:
    figures = (
        quantities.energy(row.joules, 3),
        _mass(row.grams),
        quantities.duration(row.duration),
        quantities.share(row.measured_share),
    )
    return Line(f"[{' ' if row.execution_count is None else row.execution_count}]", row.label, figures)


def _mass(grams: float) -> str:
    return quantities.mass(grams).removesuffix(" CO₂e")  # the column's head says it


def small_print(footnote: Footnote, version: str) -> str:
    """Return the note to the total: where the figures come from, what they cover and what they leave out."""
    grids = [f"{wording.grid(intensity)}, location-based; {wording.pue(pue)}" for intensity, pue in footnote.grids]
    first, last = footnote.first.date().isoformat(), footnote.last.date().isoformat()
    sentences = [
        f"{quantities.share(footnote.measured_share)} of the energy was measured.",
        f"{'; '.join(_component(name, parts) for name, parts in footnote.parts.items())}.",
        f"Hardware: {_named(footnote.gpus)}." if footnote.gpus else "",
        f"Grid: {_named(grids)}.",
        "The range covers sensor, model and annual-factor error, not the grid's hourly mix.",
        wording.NOT_SEEN,
        wording.USE_PHASE,
        f"“At least”: {'; '.join(footnote.shortfalls)}." if footnote.shortfalls else "",
        f"Figures as recorded in this notebook {f'on {last}' if first == last else f'from {first} to {last}'}; "
        f"footnote by jupyter-green {version}.",
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def _component(name: str, parts: tuple[Part, ...]) -> str:
    """Say how one component's energy was obtained: ``GPU measured (NVML energy counter)``."""
    measured = [part.method in MEASURED for part in parts]
    how = "measured" if all(measured) else "partly measured" if any(measured) else "modelled"
    return f"{wording.COMPONENTS[name]} {how} ({_named(part.source for part in parts)})"


def _named(things: Iterable[str]) -> str:
    named = list(dict.fromkeys(things))
    more = f" and {len(named) - _MOST_NAMED} more" if len(named) > _MOST_NAMED else ""
    return "; ".join(named[:_MOST_NAMED]) + more
