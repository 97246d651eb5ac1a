"""Annual means of countries and of the world, life cycle: ``data/countries.csv``. Read when first asked for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .zones import Zone, named, read

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def table() -> Mapping[str, Zone]:
    """Return every row by its code, the world's mean among them."""
    return {zone.code: zone for zone in read("countries.csv")}


@cache
def index() -> Mapping[str, str]:
    """Return the code for each normalised code, name and alias."""
    return named(table().values())
