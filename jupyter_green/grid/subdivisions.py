"""Annual means of US states and Canadian provinces: ``data/subdivisions.csv``. Read when first asked for.

They count what leaves the plants' stacks, not their life cycle: never to be set beside a country's figure.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from .zones import Zone, named, read

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def table() -> Mapping[str, Zone]:
    """Return every row by its code, such as ``US-CA``."""
    return {zone.code: zone for zone in read("subdivisions.csv")}


@cache
def index() -> Mapping[str, str]:
    """Return the code for each normalised code, name and alias. A country of the same name comes before it."""
    return named(table().values())
