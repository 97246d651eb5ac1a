"""The published form of a footprint: what stands in the notebook, the ledger and the feed.

Holds no host name, user name or path. Numbers that are unknown become ``null``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from .emissions import Embodied, Emissions, Intensity
from .energy import Energy
from .footprint import Component, Footprint, RemoteCalls
from .schema import FOOTPRINT
from .spending import BudgetUse

Json = dict[str, Any]
Parameter = int | float | str  # bool, too


@dataclass(frozen=True, slots=True)
class SessionTotal:
    """Everything a kernel used so far: all cells, the unrecorded ones too, and the time between cells.

    Attributes
    ----------
    footprint
        The sum.
    cells
        Metered executions so far.
    between_joules
        Part of the joules used while no cell ran, J.
    between_gpu_joules
        Part of that which GPUs used, J.
    devices
        Joules by GPU.
    """

    footprint: Footprint
    cells: int
    between_joules: float
    between_gpu_joules: float = 0.0
    devices: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """One metered cell, as published.

    Attributes
    ----------
    id, boot
        Identity of the record and of the kernel's life.
    execution_count
        The number in the cell's prompt.
    recorded
        Whether the record was published into the document.
    run
        What a cell with a label of the user's was run with; ``None`` for any other cell. For the session and the local
        ledger alone: no part of what is published.
    """

    id: str
    boot: str
    execution_count: int | None
    footprint: Footprint
    session: SessionTotal
    recorded: bool = False
    run: Mapping[str, Parameter] | None = None

    def with_footprint(self, footprint: Footprint, session: SessionTotal) -> Record:
        """Return this record with settled figures."""
        return replace(self, footprint=footprint, session=session)

    def to_json(self) -> Json:
        """Return the record as in ``schema/footprint.v1.json``."""
        footprint = self.footprint
        machine = footprint.machine_energy
        return {
            "schema": FOOTPRINT,
            "id": self.id,
            "boot": self.boot,
            "execution_count": self.execution_count,
            "label": footprint.label,
            "status": footprint.status,
            "started": timestamp(footprint.started),
            "duration_s": footprint.duration,
            "energy": energy_json(footprint.energy, footprint.measured_share),
            "components": {name: component_json(part) for name, part in footprint.components.items()},
            "machine_energy": {
                **_range_json(machine),
                "components": {name: number(part.joules) for name, part in footprint.machine.items()},
            },
            "emissions": emissions_json(footprint.emissions),
            "work": work_json(footprint),
            **({"budget": budget_json(footprint.budget)} if footprint.budget else {}),
            **({"remote": [remote_json(calls) for calls in footprint.remote[:16]]} if footprint.remote else {}),
            **({"embodied": embodied_json(footprint.embodied)} if footprint.embodied else {}),
            "hardware": dict(footprint.hardware),
            "settled": footprint.settled,
            "flags": list(footprint.flags),
            "session": session_json(self.session),
        }


def number(value: float | None) -> float | None:
    """Return *value* for JSON: ``None`` where it is unknown or not finite."""
    return None if value is None or not math.isfinite(value) else value


def timestamp(unix: float) -> str:
    """Return a Unix time in s as UTC, ISO 8601, to the millisecond."""
    return datetime.fromtimestamp(unix, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _range_json(energy: Energy) -> Json:
    return {"joules": number(energy.joules), "low": number(energy.low), "high": number(energy.high)}


def energy_json(energy: Energy, measured_share: float) -> Json:
    """Return the schema's ``Energy``."""
    return {**_range_json(energy), "measured_share": number(measured_share)}


def component_json(component: Component) -> Json:
    """Return the schema's ``ComponentEnergy``."""
    return {
        **_range_json(component.energy),
        "idle_joules": number(component.idle_joules),
        "method": component.method,
        "source": component.source,
    }


def emissions_json(emitted: Emissions) -> Json:
    """Return the schema's ``Emissions``."""
    return {
        "grams": number(emitted.grams),
        "low": number(emitted.low),
        "high": number(emitted.high),
        "pue": emitted.pue,
        "intensity": intensity_json(emitted.intensity),
    }


def intensity_json(intensity: Intensity) -> Json:
    """Return the schema's ``Intensity``."""
    return {
        "value": intensity.value,
        "unit": "gCO2e/kWh",
        "zone": intensity.zone,
        "name": intensity.name,
        "year": intensity.year,
        "boundary": intensity.boundary,
        "basis": intensity.basis,
        "method": intensity.method,
        "low": number(intensity.low),
        "high": number(intensity.high),
        "source": intensity.source,
        "status": intensity.status,
    }


def remote_json(calls: RemoteCalls) -> Json:
    """Return the schema's ``RemoteCalls``."""
    return {
        "provider": calls.provider[:40],
        "model": calls.model[:120],
        "calls": calls.calls,
        "output_tokens": calls.output_tokens,
        **_range_json(calls.energy),
        "grams": number(calls.grams),
        "grams_low": number(calls.grams_low),
        "grams_high": number(calls.grams_high),
        "source": calls.source,
    }


def work_json(footprint: Footprint) -> Json | None:
    """Return the schema's ``Work``; ``None`` where it is not known."""
    return None if footprint.units is None else {"amount": footprint.units, "unit": footprint.unit or "unit"}


def budget_json(use: BudgetUse) -> Json:
    """Return the schema's ``BudgetUse``."""
    return {
        "limit": use.budget.amount,
        "unit": use.budget.unit,
        "spent": number(use.spent),
        "interruptions": use.interruptions,
        "late_s": number(use.late),
    }


def embodied_json(embodied: Embodied) -> Json:
    """Return the schema's ``Embodied``."""
    return {
        "grams": number(embodied.grams),
        "low": number(embodied.low),
        "high": number(embodied.high),
        "source": embodied.source,
    }


def session_json(session: SessionTotal) -> Json:
    """Return the schema's ``SessionTotal``."""
    footprint = session.footprint
    return {
        **energy_json(footprint.energy, footprint.measured_share),
        "cells": session.cells,
        "between_joules": number(session.between_joules),
        "grams": number(footprint.emissions.grams),
    }
