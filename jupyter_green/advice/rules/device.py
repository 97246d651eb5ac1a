"""R19: a model that computes on the processor while a GPU stands idle."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence

from ...work.forward_traits import Forward
from ..evidence import Evidence, Notebook
from ..forwards import heaviest, millions, period
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import constant, dotted
from ..suggestion import Finding, Snippet

# Below, copies to and fro take longer than the work.
_PARAMETERS = 1_000_000
_SECONDS = 0.005
_ITEMS = 8
_PURE = 0.9  # of the parameters
_IDLE = 0.1  # of the time
_ROOM = 0.5  # of the GPU's memory
_CHOSEN = ("use_cpu", "no_cuda")
_HIDDEN = "CUDA_VISIBLE_DEVICES"


def see(cell: Evidence, notebook: Notebook, _gates: Gates) -> Finding | None:
    """Speak where a large model ran on the processor, a GPU was free, and nobody chose the processor."""
    state = cell.torch
    forwards = heaviest(cell.seen(Forward))
    free = [
        gpu
        for gpu in cell.machine.gpus
        if not gpu.others
        and (math.isnan(gpu.utilisation) or gpu.utilisation < _IDLE)
        and not gpu.memory_used > _ROOM * gpu.memory_total
    ]
    if not forwards or not free or state is None or not state.gpu_build:
        return None
    one = forwards[-1]
    seconds = period(cell, forwards)
    if seconds is None and one.larger:  # of a generation each pass is of another width
        seconds = _SECONDS
    if one.model.on("cpu") < _PURE or one.model.multiplied < _PARAMETERS or (seconds or 0.0) < _SECONDS:
        return None
    if (not one.larger and one.items < _ITEMS) or _is_chosen(notebook, notebook.models(one.model.serial)):
        return None
    names = notebook.models(one.model.serial)
    return Finding(
        f"{one.model.name} with {millions(one.model.parameters)} parameters computed on the processor, while "
        f"{free[0].name} was free.",
        patch=Snippet(f'{names[0]} = {names[0]}.to("cuda")  # and each batch: x = x.to("cuda")') if names else None,
    )


def _is_chosen(notebook: Notebook, names: Sequence[str]) -> bool:
    """Whether the code asks for the processor, other than where there is no GPU."""
    for code in notebook.codes():
        if code.keywords(*_CHOSEN) or _HIDDEN in code.source:
            return True
        spared = {id(inner) for node in code.nodes if isinstance(node, (ast.IfExp, ast.If)) for inner in ast.walk(node)}
        for call in code.calls("to", "cpu", "device", "set_default_device"):
            function = call.func
            if isinstance(function, ast.Attribute) and function.attr in ("to", "cpu"):
                if dotted(function.value) not in names:  # results are brought there by all
                    continue
                if function.attr == "cpu" and id(call) not in spared:
                    return True
            if id(call) not in spared and any(constant(each) == "cpu" for each in call.args):
                return True
        if any(constant(word.value) in ("cpu", -1) for word in code.keywords("device", "device_map", "accelerator")):
            return True
    return False


RULE = Rule(
    id="R19",
    title="Compute on the GPU that is free",
    effect="numerics change",
    saving=None,
    source="not measured here: it depends on both devices",
    see=see,
    needs=("torch",),
)
