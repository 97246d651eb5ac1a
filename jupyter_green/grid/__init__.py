"""Where we are and how clean the electricity is. Offline: figures come from a table in the package.

``resolve`` gives the intensity, ``locate`` also how the place was found, ``lookup`` one named country.
"""

from __future__ import annotations

from .factors import ATTRIBUTION, UnknownRegion, check_pue, configured, lookup, world_mean
from .place import Place, locate, resolve

__all__ = [
    "ATTRIBUTION",
    "Place",
    "UnknownRegion",
    "check_pue",
    "configured",
    "locate",
    "lookup",
    "resolve",
    "world_mean",
]
