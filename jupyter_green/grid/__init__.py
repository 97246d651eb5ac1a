"""Where we are and how clean the electricity is. Figures come from tables in the package.

Nothing here asks a network but ``cloud_metadata``, which is used where the user configured it. ``locate`` tells the
place and its intensity, ``lookup`` one named region's, ``compare`` sets grids side by side.
"""

from __future__ import annotations

from .cloud import CloudRegion
from .comparison import Comparison, Elsewhere, compare
from .factors import ATTRIBUTION, UnknownRegion, configured, lookup, world_mean
from .place import Place, locate
from .pue import Pue, check_pue

__all__ = [
    "ATTRIBUTION",
    "CloudRegion",
    "Comparison",
    "Elsewhere",
    "Place",
    "Pue",
    "UnknownRegion",
    "check_pue",
    "compare",
    "configured",
    "locate",
    "lookup",
    "world_mean",
]
