"""The page of a stretch of time: what ``jupyter green report --html`` writes, from the ledger."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ...energy import Energy
from ...grid import UnknownRegion, lookup
from .. import per_unit, quantities, wording
from .content import Amount, Content, Part, Point, Run, added

if TYPE_CHECKING:
    from ...ledger import Overview, Reader

Row = Mapping[str, Any]
_AS_KEPT = "The ledger does not keep which component was measured; by cell, day and kernel it does."


def of_ledger(ledger: Reader, begin: datetime) -> Content:
    """Return what there is to show of a ledger from a moment on.

    Raises
    ------
    LedgerError
        When it cannot be read.
    """
    from ..runs import of_labels, repeated  # not paid for by those who only load the extension

    since = begin.timestamp()
    inner = {row["boot"] for row in ledger.sessions(since) if row["inside"] is not None}
    rows = [row for row in ledger.since(since) if row["boot"] not in inner]
    overview = ledger.overview(since)
    runs = [_run(row) for row in rows]
    return Content(
        title=f"Since {begin:%Y-%m-%d %H:%M}",
        lead=_lead(overview),
        runs=runs,
        parts=list(_parts(overview)),
        cumulative=list(_cumulative(runs)),
        cumulative_note="Cells only, without the time between them.",
        days=_grouped((_local(run.started, begin).strftime("%Y-%m-%d"), run) for run in runs),
        kernels=_kernels(runs, begin),
        notes=[
            ("Electricity", list(_grids(rows))),
            ("Sources", [_AS_KEPT]),
            ("Not included", [wording.NOT_SEEN, wording.USE_PHASE]),
        ],
        experiments=repeated(of_labels(None, ledger, since)),
    )


def _lead(overview: Overview) -> str:
    kernels = [Amount("", _energy(row), _share(row["measured_joules"], row["joules"])) for row in overview.kernels]
    if not kernels:
        return "No cell was metered in this time."
    total = added("", kernels)
    cells = sum(row["cells"] for row in overview.kernels)
    grams = [row["grams"] for row in overview.kernels if row["grams"] is not None and not overview.mixed]
    between = [row["between_joules"] for row in overview.kernels if row["between_joules"] is not None]
    least = "at least " if overview.cut_short or any(row["unknown"] for row in overview.kernels) else ""
    text = (
        f"{wording.count(cells, 'cell')} in {wording.count(len(kernels), 'kernel')} used "
        f"{least}{quantities.energy_range(total.energy)} and emitted "
        f"{least if grams else ''}{quantities.mass(math.fsum(grams) if grams else None)}; "
        f"{quantities.share(total.measured_share)} measured, "
        f"{quantities.share(1 - total.measured_share)} modelled. "
    )
    if between:
        text += f"{quantities.energy(math.fsum(between))} of it went between cells. "
    if overview.mixed:
        text += f"{wording.mixed(overview.mixed)} "
    if overview.cut_short:
        text += "“At least”: of kernels that were metered before, too, only the cells are known."
    return text


def _run(row: Row) -> Run:
    number = f"[{' ' if row['execution_count'] is None else row['execution_count']}]"
    return Run(
        kernel=row["boot"],
        number=number,
        label=row["label"] or "",
        started=row["started"],
        duration=row["duration_s"],
        amount=Amount(number, _energy(row), _number(row["measured_share"])),
        grams=_number(row["grams"]),
        components={name: joules for name, joules in row["components"].items() if joules is not None},
        work=per_unit.of_row(row),
    )


def _parts(overview: Overview) -> Iterator[Part]:
    for name in wording.COMPONENTS:
        if name in overview.components:
            yield Part(name, Energy(_number(overview.components[name]), math.nan, math.nan), None, "")


def _cumulative(runs: list[Run]) -> Iterator[Point]:
    nothing = whole = Energy(0.0, 0.0, 0.0)
    known = [run for run in runs if run.amount.energy.known]
    begun = [(run.started, nothing) for run in known]  # flat up to there
    ended = [(run.started + run.duration, run.amount.energy) for run in known]
    for time, energy in sorted(begun + ended, key=lambda event: event[0]):
        whole = whole + energy
        yield Point(time, whole)


def _grouped(named: Iterable[tuple[str, Run]]) -> list[Amount]:
    groups: dict[str, list[Amount]] = {}
    for name, run in named:
        groups.setdefault(name, []).append(run.amount)
    return [added(name, amounts) for name, amounts in groups.items()]


def _kernels(runs: list[Run], begin: datetime) -> list[Amount]:
    names: dict[str, str] = {}
    for run in runs:
        names.setdefault(run.kernel, f"{_local(run.started, begin):%Y-%m-%d %H:%M} ({len(names) + 1})")
    return _grouped((names[run.kernel], run) for run in runs)


def _grids(rows: Sequence[Row]) -> Iterator[str]:
    grids = ((row["zone"], row["factor"], wording.pue(row["pue"], row["flags"])) for row in rows)
    for zone, factor, pue in dict.fromkeys(grids):
        yield f"{_grid(zone, factor)}, location-based; {pue}."


def _grid(zone: str, factor: float | None) -> str:
    """Name the source of a factor if it is still the table's; the ledger keeps the figure alone."""
    try:
        intensity = lookup(zone)
    except UnknownRegion:
        intensity = None
    if intensity is not None and factor is not None and math.isclose(intensity.value, factor, rel_tol=1e-6):
        return wording.grid(intensity)
    value = "unknown" if factor is None else f"{factor:.3g}"
    return f"{zone}, {value} g CO₂e/kWh, as recorded"


def _energy(row: Row) -> Energy:
    return Energy(*(_number(row[end]) for end in ("joules", "low", "high")))


def _share(part: float | None, whole: float | None) -> float:
    return part / whole if part is not None and whole else math.nan


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _local(unix: float, begin: datetime) -> datetime:
    return datetime.fromtimestamp(unix, begin.tzinfo)
