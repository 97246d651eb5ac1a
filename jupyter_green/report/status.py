"""What ``%carbon status`` and ``jupyter green status`` say: where every figure comes from, and what no source sees."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..emissions import Intensity
from ..energy import MEASURED, Method
from . import quantities, wording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..power.source import ComponentName

_WIDTH = 110
_NOTE_INDENT = " " * 22
_LEGEND = (
    "(measured: read from a counter or sensor in the hardware; modelled: estimated from its type and how busy it is; "
    "×/÷ 2: the truth may be half as much or twice as much)"
)
_NOTHING_BETTER = "Nothing to do: everything seen here is measured or as good as it gets."


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source of energy figures, in use or not.

    Attributes
    ----------
    component, name, label, method
        As of the :class:`~jupyter_green.power.source.Source`.
    spread
        Natural logarithm of the factor by which it may be off; ``None`` for an absent source.
    unavailable_because
        ``None`` when the source is in use.
    remarks
        What a reader of its figures should know, a part of a sentence each.
    """

    component: ComponentName
    name: str
    label: str
    method: Method
    spread: float | None = None
    unavailable_because: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusReport:
    """The state of the meter, as plain data.

    Attributes
    ----------
    version
        Of jupyter-green.
    metering
        Whether cells are metered now; ``None`` where there is no kernel (the command line).
    sources
        Every source looked for.
    intensity, place_from
        The grid in force and how it was found, such as ``time zone Europe/Paris``.
    pue, pue_from
        Power usage effectiveness in force, and how it is known or what was assumed.
    service
        How the live service does, a sentence; ``None`` where none is configured.
    ledger, ledger_trouble
        Where the ledger is (``None``: there is none), and what is wrong with it (``None``: nothing).
    cells, overhead
        Cells metered so far, and the time that metering added to them, s; ``None`` where there is no kernel.
    cross_checks
        What else the machine measures of itself, a sentence or two each.
    remote
        How it stands with calls of hosted models, a sentence or two.
    better
        What to do next for better figures on this machine, a sentence or two each.
    work
        In which libraries work is counted, and in which it cannot be, a line each; empty where there is no kernel.
    budgets
        How it stands with the budgets of the session and of the day, a sentence each.
    forecast
        What the cell that runs, or the last one, is or was going to need; ``None`` before any ran for long.
    notes
        Further sentences, such as a source that has been failing for a while.
    """

    version: str
    metering: bool | None
    sources: tuple[SourceStatus, ...]
    intensity: Intensity
    place_from: str
    pue: float
    ledger: str | None
    ledger_trouble: str | None = None
    cells: int = 0
    overhead: float | None = None
    cross_checks: tuple[str, ...] = ()
    remote: str | None = None
    better: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    pue_from: str = "as configured"
    service: str | None = None
    forecast: str | None = None
    work: tuple[str, ...] = ()
    budgets: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def _lines(report: StatusReport) -> Iterator[str]:
    state = {True: ", metering is on", False: ", metering is off (%carbon on starts it)", None: ""}[report.metering]
    yield f"jupyter-green {report.version}{state}"
    yield ""
    yield "Energy"
    for component, title in wording.COMPONENTS.items():
        yield from _component(title, [source for source in report.sources if source.component == component])
    yield from _wrapped(_LEGEND, "  ")
    yield ""
    if report.cross_checks:
        yield "Cross-check"
        for sentence in report.cross_checks:
            yield from _wrapped(sentence, "  ")
        yield ""
    yield "Electricity"
    off = f", range {report.intensity.low:.0f} – {report.intensity.high:.0f}"
    yield from _wrapped(f"{wording.grid(report.intensity)}{off}; place: {report.place_from}", "  ")
    if report.intensity.boundary != "unknown":
        yield from _wrapped(f"counted: {wording.counted(report.intensity)}", "  ")
    if report.service is not None:
        yield from _wrapped(f"live service: {report.service}.", "  ")
    added = f"{report.pue - 1:.2g} W for each watt of the computer" if report.pue > 1 else "nothing"
    building = f"cooling and the rest of the building add {added}"
    yield from _wrapped(f"{wording.pue(report.pue)}, {report.pue_from}: {building}", "  ")
    yield ""
    if report.remote is not None:
        yield "Hosted models"
        yield from _wrapped(report.remote, "  ")
        yield ""
    yield "Ledger"
    yield from _wrapped(_ledger(report), "  ")
    if report.overhead is not None:
        yield ""
        yield "Overhead"
        each = f", {quantities.duration(report.overhead / report.cells)} a cell" if report.cells else ""
        yield f"  {quantities.duration(report.overhead)} in {wording.count(report.cells, 'cell')}{each}"
    yield ""
    if report.work:
        yield "Work"
        for line in report.work:
            yield f"  {textwrap.shorten(line, _WIDTH - 2, placeholder=' …')}"
        yield ""
    if report.forecast is not None:
        yield "Forecast"
        yield from _wrapped(report.forecast, "  ")
        yield ""
    if report.budgets:
        yield "Budget"
        for sentence in report.budgets:
            yield from _wrapped(f"{sentence[0].upper()}{sentence[1:]}", "  ")
        yield ""
    yield "Not included"
    yield from _wrapped(f"{wording.NOT_SEEN} {wording.USE_PHASE}", "  ")
    yield ""
    yield "For better figures"
    for sentence in report.better or (_NOTHING_BETTER,):
        yield from _wrapped(sentence, "  – " if report.better else "  ")
    for note in report.notes:
        yield ""
        yield from _wrapped(f"Note: {note}", "")


def _component(title: str, sources: list[SourceStatus]) -> Iterator[str]:
    if not sources:
        yield f"  {title:<8}unknown     no source could tell"
    for source in sorted(sources, key=lambda source: source.unavailable_because is not None):
        if source.unavailable_because is None:
            how = "measured" if source.method in MEASURED else "modelled"
            off = "" if source.spread is None else f"  {quantities.factor(source.spread)}"
            yield f"  {title:<8}{how:<12}{source.label}{off}"
            for remark in source.remarks:
                yield from _wrapped(remark, _NOTE_INDENT)
        else:
            yield from _wrapped(f"{source.label}: {source.unavailable_because}", f"  {title:<8}{'absent':<12}")


def _ledger(report: StatusReport) -> str:
    if report.ledger is None:
        return report.ledger_trouble or "none: footprints are kept in the notebook only"
    return f"{report.ledger}: {report.ledger_trouble or 'writable'}"


def _wrapped(text: str, first: str) -> list[str]:
    rest = _NOTE_INDENT if len(first) == len(_NOTE_INDENT) else first
    return textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=" " * len(rest)) or [first]
