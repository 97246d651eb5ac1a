"""The page of a live session: what ``%carbon report`` shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...energy import MEASURED, Energy
from .. import advice, per_unit, remote, wording
from ..summary import summary
from .content import Amount, Content, Part, Point, Run

if TYPE_CHECKING:
    from ...metering_session import Session
    from ...record import Record
    from ..runs import Experiment


def of_session(session: Session) -> Content:
    """Return what there is to show of a session so far."""
    total = session.total
    records = session.cells
    runs = [_run(record) for record in records]
    footprint = total.footprint
    place = session.place
    suggested = session.advisory.suggestions()
    components = [(name, footprint.components[name]) for name in wording.COMPONENTS if name in footprint.components]
    return Content(
        title="This session",
        lead=summary(total, per_unit.by_unit(run.work for run in runs)),
        runs=runs,
        parts=[
            Part(name, part.energy, "measured" if part.method in MEASURED else "modelled", part.source)
            for name, part in components
        ],
        cumulative=[
            Point(footprint.started, Energy(0.0, 0.0, 0.0)),
            *(
                Point(record.footprint.started + record.footprint.duration, record.session.footprint.energy)
                for record in records
                if record.session.footprint.energy.known
            ),
        ],
        cumulative_note="Cells and the time between them.",
        days=(),
        kernels=(),
        notes=[
            *([("Suggestions", [advice.sentence(each) for each in suggested])] if suggested else []),
            ("Sources", list(_sources(session))),
            (
                "Electricity",
                [
                    f"{wording.grid(footprint.intensity)}, location-based; place: {place.found}.",
                    f"Counted: {wording.counted(footprint.intensity)}.",
                    f"{wording.pue(footprint.pue)}: {session.pue.because}.",
                ],
            ),
            *([("Hosted models, not included", remote.details(footprint.remote))] if footprint.remote else []),
            ("Not included", [wording.NOT_SEEN, wording.USE_PHASE]),
        ],
        experiments=_experiments(session) if any(record.run is not None for record in records) else (),
    )


def _experiments(session: Session) -> list[Experiment]:
    from ..runs import of_labels, repeated  # not paid for by those who only load the extension

    return repeated(of_labels(session))


def _run(record: Record) -> Run:
    footprint = record.footprint
    number = " " if record.execution_count is None else record.execution_count
    return Run(
        kernel=record.boot,
        number=f"[{number}]",
        label=footprint.label or "",
        started=footprint.started,
        duration=footprint.duration,
        amount=Amount(f"[{number}]", footprint.energy, footprint.measured_share),
        grams=footprint.emissions.grams,
        components={name: part.energy.joules_or_zero for name, part in footprint.components.items()},
        work=per_unit.of_footprint(footprint),
    )


def _sources(session: Session) -> Iterator[str]:
    hardware = session.hardware
    failing = session.meter.sampler.failing
    for source in hardware.sources:
        how = "measured" if source.method in MEASURED else "modelled"
        trouble = f"; not available now: {failing[source.name]}" if source.name in failing else ""
        yield f"{wording.COMPONENTS[source.component]}: {source.label}, {how}{trouble}."
    for absent in hardware.absent:
        yield f"{wording.COMPONENTS[absent.component]}: {absent.label} is not available: {absent.because.rstrip('.')}."
