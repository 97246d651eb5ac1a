"""One run of an experiment, whether this session still has it or only the ledger."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ...energy import MEASURED, Energy, Estimate

if TYPE_CHECKING:
    from ...record import Parameter, Record


@dataclass(frozen=True, slots=True)
class Part:
    """One component's energy of a run, and what tells its source from others.

    Attributes
    ----------
    estimate
        J, with both kinds of error.
    source
        Two parts with the same one share its error; empty where it is not known.
    modelled
        Whether it was reckoned, not measured.
    """

    estimate: Estimate
    source: str
    modelled: bool


@dataclass(frozen=True, slots=True)
class LabelledRun:
    """One run.

    Attributes
    ----------
    id
        Of its record.
    name
        The label, or ``[12]`` for a cell without one.
    status
        ``ok``, ``error``, ``interrupted`` or ``running``.
    started, duration
        Unix time, s; s.
    energy
        J, with its range.
    grams
        gCO2e; ``nan`` where not known.
    kinds
        Of the grid's factor: ``average``, ``lifecycle`` ….
    units, unit
        Work done, if known.
    parameters
        What it was run with; ``None`` where nobody looked.
    parts
        Energy by component; a component whose energy is unknown is absent.
    without
        Components that this run's machine does not have.
    """

    id: str
    name: str
    status: str
    started: float
    duration: float
    energy: Energy
    grams: float
    kinds: frozenset[str]
    units: float | None
    unit: str | None
    parameters: Mapping[str, Parameter] | None
    parts: Mapping[str, Part]
    without: frozenset[str]

    @property
    def joules_per_unit(self) -> float:
        """J per unit of work; ``nan`` where either is not known."""
        return self.energy.joules / self.units if self.units else math.nan


def of_record(record: Record, name: str) -> LabelledRun:
    """Return a run of this session."""
    footprint = record.footprint
    parts = {
        component: Part(
            part.estimate,
            _source(component, part.method, part.source, footprint.hardware),
            part.method not in MEASURED,
        )
        for component, part in footprint.components.items()
        if part.energy.known
    }
    return LabelledRun(
        id=record.id,
        name=name,
        status=footprint.status,
        started=footprint.started,
        duration=footprint.duration,
        energy=footprint.energy,
        grams=footprint.emissions.grams,
        kinds=frozenset({footprint.intensity.method, footprint.intensity.boundary}),
        units=footprint.units,
        unit=footprint.unit if footprint.units else None,
        parameters=record.run,
        parts=parts,
        without=_without(footprint.hardware),
    )


def of_row(row: Mapping[str, Any]) -> LabelledRun:
    """Return a run of the ledger's, see :meth:`jupyter_green.ledger.Reader.runs`."""
    details = row["details"] or {}
    work = details.get("work") or {}
    hardware = details.get("hardware") or {}
    energy = Energy(*(_number(row[end]) for end in ("joules", "low", "high")))
    parts = {}
    for component, (low, high, _, method, source) in details.get("parts", {}).items():
        joules = row["components"].get(component)
        if joules is not None:
            estimate = stated(Energy(joules, _number(low), _number(high)))
            parts[component] = Part(estimate, _source(component, method, source, hardware), method not in MEASURED)
    if not details and energy.known:  # a row of an older version has sums alone
        parts["cpu"] = Part(stated(energy), "", True)
    intensity = details.get("intensity") or {}
    return LabelledRun(
        id=row["id"],
        name=row["label"],
        status=row["status"],
        started=row["started"],
        duration=row["duration_s"],
        energy=energy,
        grams=_number(row["grams"]),
        kinds=frozenset(intensity[key] for key in ("method", "boundary") if key in intensity),
        units=work.get("amount"),
        unit=work.get("unit"),
        parameters=details.get("run"),
        parts=parts,
        without=_without(hardware),
    )


def stated(energy: Energy) -> Estimate:
    """Return the two errors that an energy's range is made of: the inverse of :attr:`Estimate.energy`.

    low · high = (E − q)(E + q), and high / low tells s. Where the low end is 0, q is at least E and is taken to be E.
    """
    joules, low, high = energy.joules, energy.low, energy.high
    if not (math.isfinite(low) and math.isfinite(high)) or joules <= 0:
        return Estimate(joules, high if math.isfinite(high) else 0.0)
    if low <= 0:
        return Estimate(joules, joules, max(0.0, math.log(high / (2 * joules))) if high > 0 else 0.0)
    quantisation = math.sqrt(max(0.0, joules * joules - low * high))
    return Estimate(joules, quantisation, max(0.0, math.log(high / (joules + quantisation))))


def _source(component: str, method: str, source: str, hardware: Mapping[str, object]) -> str:
    """Return what tells a source from others. A memory's is told by the processor beside it."""
    return json.dumps([method, source, hardware.get("gpu" if component == "gpu" else "cpu")])


def _without(hardware: Mapping[str, object]) -> frozenset[str]:
    return frozenset({"gpu"}) if hardware and not hardware.get("gpu") else frozenset()


def _number(value: float | None) -> float:
    return math.nan if value is None else value
