"""R06: a GPU that draws far less than it may, with room in its memory, is given too little at a time."""

from __future__ import annotations

from ..evidence import Evidence, Gpu, Notebook
from ..gates import Gates
from ..passes import stalled, steps_a_pass, training
from ..rule import Rule
from ..source_code.batch_size import SWEEP, UNTESTED, changed, rows
from ..suggestion import Finding

# Below 45 % of the limit energy an epoch fell in 55 of 56 doublings, above in 34 of 75 (Zeus's traces).
_POWER = 0.45
_MEMORY = 0.70  # used: twice the batch takes less than twice the memory
_STALL = 0.10  # of the time: else the data are too slow, and not the batch too small
_STEPS = 100  # an epoch; half of them have to be enough to learn
_PASSES = 16  # forward passes; of a few nothing is to be learned


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where the one GPU that works has power and memory to spare, and data come in time."""
    size = rows(cell)
    gpu = _working(cell)
    if size is None or gpu is None or cell.status != "ok" or cell.work.samples < size * _PASSES:
        return None
    power, memory = gpu.power / gpu.power_limit, gpu.memory_used / gpu.memory_total
    if not (power < _POWER and memory < _MEMORY) or stalled(cell) >= _STALL:  # unknown is no reason
        return None
    steps = steps_a_pass(cell, training(cell))
    if steps is not None and steps < _STEPS:
        return None
    return Finding(
        f"With {size} samples a batch the GPU drew {gpu.power:.0f} W of {gpu.power_limit:.0f} W and used {memory:.0%} "
        f"of its memory; data were waited for {stalled(cell):.0%} of the time. {UNTESTED} {SWEEP}",
        patch=changed(notebook, size, 2 * size),
        share=_share(cell),
    )


def _working(cell: Evidence) -> Gpu | None:
    """Return the one GPU that is ours alone and computed."""
    ours = [gpu for gpu in cell.machine.gpus if gpu.ours]
    return ours[0] if len(ours) == 1 and not ours[0].others and ours[0].utilisation > 0 else None


def _share(cell: Evidence) -> float:
    gpu = cell.components.get("gpu", 0.0)
    return gpu / cell.joules if 0 < gpu < cell.joules else 1.0


RULE = Rule(
    id="R06",
    title="Try a larger batch",
    effect="result changes",
    saving=(0.05, 0.39),
    source="below 45 % of the power limit energy an epoch fell in 55 of 56 doublings of the batch; energy to the same "
    "accuracy by 39 % at the median (Zeus's traces, 6 workloads on 4 GPUs)",
    see=see,
    needs=("torch",),
)
