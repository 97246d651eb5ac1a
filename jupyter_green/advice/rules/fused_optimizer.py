"""R18: an optimizer that goes through its tensors one operation at a time."""

from __future__ import annotations

from collections.abc import Sequence

from ...work.optimizer_traits import OptimizerStep
from ..evidence import Evidence, Notebook
from ..forwards import duration
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import argument
from ..source_code.edits import Places
from ..source_code.model_code import edit
from ..suggestion import Edit, Finding

_FUSED = frozenset({"Adam", "AdamW", "SGD", "Adagrad"})  # PyTorch's own that have a kernel for the CPU too, from 2.5
_TYPES = frozenset({"float32", "float64", "bfloat16", "float16"})
_SHARE = 0.15  # of the time between steps; below, the whole saves little
_TIMED = 3  # steps; the first one makes the optimizer's state
_STEPS = 20  # fewer are a trial
_FIRST_VERSION = (2, 5)


def see(cell: Evidence, notebook: Notebook, _gates: Gates) -> Finding | None:
    """Speak where an optimizer that could be fused takes much of the time, and nobody chose how it goes."""
    steps = [each for each in cell.seen(OptimizerStep) if each.period]
    if cell.work.steps < _STEPS or len(steps) < _TIMED:
        return None
    if not all(_could_be(each) for each in steps) or _version(cell) < _FIRST_VERSION:
        return None
    if any(code.keywords("foreach", "fused", "optim") for code in notebook.codes()):
        return None
    share, seconds = _share(steps)
    if share < _SHARE:
        return None
    name = steps[-1].name
    return Finding(
        f"{name} took {share:.0%} of the CPU time of a training step: {duration(seconds)} "
        f"for {steps[-1].tensors} tensors. It is not fused.",
        patch=_patch(cell, notebook, sorted({each.name for each in steps})),
        share=min(1.0, share),
    )


def _share(steps: Sequence[OptimizerStep]) -> tuple[float, float]:
    """Return the optimizers' share of the CPU time between steps, and theirs, s.

    The least of each, since what else the machine does adds to all.
    """
    own = whole = 0.0
    for serial in {each.serial for each in steps}:
        of_one = [each for each in steps if each.serial == serial]
        own += min(each.seconds for each in of_one)
        whole += min(each.period for each in of_one if each.period)
    return own / whole, own


def _could_be(step: OptimizerStep) -> bool:
    return (
        step.name in _FUSED
        and step.module.startswith("torch.optim.")
        and step.fused is None
        and step.foreach is None
        and step.fusible
        and step.momentum  # measured: SGD without it gains nothing
        and len(step.devices) == 1
        and step.devices[0] in ("cpu", "cuda")
        and _TYPES.issuperset(step.dtypes)
    )


def _version(cell: Evidence) -> tuple[int, int]:
    first, second = [*cell.machine.libraries.get("torch", "").split("."), "", ""][:2]
    return (int(first), int(second)) if first.isdigit() and second.isdigit() else _FIRST_VERSION


def _patch(cell: Evidence, notebook: Notebook, names: Sequence[str]) -> Edit | None:
    for home in [cell, *reversed(notebook.earlier)]:
        places = Places(home.code.source)
        calls = [call for call in home.code.calls(*names) if argument(call, "fused") is None]
        if calls:
            return edit(home, [places.keyword(call, "fused", "True") for call in calls])
        arguments = home.code.calls("TrainingArguments", "Seq2SeqTrainingArguments")
        if arguments and names == ["AdamW"]:
            return edit(home, [places.keyword(arguments[0], "optim", '"adamw_torch_fused"')])
    return None


RULE = Rule(
    id="R18",
    title="Fuse the optimizer",
    effect="numerics change",
    saving=(0.40, 0.70),
    source="measured: 61 % less CPU time of the optimizer itself (PyTorch 2.13 on a CPU)",
    see=see,
    needs=("torch",),
)
