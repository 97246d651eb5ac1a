"""A cell's part of what making the hardware emitted: by time over the hardware's life, and by how much of it is ours.

M = TE x (TiR / EL) x (RR / ToR): SCI 1.1.0, ISO/IEC 21031:2024. RR/ToR is 1 for a GPU that only we use, our part of one
that is shared, and for the computer the hardware threads that we are shown over those that it has.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ..emissions import Embodied
from . import devices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .host import Host

SECONDS_PER_YEAR = 365 * 24 * 3600.0
LIFE_YEARS = (4.0, 5.0, 6.0)
"""Shortest, middle and longest life, see ``data/SOURCES.md``; the shortest gives the highest share."""
_SOURCE_LENGTH = 200  # as in the schema


def allocated(total: float, reserved: float, life: float, part: float = 1.0) -> float:
    """Return the embodied emissions that a use bears, in the unit of *total*.

    Parameters
    ----------
    total
        TE, of the whole device.
    reserved, life
        TiR and EL, s.
    part
        RR / ToR, 0 … 1.
    """
    return total * reserved / life * part


def embodied_share(host: Host, seconds: float, gpus: Mapping[str, float]) -> Embodied:
    """Return what *seconds* on this computer bear, gCO2e with a range.

    Parameters
    ----------
    host
        The computer.
    seconds
        How long it was ours.
    gpus
        Our part of each GPU in use, 0 … 1, by the name of its source; ``nan`` where it is not known.

    Returns
    -------
    Embodied
        Unknown, and then *source* says which device has no figure.
    """
    low = value = high = 0.0
    sources: list[str] = []
    lacking: list[str] = []
    for name, part in gpus.items():
        if part == 0:
            continue
        product = host.gpus.get(name, "a GPU")
        device = devices.gpu(product)
        if device is None or math.isnan(part):
            lacking.append(f"{product}: no figure" if device is None else f"{product}: our part of it is not known")
            continue
        low += _grams(device.low, seconds, LIFE_YEARS[2], part)
        value += _grams(device.value, seconds, LIFE_YEARS[1], part)
        high += _grams(device.high, seconds, LIFE_YEARS[0], part)
        sources.append(f"{device.name}: {device.source}")
    if host.system is None:
        lacking.append(host.lacking)
    else:
        device = devices.system(host.system)
        least, middle, most = host.part
        low += _grams(device.low, seconds, LIFE_YEARS[2], least)
        value += _grams(device.value, seconds, LIFE_YEARS[1], middle)
        high += _grams(device.high, seconds, LIFE_YEARS[0], most)
        sources.append(f"{device.kind}: {device.source}")
    if lacking:
        return Embodied(math.nan, math.nan, math.nan, _short("; ".join(dict.fromkeys(lacking))))
    life = f"life {LIFE_YEARS[0]:g} to {LIFE_YEARS[2]:g} years"
    return Embodied(value, low, high, _short("; ".join((*dict.fromkeys(sources), life))))


def _grams(kilograms: float, seconds: float, years: float, part: float) -> float:
    return allocated(kilograms * 1e3, seconds, years * SECONDS_PER_YEAR, part)


def _short(text: str) -> str:
    return text if len(text) <= _SOURCE_LENGTH else f"{text[: _SOURCE_LENGTH - 1]}…"
