"""Software Carbon Intensity: SCI = ((E x I) + M) per R, of SCI 1.1.0 (ISO/IEC 21031:2024).

A rate is called so only with M, what making the hardware emitted, and R, a functional unit: without either there is
none. It is location-based, and no offset lowers it. E holds the overhead of the data centre (PUE) and the time between
cells, I is the mean over that energy.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from ...version import __version__
from .. import wording
from ..problem import Problem
from . import totals

if TYPE_CHECKING:
    from ...emissions import Embodied
    from .bundle import Bundle

SPECIFICATION = "SCI 1.1.0 (ISO/IEC 21031:2024)"
_NO_EMBODIED = "SCI needs embodied carbon: give its grams (--embodied), or set Green.show_embodied and run again"
_NO_UNIT = "SCI needs a functional unit: give --unit and --units, or state the work in the notebook"


def render(bundle: Bundle) -> str:
    """Return the rate, its terms and what they rest on, as JSON.

    Raises
    ------
    Problem
        When a term is missing or unknown.
    """
    unit, units = functional_unit(bundle)
    embodied, source = _embodied(bundle)
    energy = totals.kilowatt_hours(bundle) * totals.mean_pue(bundle)
    operational = totals.grams(bundle)
    statement: dict[str, Any] = {
        "generator": f"jupyter-green {__version__}",
        "specification": SPECIFICATION,
        "sci": rate(operational, embodied, units),
        "unit": f"gCO2eq per {unit}",
        "energy_kwh": energy,
        "intensity_gco2eq_per_kwh": operational / energy if energy > 0 else None,
        "operational_gco2eq": operational,
        "embodied_gco2eq": embodied,
        "functional_unit": {"unit": unit, "amount": units},
        "software_boundary": _boundary(bundle),
        "method": {
            "functional_unit": _counted(bundle, unit),
            "energy": _energy_method(bundle),
            "intensity": "; ".join(
                f"{wording.grid(grid.intensity)}, {wording.counted(grid.intensity)}, "
                f"{wording.pue(grid.pue, grid.assumed)}"
                for grid in bundle.footnote.grids
            ),
            "embodied": source,
            "market_based_measures": "none: location-based, no offsets or certificates",
        },
    }
    return json.dumps(statement, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def rate(operational: float, embodied: float, units: float) -> float:
    """Return ((E x I) + M) per R; *operational* is E x I. gCO2eq per unit."""
    return (operational + embodied) / units


def functional_unit(bundle: Bundle) -> tuple[str, float]:
    """Return R: as the user states it, or else the work that the records state.

    Raises
    ------
    Problem
        When there is none, or more than one.
    """
    work = [record.work for record in bundle.records if record.work is not None]
    names = dict.fromkeys(one.unit for one in work)
    if bundle.unit is None and len(names) > 1:
        raise Problem(f"the records count {' and '.join(names)}: choose one with --unit")
    unit = bundle.unit if bundle.unit is not None else next(iter(names), None)
    if unit is None:
        raise Problem(_NO_UNIT)
    units = math.fsum(one.amount for one in work if one.unit == unit) if bundle.units is None else bundle.units
    if not (math.isfinite(units) and units > 0):
        raise Problem(f"SCI needs to know how many {unit}s there were, more than none: give --units")
    return unit, units


def _counted(bundle: Bundle, unit: str) -> str:
    """Say whose figure R is; the rate's E holds what every cell used, those without that work too."""
    if bundle.units is not None:
        return "as stated by the author"
    done = sum(record.work is not None and record.work.unit == unit for record in bundle.records)
    return f"{done} of {wording.count(len(bundle.records), 'recorded cell')}; the energy is that of all"


def _embodied(bundle: Bundle) -> tuple[float, str]:
    """Return M, gCO2eq, and whose figure it is: the user's, or else the records' own."""
    if bundle.embodied_grams is not None:
        if not (math.isfinite(bundle.embodied_grams) and bundle.embodied_grams >= 0):
            raise Problem(f"embodied carbon is a number of grams from 0 on, not {bundle.embodied_grams:g}")
        return bundle.embodied_grams, "as stated by the author"
    stated = bundle.footnote.embodied
    if stated is None:
        raise Problem(_NO_EMBODIED)
    if math.isnan(stated.grams):
        raise Problem(f"the records' embodied carbon is unknown ({stated.source}): give its grams (--embodied)")
    lacking = sum(record.embodied is None for record in bundle.records)
    if lacking:
        raise Problem(f"{wording.count(lacking, 'record')} without embodied carbon: give its grams (--embodied)")
    return stated.grams, _source(stated)


def _source(stated: Embodied) -> str:
    return f"{stated.low:.3g} to {stated.high:.3g} g for the time of the recorded cells: {stated.source}"


def _boundary(bundle: Bundle) -> str:
    kinds = ", ".join(wording.COMPONENTS[name] for name in bundle.footnote.parts)
    least = totals.lower_bound(bundle)
    whole = f"The metered kernels, with the time between cells: their share of {kinds}. {wording.NOT_SEEN}"
    if bundle.footnote.remote:
        whole += " Hosted models that it called are outside."
    return f"{whole} All of it is {least}." if least else whole


def _energy_method(bundle: Bundle) -> str:
    ways = [
        f"{wording.COMPONENTS[name]} {part.method} ({part.source})"
        for name, parts in bundle.footnote.parts.items()
        for part in parts
    ]
    return "; ".join(ways)
