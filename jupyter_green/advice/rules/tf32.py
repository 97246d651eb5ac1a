"""R03: matrices of float32 on an NVIDIA GPU that could multiply them in its tensor cores."""

from __future__ import annotations

from ..evidence import Evidence, Notebook
from ..forwards import direct, heaviest, millions
from ..gates import Gates
from ..rule import Rule
from ..source_code.model_code import torch_name
from ..suggestion import Finding, Snippet

_AMPERE = (8, 0)  # the first whose tensor cores take float32
_PARAMETERS = 1_000_000  # below, matrices are too small to keep tensor cores busy
_ITEMS = 8
_PURE = 0.9  # of the parameters
_CHOSEN = ("set_float32_matmul_precision", "fp32_precision", "allow_tf32", "use_deterministic_algorithms", "autocast")


def see(cell: Evidence, notebook: Notebook, _gates: Gates) -> Finding | None:
    """Speak where a large model of float32 computed on such a GPU, and nobody chose a precision."""
    state = cell.torch
    gpus = [gpu for gpu in cell.machine.gpus if gpu.ours and gpu.capability is not None and gpu.capability >= _AMPERE]
    forwards = [
        each
        for each in heaviest(direct(cell))
        if each.model.share("float32") > _PURE and each.model.on("cuda") > _PURE and not each.autocast
    ]
    if not gpus or not forwards or state is None or state.fp32_precision != "none" or notebook.says(*_CHOSEN):
        return None
    one = forwards[-1]
    if one.model.multiplied < _PARAMETERS or one.items < _ITEMS:
        return None
    torch = torch_name(notebook) or "torch"
    return Finding(
        f"{one.model.name} computed with {millions(one.model.parameters)} parameters of float32 on {gpus[0].name}, "
        "autocast off; its tensor cores are not used for float32 unless asked.",
        patch=Snippet(f'{torch}.set_float32_matmul_precision("high")'),
    )


RULE = Rule(
    id="R03",
    title="Multiply float32 in TF32",
    effect="numerics change",
    saving=(0.10, 0.60),
    source="PyTorch's notes on CUDA: a product of two 10240 x 10240 matrices on an A100 takes 0.016 s instead of "
    "0.11 s; a model's share of such products is less",
    see=see,
    needs=("torch",),
)
