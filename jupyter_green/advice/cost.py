"""What measuring a suggestion is going to cost, before anybody asks for it: roughly."""

from __future__ import annotations

import ast
import math

from .evidence import Evidence
from .suggestion import Cost

_RUNS = 52  # twelve blocks of four, and the warm-up
_SHORTEST, _CUT = 0.3, 1.5  # s of a run: repeated until it is as long; loops are cut to as much
_OF_COUNTERS = 3.0  # s, where a counter's refresh has to be far shorter than a run


def expected_cost(cell: Evidence) -> Cost:
    """Return what a trial of a cell takes, from what the cell itself took."""
    counted = cell.components.get("gpu", 0.0) > 0
    shortest, cut = (_OF_COUNTERS, _OF_COUNTERS) if counted else (_SHORTEST, _CUT)
    has_loops = any(isinstance(node, (ast.For, ast.While)) for node in cell.code.nodes)
    run = max(shortest, min(cell.duration, cut) if has_loops else cell.duration)
    seconds = _RUNS * run
    watts = cell.joules / cell.duration if cell.duration > 0 else math.nan
    return Cost(seconds * watts, seconds)
