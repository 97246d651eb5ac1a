"""R02: matrices of 32-bit numbers on hardware that multiplies 16-bit ones faster."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...work.forward_traits import Forward
from ..evidence import Evidence, Notebook
from ..forwards import direct, duration, heaviest, millions, period, trains
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import argument, dotted, last_name
from ..source_code.edits import Places
from ..source_code.model_code import edit, torch_name, under
from ..suggestion import Edit, Finding

# Below each of these autocast costs more than it saves, whatever the size of the cell. Measured: a tiny network +84 %;
# 3 M parameters with 1 row +63 %, with 4 rows -3 %, with 16 rows -22 %.
_PARAMETERS = 1_000_000
_MULTIPLIED = 500_000  # of them: rows of embeddings are only read
_SECONDS = 0.005
_ITEMS = 8
_PURE = 0.9  # of the parameters
_CHOSEN = ("autocast", "bfloat16", "float16", "half", "GradScaler", "set_float32_matmul_precision", "fp32_precision")
_CHOSEN_BY_WORD = ("precision", "mixed_precision", "bf16", "fp16", "torch_dtype", "amp")


def see(cell: Evidence, notebook: Notebook, _gates: Gates) -> Finding | None:
    """Speak where a large model computed with 32 bits for long enough a step, and nobody chose a precision."""
    forwards = [each for each in heaviest(direct(cell)) if each.model.share("float32") > _PURE]
    if not forwards or any(each.autocast or each.model.eight_bit for each in forwards):
        return None
    one, device = forwards[-1], _device(cell, forwards[-1])
    seconds = period(cell, forwards)
    names = notebook.models(one.model.serial)
    if device is None or seconds is None or not _is_large(one, seconds) or _is_chosen(notebook, names):
        return None
    kind = "training step" if trains(cell) else "forward pass"
    return Finding(
        f"A {kind} of {one.model.name} took {duration(seconds)} with {millions(one.model.parameters)} parameters of "
        f"float32 and autocast off; this {'GPU' if device == 'cuda' else 'processor'} multiplies bfloat16 natively.",
        patch=_patch(cell, notebook, device, names),
    )


def _is_large(one: Forward, seconds: float) -> bool:
    return (
        seconds >= _SECONDS
        and one.model.parameters > _PARAMETERS
        and one.model.multiplied > _MULTIPLIED
        and one.items >= _ITEMS
        and not one.model.recurrent  # measured: an LSTM is no faster
        and (one.dtype == "float32" or not one.dtype.startswith(("float", "bfloat", "complex")))
    )


def _device(cell: Evidence, one: Forward) -> str | None:
    """Return the device that computed, if it multiplies bfloat16 natively."""
    if one.model.on("cpu") > _PURE:
        return "cpu" if cell.machine.bf16 else None
    ready = any(gpu.capability is not None and gpu.capability >= (8, 0) for gpu in cell.machine.gpus if gpu.ours)
    return "cuda" if one.model.on("cuda") > _PURE and ready else None


def _is_chosen(notebook: Notebook, names: Sequence[str]) -> bool:
    """Whether the code chooses a precision, for a model, a loop or all."""
    return any(
        code.calls(*_CHOSEN)
        or code.attributes(*_CHOSEN)
        or code.keywords(*_CHOSEN_BY_WORD)
        or any(argument(call, "dtype") is not None for call in code.calls("from_pretrained", "pipeline"))
        or any(_casts(call, names) for call in code.calls("to", "float"))
        for code in notebook.codes()
    )


def _casts(call: ast.Call, names: Sequence[str]) -> bool:
    """Whether it makes a model's numbers ones of 32 bits: ``model.float()`` or ``model.to(torch.float32)``."""
    if not isinstance(call.func, ast.Attribute) or dotted(call.func.value) not in names:
        return False
    given = [*call.args, *(word.value for word in call.keywords)]
    return call.func.attr == "float" or any(last_name(each) == "float32" for each in given)


def _patch(cell: Evidence, notebook: Notebook, device: str, names: Sequence[str]) -> Edit | None:
    for home in reversed(notebook.cells):
        places = Places(home.code.source)
        if cell.code.calls("backward"):
            break
        for call in home.code.calls("TrainingArguments", "Seq2SeqTrainingArguments"):
            return edit(home, [places.keyword(call, "bf16", "True")])
        for call in home.code.calls("Trainer"):
            if argument(call, "max_epochs") is not None or argument(call, "max_steps") is not None:  # Lightning's
                return edit(home, [places.keyword(call, "precision", '"bf16-mixed"')])
    torch = torch_name(notebook)
    if torch is None or not trains(cell) or cell.code.calls("numpy"):  # there are no NumPy arrays of bfloat16
        return None
    return under(notebook, cell, f'with {torch}.autocast("{device}", dtype={torch}.bfloat16):', names)


RULE = Rule(
    id="R02",
    title="Multiply in bfloat16",
    effect="numerics change",
    saving=(0.20, 0.55),
    source="measured: 43 % less CPU time for a language model, 55 % for a CNN, 25 % for an MLP of 64 rows "
    "(PyTorch 2.13 on a CPU with AVX-512 BF16)",
    see=see,
    needs=("torch",),
)
