"""R21: near its power limit a GPU pays most for its speed. Text only: settings are the user's."""

from __future__ import annotations

from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..suggestion import Finding

_NEAR = 0.80  # of the limit
_LONG = 600.0  # s; an administrator's command is not worth it for less
_SAVING = 0.07  # median of Zeus's traces
_BUSY = 0.80  # utilisation


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where a GPU that is ours alone ran near its limit for long."""
    near = [
        gpu
        for gpu in cell.machine.gpus
        if gpu.ours and not gpu.others and gpu.power >= _NEAR * gpu.power_limit and gpu.utilisation >= _BUSY
    ]
    joules = cell.components.get("gpu", 0.0)
    if not near or not gates.at_least(cell.duration, _LONG) or not joules > 0:
        return None
    gpu = max(near, key=lambda each: each.power / each.power_limit)
    more = f", as on {len(near)} GPUs" if len(near) > 1 else ""
    return Finding(
        f"GPU {gpu.index} drew {gpu.power:.0f} W of its limit of {gpu.power_limit:.0f} W{more}. 7 % of the GPU's "
        f"energy here would be {joules * _SAVING / 3600:.1f} Wh. An administrator sets a lower limit or clock with "
        "nvidia-smi -pl or -lgc; it takes longer.",
        share=min(1.0, joules / cell.joules) if cell.joules > 0 else 1.0,
    )


RULE = Rule(
    id="R21",
    title="Ask for a lower power limit of the GPU",
    effect="same result",
    saving=(_SAVING, _SAVING),
    source="7 % less energy at the median with the best limit (Zeus's traces, 6 workloads on 4 GPUs)",
    see=see,
)
