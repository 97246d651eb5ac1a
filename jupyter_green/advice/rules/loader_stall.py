"""R16: what computes waits for data that are loaded one after the other in its own process."""

from __future__ import annotations

import ast
import math

from ...work.loader_traits import Loading
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..passes import count, passes, stalled
from ..rule import Rule
from ..source_code.edits import Places, apply
from ..suggestion import Edit, Finding

_STALL = 0.30  # of the time
_IDLE = 0.70  # utilisation below which a GPU did wait
_WAITS = 0.5  # of the loading; the processor then waits for a disk or a network, and does not load itself
_START = 0.2  # s a pass: less than that, and starting workers costs more than they save
_MOST = 4  # workers


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where batches were waited for, nothing computed meanwhile, and no worker loads."""
    stall = stalled(cell)
    loading = cell.last(Loading)
    if stall < _STALL or loading is None or loading.workers or cell.machine.cpus < 2:
        return None
    if _says_how_many(notebook):
        return None
    if loading.items is None and not notebook.says("get_worker_info"):
        return None  # each worker would go through all of it
    gone = [each for each in passes(cell) if each.begun.data == loading.data]
    if cell.work.stall_seconds / count(gone) < _START:
        return None
    ours = [gpu for gpu in cell.machine.gpus if gpu.ours]
    if ours:
        used = max(gpu.utilisation for gpu in ours)
        if math.isnan(used) or used >= _IDLE:
            return None
        waited = f"the GPU computed {used:.0%} of the time"
    else:
        share = _waits(cell)
        if share < _WAITS or stall * share < _STALL:
            return None
        waited = f"the processor had nothing to do in {share:.0%} of that"
    seen = f"Batches of {loading.dataset} were waited for {stall:.0%} of the time; {waited}."
    idle = _idle_power(cell)
    if loading.dataset == "TensorDataset":
        return Finding(
            f"{seen} It lies in memory: slices of its tensors, `x[order[i:i + {loading.batch_size or 32}]]`, need no "
            "loader and no workers.",
            saving=idle,
        )
    workers = min(_MOST, cell.machine.cpus - 1)
    seen += f" Nothing is loaded ahead (num_workers=0); {cell.machine.cpus} CPUs are there."
    return Finding(seen, saving=idle, patch=_patch(cell, notebook, workers) if loading.portable else None)


def _waits(cell: Evidence) -> float:
    """Return the share of the loading in which this process did not work, by the batches that were looked at."""
    ended = [each.ended for each in passes(cell) if each.ended is not None]
    waited, worked = sum(each.waited for each in ended), sum(each.worked for each in ended)
    return max(0.0, 1 - worked / waited) if waited > 0 else 0.0


def _idle_power(cell: Evidence) -> tuple[float, float]:
    """Return what the machine's rest costs while it waits: of the time that is saved, a part of its power."""
    stall = stalled(cell)
    return 0.1 * stall, 0.6 * stall


def _patch(cell: Evidence, notebook: Notebook, workers: int) -> Edit | None:
    for where in reversed(notebook.cells):
        places = Places(where.code.source)
        changes = [
            places.keyword(call, "num_workers", str(workers))
            for call in where.code.calls("DataLoader")
            if not _states(call) and len(call.args) <= 1
        ]
        if changes:
            source = where.code.source
            return Edit(where.cell, source, apply(source, *changes))
    return None


def _says_how_many(notebook: Notebook) -> bool:
    """Whether the user has said so of every loader that the notebook makes, none at all included."""
    made = [call for code in notebook.codes() for call in code.calls("DataLoader")]
    if any(code.keywords("dataloader_num_workers") for code in notebook.codes()):
        return True
    return bool(made) and all(any(each.arg == "num_workers" for each in call.keywords) for call in made)


def _states(call: ast.Call) -> bool:
    """Whether it says how many workers, or a dictionary may."""
    return any(each.arg in ("num_workers", None) for each in call.keywords)


RULE = Rule(
    id="R16",
    title="Load batches in worker processes",
    effect="same result",
    saving=(0.05, 0.30),
    source="idle power of what waits, times the waiting; inferred. With data in memory two workers cost 830 % more "
    "time (measured), so it is only said where something waits",
    see=see,
    needs=("torch",),
)
