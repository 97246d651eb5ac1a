"""What the formats are made of, from notebooks as a metered kernel leaves them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

from jupyter_green.emissions import Embodied, Intensity
from jupyter_green.report.formats.bundle import Bundle
from jupyter_green.report.formats.gather import of_notebook
from rig.records import FRANCE, cell, notebook, record

CREATED = datetime(2026, 11, 24, 9, 30, tzinfo=timezone.utc)
MARGINAL = replace(FRANCE, method="marginal", source="WattTime")
DIRECT = replace(FRANCE, boundary="direct")
EMBODIED = Embodied(2.0, 1.0, 3.0, "NVIDIA H100: vendor; life 4 to 6 years")


def bundle(nb, **stated) -> Bundle:
    """Make what is exported of a notebook, with what a user states of it."""
    gathered = of_notebook(nb, "NB.ipynb")
    about = {"unit": None, "units": None, "embodied_grams": None, "offset": None, "created": CREATED} | stated
    return Bundle(gathered.footnote, gathered.records, published=gathered.published, **about)


def used(joules: float, grid: float = 49.0, pue: float = 1.2, **about) -> dict:
    """Make the record of a notebook's only cell."""
    intensity: Intensity = replace(FRANCE, value=grid, low=grid / 1.15, high=grid * 1.15)
    return record(1, joules, **({"intensity": intensity, "pue": pue} | about))


def run(*data: dict):
    """Make a notebook of which each cell left a record."""
    return notebook(*(cell(one["execution_count"], one) for one in data))
