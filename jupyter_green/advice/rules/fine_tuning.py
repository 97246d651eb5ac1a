"""R14: fine-tuning that changes every weight of a pretrained model."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...work.forward_traits import Forward
from ..evidence import Evidence, Notebook
from ..forwards import direct, millions, trains
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import dotted
from ..source_code.edits import Places
from ..source_code.model_code import edit
from ..suggestion import Edit, Finding, Snippet

_PRETRAINED = 0.5  # of the parameters: a new head is small
_TRAINABLE = 0.9  # of the parameters
_LARGE = 100_000_000  # parameters
_STEPS, _FEW = 20, 3  # fewer are a trial, or one
_CHOSEN = (
    "get_peft_model",
    "inject_adapter_in_model",
    "add_adapter",
    "LoraConfig",
    "peft_config",
    "requires_grad_",
    "freeze",
    "freeze_base_model",
    "freeze_feature_encoder",
    "freeze_encoder",
)
_TASKS = (
    ("ForSequenceClassification", "SEQ_CLS"),
    ("ForTokenClassification", "TOKEN_CLS"),
    ("ForQuestionAnswering", "QUESTION_ANS"),
    ("ForConditionalGeneration", "SEQ_2_SEQ_LM"),
    ("ForCausalLM", "CAUSAL_LM"),
    ("LMHeadModel", "CAUSAL_LM"),
)


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where a model that was read from a checkpoint was trained as a whole, and nobody chose what to train."""
    if not trains(cell) or cell.work.steps < _FEW or not gates.at_least(cell.work.steps, _STEPS + 1):
        return None
    trained = [each for each in direct(cell) if each.training and each.grad and _as_a_whole(each, gates)]
    if not trained or notebook.says(*_CHOSEN) or _sets_gradients(notebook):
        return None
    model = trained[-1].model
    return Finding(
        f"{model.trainable / model.parameters:.0%} of the {millions(model.parameters)} parameters of {model.name} were "
        f"trained in {cell.work.steps} optimizer steps; {model.pretrained / model.parameters:.0%} of them came from a "
        "checkpoint.",
        patch=_patch(cell, notebook, model.name, notebook.models(model.serial)),
    )


def _as_a_whole(one: Forward, gates: Gates) -> bool:
    model = one.model
    return (
        not model.adapters
        and not model.eight_bit
        and model.parameters > 0
        and gates.at_least(model.parameters, _LARGE)
        and model.trainable > _TRAINABLE * model.parameters
        and model.pretrained > _PRETRAINED * model.parameters
    )


def _sets_gradients(notebook: Notebook) -> bool:
    return any(
        isinstance(node.ctx, ast.Store) for code in notebook.codes() for node in code.attributes("requires_grad")
    )


def _patch(cell: Evidence, notebook: Notebook, kind: str, names: Sequence[str]) -> Edit | Snippet | None:
    if not names or "." in names[0]:
        return None
    name = names[0]
    task = next((task for ending, task in _TASKS if kind.endswith(ending)), None)
    given = "" if task is None else f', task_type="{task}"'
    code = (
        "from peft import LoraConfig, get_peft_model\n"
        f'{name} = get_peft_model({name}, LoraConfig(target_modules="all-linear"{given}))'
    )
    loads = cell.code.calls("from_pretrained")
    for statement in cell.code.tree.body:  # where the cell makes all anew: before it makes the optimizer
        if not isinstance(statement, ast.Assign) or not any(statement.value is call for call in loads):
            continue
        if [dotted(target) for target in statement.targets] == [name]:
            return edit(cell, [Places(cell.code.source).after(statement, code)])
    return Snippet(code)


RULE = Rule(
    id="R14",
    title="Train adapters or the last layers only",
    effect="result changes",
    saving=(0.15, 0.42),
    source="measured: LoRA 25 % less CPU time, four of six layers frozen 42 % (PyTorch 2.13 on a CPU)",
    see=see,
    needs=("transformers",),
)
