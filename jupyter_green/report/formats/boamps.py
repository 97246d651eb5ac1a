"""BoAmps 1.1.0 (Boavizta): the energy of a computing task as a report that can be pooled with others'.

What the format demands and no record tells – the task, its algorithms and data, whose computer it was – stands in it as
``unknown`` or ``other``, and the report as a draft, for its author to fill in. Emissions are no part of the format.
"""

from __future__ import annotations

import json
import math
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from ...version import __version__
from . import hardware, totals
from .location import locations

if TYPE_CHECKING:
    from .bundle import Bundle

FORMAT_VERSION = "1.1.0"
_SPECIFICATION = "https://github.com/Boavizta/BoAmps"
_QUALITY = ((0.10, "high"), (0.25, "medium"), (0.50, "low"))
"""The percentage errors that the format's words stand for."""


def render(bundle: Bundle) -> str:
    """Return the report as JSON; its ``powerConsumption`` is energy, kWh.

    Raises
    ------
    Problem
        When the energy is not known.
    """
    report = {
        "header": _header(bundle),
        "task": _task(bundle),
        "measures": [_measure(bundle)],
        "software": {"language": "python"},
        "infrastructure": {"infraType": "other", "components": _components(bundle)},
        **_environment(bundle),
        **_quality(bundle),
    }
    return json.dumps(report, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _header(bundle: Bundle) -> dict[str, str]:
    """Name the report after its records, so that the same export made again is the same report."""
    names = "\n".join(record.id for record in bundle.records)
    return {
        "formatVersion": FORMAT_VERSION,
        "formatVersionSpecificationUri": _SPECIFICATION,
        "reportId": str(uuid5(NAMESPACE_URL, names)),
        "reportDatetime": _moment(bundle.created),
        "reportStatus": "draft",
    }


def _task(bundle: Bundle) -> dict[str, Any]:
    least = totals.lower_bound(bundle)
    task = bundle.task
    demanded = {"stage": task.stage, "family": task.family, "algorithm": task.algorithm, "data": task.data}
    lacking = ", ".join(name for name, text in demanded.items() if not text)
    description = [
        "Cells of a Jupyter notebook.",
        f"Not stated, and filled in as the format demands: {lacking}." if lacking else "",
        f"The energy is {least}." if least else "",
    ]
    return {
        "taskStage": task.stage or "unknown",
        "taskFamily": task.family or "unknown",
        "algorithms": [
            {"algorithmType": task.algorithm or "unknown", **({"trainingType": task.training} if task.training else {})}
        ],
        "dataset": [{"dataUsage": "input", "dataType": task.data or "other"}],
        "taskDescription": " ".join(filter(None, description)),
    }


def _measure(bundle: Bundle) -> dict[str, Any]:
    seconds = totals.duration(bundle)
    return {
        "measurementMethod": "jupyter-green",
        "version": __version__,
        **_tracking(bundle),
        "powerConsumption": totals.kilowatt_hours(bundle),
        **({} if math.isnan(seconds) else {"measurementDuration": seconds}),
        "measurementDateTime": _moment(bundle.footnote.first),
    }


def _tracking(bundle: Bundle) -> dict[str, str]:
    """Say how CPU and GPU were tracked: each way that the records name, with its method."""
    keys = {"cpu": "cpuTrackingMode", "gpu": "gpuTrackingMode"}
    parts = bundle.footnote.parts
    return {
        key: "; ".join(f"{part.method}: {part.source}" for part in parts[name])
        for name, key in keys.items()
        if name in parts
    }


def _components(bundle: Bundle) -> list[dict[str, Any]]:
    """Return what the energy is of. A record counts GPUs; a CPU or a memory is one entry, as the format has it."""
    gpus = [
        {"componentName": name, "componentType": "gpu", "nbComponent": number}
        for name, number in hardware.gpus(bundle).items()
    ]
    cpus = [{"componentName": name, "componentType": "cpu", "nbComponent": 1} for name in hardware.cpus(bundle)]
    named = {"gpu": gpus, "cpu": cpus}
    return [
        entry
        for name in bundle.footnote.parts
        for entry in named.get(name) or [{"componentType": name, "nbComponent": 1}]
    ]


def _environment(bundle: Bundle) -> dict[str, Any]:
    """Return place and carbon intensity where the records are of one place and kind."""
    places = locations(bundle)
    if len(places) != 1:
        return {}
    factors = {(record.emissions.intensity.value, record.emissions.intensity.method) for record in bundle.records}
    value, method = factors.pop()
    alike = not factors and method == "average"
    return {
        "environment": {
            "country": places[0].country,
            **({"location": places[0].part} if places[0].part else {}),
            **({"powerSourceCarbonIntensity": value} if alike else {}),
        }
    }


def _quality(bundle: Bundle) -> dict[str, str]:
    energy = bundle.footnote.energy
    if bundle.footnote.shortfalls or not energy.joules > 0:
        return {}
    error = max(energy.high - energy.joules, energy.joules - energy.low) / energy.joules
    return next(({"quality": word} for most, word in _QUALITY if error <= most), {})


def _moment(when: datetime) -> str:
    """Return a moment in UTC as the format writes it, which has no room to say so."""
    return f"{when.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S}"
