"""A file beside the notebook: the records as published, their totals, and what the user states of them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ...record import embodied_json, energy_json, intensity_json, number, remote_json
from ...version import __version__
from .. import footnote_text

if TYPE_CHECKING:
    from ..footnote import Footnote
    from ..provenance import Grid
    from .bundle import Bundle

SCHEMA = "jupyter-green/export/1"


def render(bundle: Bundle) -> str:
    """Return the bundle as JSON; J, g and s, and ``null`` for what is unknown."""
    note = bundle.footnote
    document = {
        "generator": f"jupyter-green {__version__}",
        "schema": SCHEMA,
        "created": bundle.created.isoformat(timespec="seconds"),
        "total": _total(note),
        "remarks": footnote_text.partial(note) or None,
        "work": [one.to_json() for one in note.work],
        "grids": [_grid(grid) for grid in note.grids],
        "apart": {
            "remote": [remote_json(calls) for calls in note.remote],
            "embodied": embodied_json(note.embodied) if note.embodied is not None else None,
        },
        "stated_by_user": {
            "unit": bundle.unit,
            "units": bundle.units,
            "embodied_grams": bundle.embodied_grams,
            "offset": bundle.offset,
        },
        "records": bundle.published,
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def _total(note: Footnote) -> dict[str, Any]:
    return {
        **energy_json(note.energy, note.measured_share),
        "grams": number(note.grams),
        "grams_low": number(note.low),
        "grams_high": number(note.high),
        "cells": asdict(note.coverage),
        "lower_bound_because": note.shortfalls,
        "doubtful_records": note.disputed,
        "first": note.first.isoformat(),
        "last": note.last.isoformat(),
    }


def _grid(grid: Grid) -> dict[str, Any]:
    return {
        "pue": grid.pue,
        "lowest": grid.lowest,
        "highest": grid.highest,
        "intensity": intensity_json(grid.intensity),
    }
