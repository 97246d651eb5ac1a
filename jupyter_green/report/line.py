"""One cell's footprint in one line of text: what a frontend without our renderer shows below the cell."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from ..energy import Energy
from ..footprint import Footprint, RemoteCalls
from . import quantities, remote
from .reading import remote_calls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

COMPONENTS = {"gpu": "GPU", "cpu": "CPU", "ram": "RAM"}


def line(footprint: Footprint) -> str:
    """Return a footprint in one line.

    Examples
    --------
    ``⚡ 6.20 Wh (5.5 – 7.0) · 0.36 g CO₂e · 1 min 44 s · 0.42 J/sample · GPU 84 % CPU 12 % RAM 4 % · 84 % measured``
    """
    return _joined(
        energy=footprint.energy,
        grams=footprint.emissions.grams,
        seconds=footprint.duration,
        units=footprint.units,
        unit=footprint.unit or "unit",
        components={name: part.energy.joules for name, part in footprint.components.items()},
        measured_share=footprint.measured_share,
        calls=footprint.remote,
    )


def record_line(record: Mapping[str, Any]) -> str:
    """Return the same line for a record of our own, as in ``schema/footprint.v1.json``.

    A record out of somebody's notebook goes through :mod:`jupyter_green.report.records` first.
    """
    work = record.get("work") or {}
    return _joined(
        energy=Energy(*(_number(record["energy"][key]) for key in ("joules", "low", "high"))),
        grams=_number(record["emissions"]["grams"]),
        seconds=record["duration_s"],
        units=work.get("amount"),
        unit=work.get("unit", "unit"),
        components={name: _number(part["joules"]) for name, part in record["components"].items()},
        measured_share=_number(record["energy"]["measured_share"]),
        calls=remote_calls(record.get("remote")),
    )


def _number(value: float | None) -> float:
    return math.nan if value is None else value


def _joined(
    *,
    energy: Energy,
    grams: float,
    seconds: float,
    units: float | None,
    unit: str,
    components: Mapping[str, float],
    measured_share: float,
    calls: Sequence[RemoteCalls],
) -> str:
    hosted = f" · {remote.short(calls)}" if calls else ""
    if not energy.known:
        return f"⚡ energy unknown · {quantities.duration(seconds)}{hosted}"
    parts = [f"⚡ {quantities.energy_range(energy)}", quantities.mass(grams), quantities.duration(seconds)]
    if units:
        parts.append(quantities.energy_per_unit(energy.joules / units, unit))
    if energy.joules > 0:
        parts.append(" ".join(_shares(components, energy.joules)))
        parts.append(f"{quantities.share(measured_share)} measured")
    return " · ".join(part for part in parts if part) + hosted


def _shares(components: Mapping[str, float], whole: float) -> Iterator[str]:
    for name, title in COMPONENTS.items():
        joules = components.get(name)
        if joules is not None:
            yield f"{title} {quantities.share(joules / whole)}"
