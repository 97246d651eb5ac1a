"""R20: a kernel that nobody uses keeps its GPU awake."""

from __future__ import annotations

import math

from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..suggestion import Finding

_LONG = 15 * 60.0  # s
_SHORT = 60.0  # the same where sizes do not matter: long enough to be no pause between two cells


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where this kernel alone held a GPU between cells, and nothing was computed on it."""
    least = _SHORT if gates.open else _LONG
    held = [gpu for gpu in cell.machine.gpus if gpu.unused_seconds >= least]
    if not held:
        return None
    longest = max(gpu.unused_seconds for gpu in held)
    watts = sum(gpu.unused_power for gpu in held)
    names = ", ".join(f"GPU {gpu.index}" for gpu in held)
    drew = (
        "a context costs 26–66 W"
        if math.isnan(watts)
        else f"it drew {watts:.0f} W: {sum(g.unused_power * g.unused_seconds for g in held) / 3600:.1f} Wh"
    )
    return Finding(
        f"For {longest / 60:.0f} min between cells this kernel held {names}, which computed nothing; {drew}. Only "
        "shutting the kernel down frees it: empty_cache() saves next to nothing."
    )


RULE = Rule(
    id="R20",
    title="Shut the kernel down when you leave: it keeps the GPU awake",
    effect="same result",
    saving=None,  # of no cell: the evidence says what was spent
    source="26–66 W for each GPU with a context; its memory itself less than 0.02 W a GB (arXiv 2605.23918)",
    see=see,
    of_session=True,
    severity="warning",
)
