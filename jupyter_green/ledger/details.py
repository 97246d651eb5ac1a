"""What a row of ``cells`` keeps for exports beside its figures, as one JSON text.

Short, because it is written with every cell: what most rows share – the grid's factor – is encoded once.

.. code:: text

    {"parts": {"gpu": [low, high, idle_joules, method, source]}, "grams": [low, high], "intensity": {…},
     "hardware": {…}, "work": …, "remote": […], "embodied": {…}, "run": {…}}

``run`` is there where the label is the user's: what the cell was run with. It is for this user's own lists of runs and
goes into no record.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ..record import embodied_json, intensity_json, number, remote_json, timestamp, work_json
from ..schema import FOOTPRINT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ..emissions import Emissions, Intensity
    from ..energy import Energy
    from ..footprint import Footprint
    from ..record import Parameter

Json = dict[str, Any]
_PART = ("joules", "low", "high", "idle_joules", "method", "source")
_TOTAL = ("joules", "low", "high", "measured_share", "between_joules", "grams")
RUN = '"run":{'  # in a text of details; within a JSON string, the quotation marks would be escaped
_encode = json.JSONEncoder(separators=(",", ":")).encode


def encoded(
    footprint: Footprint,
    parts: Mapping[str, Energy],
    emitted: Emissions,
    run: Mapping[str, Parameter] | None = None,
) -> str:
    """Return the details of a footprint.

    Parameters
    ----------
    footprint
        Of the cell.
    parts, emitted
        Its components' energies and its emissions, which the caller has worked out already.
    run
        What the cell was run with, if it has a label of the user's.
    """
    kept: Json = {
        "parts": {
            name: (number(energy.low), number(energy.high), number(part.idle_joules), part.method, part.source)
            for (name, part), energy in zip(footprint.components.items(), parts.values(), strict=True)
        },
        "grams": (number(emitted.low), number(emitted.high)),
        "hardware": footprint.hardware,
    }
    if footprint.units is not None:
        kept["work"] = work_json(footprint)
    if footprint.remote:
        kept["remote"] = [remote_json(calls) for calls in footprint.remote[:16]]
    if footprint.embodied is not None:
        kept["embodied"] = embodied_json(footprint.embodied)
    if run is not None:
        kept["run"] = dict(run)
    return f'{_encode(kept)[:-1]},"intensity":{_intensity(footprint.intensity)}}}'


def work(text: object) -> Json | None:
    """Return a cell's work as it was kept; ``None`` for what nobody here has written."""
    kept = json.loads(text) if isinstance(text, str) and text.startswith("{") else {}
    amount, unit = kept.get("amount"), kept.get("unit")
    known = isinstance(amount, (int, float)) and isinstance(unit, str)
    return {"amount": amount, "unit": unit} if known else None


@lru_cache(maxsize=8)
def _intensity(intensity: Intensity) -> str:
    return _encode(intensity_json(intensity))


@dataclass(frozen=True, slots=True)
class Kept:
    """Published records as far as a ledger keeps them, oldest first; of the whole machine it keeps nothing.

    Attributes
    ----------
    records
        Each with its kernel's latest total. That is unknown for a kernel that was metered before the stretch, too.
        Cells that ran inside another metered cell are left out: its figures contain theirs.
    without_details
        How many cells an older version kept with too little for a record.
    running
        How many cells still run.
    cut_short
        How many kernels were metered before the stretch, too.
    """

    records: list[Json]
    without_details: int
    running: int
    cut_short: int


def kept(rows: Iterable[Json], sessions: Mapping[str, Json], since: float) -> Kept:
    """Return rows of ``cells``, their texts decoded, as records.

    Parameters
    ----------
    rows, sessions
        Of the ledger; the latter by ``boot``.
    since
        Begin of the stretch, Unix time, s.

    Raises
    ------
    KeyError, TypeError, ValueError
        When a row's details are not this module's.
    """
    outer = [row for row in rows if sessions[row["boot"]]["inside"] is None]
    ended = [row for row in outer if row["status"] != "running"]
    whole = [row for row in ended if row["details"] is not None]
    return Kept(
        records=[_published(row, sessions[row["boot"]], since) for row in whole],
        without_details=len(ended) - len(whole),
        running=len(outer) - len(ended),
        cut_short=sum(sessions[boot]["started"] < since for boot in {row["boot"] for row in outer}),
    )


def _published(row: Json, session: Json, since: float) -> Json:
    details = row["details"]
    joules = row["components"]
    low, high = details["grams"]
    total = {key: session[key] if session["started"] >= since else None for key in _TOTAL}
    return {
        "schema": FOOTPRINT,
        **{key: row[key] for key in ("id", "boot", "execution_count", "label", "status")},
        "started": timestamp(row["started"]),
        "duration_s": row["duration_s"],
        "energy": {key: row[key] for key in ("joules", "low", "high", "measured_share")},
        "components": {
            name: dict(zip(_PART, (joules[name], *part), strict=True)) for name, part in details["parts"].items()
        },
        "machine_energy": {"joules": None, "low": None, "high": None, "components": {}},
        "emissions": {
            "grams": row["grams"],
            "low": low,
            "high": high,
            "pue": row["pue"],
            "intensity": details["intensity"],
        },
        "work": details.get("work"),
        **{key: details[key] for key in ("remote", "embodied") if key in details},
        "hardware": details["hardware"],
        "settled": row["settled"],
        "flags": row["flags"],
        "session": {**total, "cells": session["cells"]},
    }
