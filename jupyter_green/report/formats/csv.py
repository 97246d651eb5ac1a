"""CodeCarbon 3's ``emissions.csv``: its columns in its order and units, one row a record.

Its energies and powers contain the PUE: it multiplies both as it measures. A row for what has no record of its own
makes the rows add up to the total. What a record does not say stays empty, and so do emissions that do not follow from
their record's own energy, factor and PUE.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from typing import TYPE_CHECKING

from ...energy import JOULES_PER_KWH
from ...grid import countries, subdivisions
from ..provenance import disputed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..footnote import Others
    from ..reading import Reading
    from .bundle import Bundle

COLUMNS = (
    *("timestamp", "project_name", "run_id", "experiment_id", "duration", "emissions", "emissions_rate"),
    *("cpu_power", "gpu_power", "ram_power", "cpu_energy", "gpu_energy", "ram_energy", "energy_consumed"),
    *("water_consumed", "country_name", "country_iso_code", "region", "cloud_provider", "cloud_region", "os"),
    *("python_version", "codecarbon_version", "cpu_count", "cpu_model", "gpu_count", "gpu_model", "longitude"),
    *("latitude", "ram_total_size", "tracking_mode", "cpu_utilization_percent", "gpu_utilization_percent"),
    *("ram_utilization_percent", "ram_used_gb", "on_cloud", "pue", "wue"),
)
_PROJECT = "jupyter-green"
_SHARE = "process"
"""CodeCarbon's word for a share of the machine, as opposed to the whole of it."""


def render(bundle: Bundle) -> str:
    """Return the bundle as CodeCarbon's CSV: s, kg, kg/s, W, kWh."""
    file = io.StringIO()
    table = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    table.writerows(map(_row, bundle.records))
    others = bundle.footnote.others
    if others is not None:
        table.writerow(_rest(others, bundle))
    return file.getvalue()


def _row(record: Reading) -> Mapping[str, object]:
    emitted = record.emissions
    grams = math.nan if disputed(record) else emitted.grams
    return {
        "timestamp": f"{record.ended:%Y-%m-%dT%H:%M:%S}",
        "project_name": _PROJECT,
        "run_id": _plain(record.id),
        "experiment_id": _plain(record.boot),
        "duration": record.duration,
        **_figures(record.energy.joules, grams, emitted.pue, record.duration),
        **_components(record),
        **_place(emitted.intensity.zone),
        "cpu_model": _plain(record.cpu),
        "gpu_count": len(record.gpus) or "",
        "gpu_model": ", ".join(f"{n} x {name}" for name, n in Counter(record.gpus).items()),
        "tracking_mode": _SHARE,
    }


def _rest(others: Others, bundle: Bundle) -> Mapping[str, object]:
    """Return the row of what has no record of its own: small cells, and the time between cells."""
    last = max(bundle.records, key=lambda record: record.ended)
    sites = {(record.emissions.pue, record.emissions.intensity.zone) for record in bundle.records}
    pue, zone = sites.pop() if len(sites) == 1 else (math.nan, "")
    return {
        "timestamp": f"{last.ended:%Y-%m-%dT%H:%M:%S}",
        "project_name": _PROJECT,
        "run_id": "others-and-between-cells",
        "duration": _known(others.duration),
        **_figures(others.joules, others.grams, pue, others.duration),
        **_place(zone),
        "tracking_mode": _SHARE,
    }


def _figures(joules: float, grams: float, pue: float, seconds: float) -> Mapping[str, object]:
    kilograms = grams / 1e3
    return {
        "emissions": _known(kilograms),
        "emissions_rate": _known(kilograms / seconds if seconds > 0 else math.nan),
        "energy_consumed": _known(joules * pue / JOULES_PER_KWH),
        "pue": _known(pue),
    }


def _components(record: Reading) -> Mapping[str, object]:
    figures: dict[str, object] = {}
    for name, part in record.components.items():
        joules = part.joules * record.emissions.pue
        figures[f"{name}_energy"] = _known(joules / JOULES_PER_KWH)
        figures[f"{name}_power"] = _known(joules / record.duration if record.duration > 0 else math.nan)
    return figures


def _place(zone: str) -> Mapping[str, object]:
    """Return country and region by CodeCarbon's rule: alpha-3, and a state's name in lower case."""
    country = countries.table().get(zone[:2])
    part = subdivisions.table().get(zone)
    if country is None or not (part or zone == country.code):
        return {}
    region = part.name.lower() if part else ""
    return {"country_name": country.name, "country_iso_code": country.iso3, "region": region}


def _known(value: float) -> float | str:
    return value if math.isfinite(value) else ""


def _plain(text: str) -> str:
    """Leave out what makes a spreadsheet take a text for a formula."""
    return text.lstrip("=+-@ ")
