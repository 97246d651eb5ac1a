"""One record, checked: every value that is used is of the right type and a possible size.

Texts are reduced to one line of printable characters here; escaping is the business of whoever prints them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..emissions import Averaging, Basis, Boundary, Embodied, Emissions, Intensity, IntensityStatus
from ..energy import Energy, Method
from ..footprint import RemoteCalls, Status
from ..schema import FOOTPRINT
from . import checked
from .checked import BadValueError

_EXCESS = 1 + 1e-6
"""Sums of floats may put the end of a range this far on the wrong side of its middle."""
LABEL_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Part:
    """What a record says of one component."""

    joules: float
    method: Method
    source: str
    low: float = math.nan
    high: float = math.nan
    idle_joules: float = math.nan


@dataclass(frozen=True, slots=True)
class Work:
    """What was done, in a unit of the user's."""

    amount: float
    unit: str


@dataclass(frozen=True, slots=True)
class SessionReading:
    """What a record says of its kernel's life so far; J, g."""

    energy: Energy
    measured_share: float
    cells: int
    grams: float
    between_joules: float = math.nan


@dataclass(frozen=True, slots=True)
class Reading:
    """One checked record. ``nan`` is unknown; *started* is UTC, *duration* in s."""

    id: str
    boot: str
    execution_count: int | None
    label: str | None
    started: datetime
    duration: float
    energy: Energy
    measured_share: float
    components: Mapping[str, Part]
    emissions: Emissions
    gpus: tuple[str, ...]
    session: SessionReading
    remote: tuple[RemoteCalls, ...] = ()
    embodied: Embodied | None = None
    status: Status = "ok"
    cpu: str = ""
    work: Work | None = None
    flags: tuple[str, ...] = ()

    @property
    def ended(self) -> datetime:
        """When the cell ended."""
        return self.started + timedelta(seconds=self.duration)


def reading(data: object) -> Reading:
    """Return a published record.

    Raises
    ------
    BadValueError
        When it is none of a version known here, or a value cannot be.
    """
    if not isinstance(data, Mapping) or data.get("schema") != FOOTPRINT:
        raise BadValueError("not a footprint of a version known here")
    energy, session = checked.mapping(data, "energy"), checked.mapping(data, "session")
    label = checked.text(data, "label", 200, optional=True)
    return Reading(
        id=checked.text(data, "id", 64),
        boot=checked.text(data, "boot", 64),
        execution_count=checked.count(data, "execution_count", optional=True),
        label=(label[: LABEL_LENGTH - 1] + "…" if len(label) > LABEL_LENGTH else label) or None,
        started=checked.time(data, "started"),
        duration=checked.known(data, "duration_s", checked.MOST),
        energy=_energy(energy),
        measured_share=checked.number(energy, "measured_share", 1.0),
        components=_components(checked.mapping(data, "components")),
        emissions=_emissions(checked.mapping(data, "emissions")),
        gpus=_gpus(data.get("hardware")),
        remote=remote_calls(data.get("remote")),
        embodied=_embodied(checked.mapping(data, "embodied")) if data.get("embodied") is not None else None,
        session=SessionReading(
            energy=_energy(session),
            measured_share=checked.number(session, "measured_share", 1.0),
            cells=checked.count(session, "cells") or 0,
            grams=checked.number(session, "grams"),
            between_joules=checked.number(session, "between_joules"),
        ),
        status=checked.choice(data, "status", Status),
        cpu=_cpu(data.get("hardware")),
        work=_work(checked.mapping(data, "work")) if data.get("work") is not None else None,
        flags=_flags(data.get("flags")),
    )


def _energy(data: Mapping[str, Any]) -> Energy:
    return Energy(*_range(data, "joules"))


def _range(data: Mapping[str, Any], key: str) -> tuple[float, float, float]:
    value, low, high = checked.number(data, key), checked.number(data, "low"), checked.number(data, "high")
    if low > value * _EXCESS or value > high * _EXCESS:
        raise BadValueError(f"range of {key}")
    return value, low, high


def _components(data: Mapping[str, Any]) -> dict[str, Part]:
    parts = {}
    for name in ("gpu", "cpu", "ram"):
        if name in data:
            part = checked.mapping(data, name)
            energy = _energy(part)
            parts[name] = Part(
                energy.joules,
                checked.choice(part, "method", Method),
                checked.text(part, "source", 120),
                energy.low,
                energy.high,
                checked.number(part, "idle_joules"),
            )
    return parts


def _emissions(data: Mapping[str, Any]) -> Emissions:
    place = checked.mapping(data, "intensity")
    if place.get("unit") != "gCO2e/kWh":
        raise BadValueError("unit")
    pue = checked.known(data, "pue", 100)
    if pue < 1:
        raise BadValueError("pue")
    intensity = Intensity(
        value=checked.known(place, "value", 1e5),
        zone=checked.text(place, "zone", 32),
        name=checked.text(place, "name", 80, optional=True),
        year=checked.count(place, "year", optional=True),
        boundary=checked.choice(place, "boundary", Boundary),
        source=checked.text(place, "source", 120),
        status=checked.choice(place, "status", IntensityStatus),
        low=checked.number(place, "low", 1e5),
        high=checked.number(place, "high", 1e5),
        basis=checked.choice(place, "basis", Basis) if "basis" in place else "unknown",
        method=checked.choice(place, "method", Averaging) if "method" in place else "average",
    )
    return Emissions(*_range(data, "grams"), pue, intensity)


def remote_calls(calls: object) -> tuple[RemoteCalls, ...]:
    """Return a record's calls of hosted models; none where it has none.

    Raises
    ------
    BadValueError
        When a value cannot be.
    """
    if calls is None:
        return ()
    if not isinstance(calls, list) or not all(isinstance(one, Mapping) for one in calls):
        raise BadValueError("remote")
    return tuple(_calls(one) for one in calls[:16])


def _calls(data: Mapping[str, Any]) -> RemoteCalls:
    return RemoteCalls(
        provider=checked.text(data, "provider", 40),
        model=checked.text(data, "model", 120),
        calls=checked.count(data, "calls") or 0,
        output_tokens=checked.count(data, "output_tokens", optional=True),
        energy=_energy(data),
        grams=checked.number(data, "grams"),
        grams_low=checked.number(data, "grams_low"),
        grams_high=checked.number(data, "grams_high"),
        source=checked.text(data, "source", 120),
    )


def _embodied(data: Mapping[str, Any]) -> Embodied:
    return Embodied(*_range(data, "grams"), checked.text(data, "source", 200))


def _gpus(hardware: object) -> tuple[str, ...]:
    names = hardware.get("gpu") if isinstance(hardware, Mapping) else None
    if not isinstance(names, list):
        return ()
    return tuple(checked.text({"gpu": name}, "gpu", 120) for name in names[:64])


def _cpu(hardware: object) -> str:
    return checked.text(hardware, "cpu", 120, optional=True) if isinstance(hardware, Mapping) else ""


def _work(data: Mapping[str, Any]) -> Work:
    return Work(checked.known(data, "amount"), checked.text(data, "unit", 40))


def _flags(flags: object) -> tuple[str, ...]:
    if not isinstance(flags, list):
        return ()
    return tuple(checked.text({"flag": flag}, "flag", 64) for flag in flags[:32])
