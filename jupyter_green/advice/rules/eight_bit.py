"""R05: weights of 8 bits save memory, and cost energy where memory is not short."""

from __future__ import annotations

import ast
import math

from ...work.forward_traits import Forward
from ..evidence import Evidence, Machine, Notebook
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import argument, constant
from ..source_code.edits import Change, Places, apply
from ..suggestion import Edit, Finding

_FEW = 4  # rows at a time; the penalty was measured for one
_OFTEN = 4  # looks at forward passes, so that it is not a single try
_ROOM = 0.85  # of the memory may be taken: caches and activations need some
_NAME = "load_in_8bit"
_CONFIG = "BitsAndBytesConfig"
_BYTES = 1  # a parameter more, with 16 bits
_DTYPE_SINCE = (4, 56)  # transformers: ``dtype`` instead of ``torch_dtype``


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where a model with layers of 8 bits was asked row by row, and would fit with 16."""
    passes = [each for each in cell.seen(Forward) if each.model.eight_bit]
    if not gates.at_least(len(passes), _OFTEN) or not passes:
        return None
    if any(each.training or each.rows > _FEW or each.model.adapters for each in passes) or any(
        each.backwards > passes[0].backwards for each in passes
    ):
        return None
    model = max((each.model for each in passes), key=lambda each: each.parameters)
    free = _free_memory(cell.machine)
    needed = model.parameters * _BYTES
    if math.isnan(free) or needed > free:
        return None
    return Finding(
        f"{model.name} computed with {model.eight_bit} layers of 8 bits, up to {max(each.rows for each in passes)} "
        f"rows at a time. With 16 bits it would take {needed / 1e9:.2g} GB more, and {free / 1e9:.3g} GB are free.",
        patch=_patch(cell, notebook),
    )


def _free_memory(machine: Machine) -> float:
    """Return what may be taken of the GPU that is ours, bytes; ``nan`` unknown."""
    ours = [gpu for gpu in machine.gpus if gpu.ours]
    return max((_ROOM * gpu.memory_total - gpu.memory_used for gpu in ours), default=math.nan)


def _patch(cell: Evidence, notebook: Notebook) -> Edit | None:
    for at in reversed(notebook.cells):
        for call in at.code.calls("from_pretrained"):
            stated = _states_8_bits(call, notebook)
            if stated is not None:
                return _loaded_with_16_bits(cell, at, call, stated)
    return None


def _states_8_bits(call: ast.Call, notebook: Notebook) -> ast.keyword | None:
    """Return the argument of a call that asks for 8 bits, there or by a settings object."""
    configs = [config for code in notebook.codes() for config in code.calls(_CONFIG)]
    for keyword in call.keywords:
        if keyword.arg == _NAME and constant(keyword.value) is True:
            return keyword
        if keyword.arg == "quantization_config" and any(
            constant(argument(config, _NAME, 0)) is True for config in configs
        ):
            return keyword
    return None


def _loaded_with_16_bits(cell: Evidence, at: Evidence, call: ast.Call, stated: ast.keyword) -> Edit:
    source, places = at.code.source, Places(at.code.source)
    version = cell.machine.libraries.get("transformers", "")
    name = "dtype" if _numbers(version) >= _DTYPE_SINCE else "torch_dtype"
    given = next((each for each in call.keywords if each.arg in ("dtype", "torch_dtype")), None)
    if given is None:
        change = places.replace(stated, f'{name}="bfloat16"')
    else:  # said already: the other goes, with the comma before or after it
        end = places.end(stated)
        after = source[end:].lstrip()
        comma = source.index(",", end) + 1 if after.startswith(",") else end
        change = Change(places.start(stated), comma + len(source[comma:]) - len(source[comma:].lstrip()), "")
    return Edit(at.cell, source, apply(source, change))


def _numbers(version: str) -> tuple[int, ...]:
    parts = version.split(".")[:2]
    # A version that is not known is a new one.
    return tuple(int(part) for part in parts) if all(part.isdigit() for part in parts) else (99,)


RULE = Rule(
    id="R05",
    title="Load the model with 16 bits instead of 8",
    effect="numerics change",
    saving=(0.14, 0.25),
    source="literature: 8-bit layers of bitsandbytes cost 17 to 33 % more energy at batch 1; not measured here",
    see=see,
    needs=("torch",),
)
