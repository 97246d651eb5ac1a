"""R01: a model that was drawn into 64-bit numbers by its data, as NumPy's arrays do."""

from __future__ import annotations

import ast

from ...work.forward_traits import Forward
from ...work.optimizer_traits import OptimizerStep
from ..code import Code, constant, dotted
from ..edits import Change, Places
from ..evidence import Evidence, Notebook
from ..forwards import direct, heaviest, millions
from ..gates import Gates
from ..model_code import edit
from ..rule import Rule
from ..suggestion import Edit, Finding, Snippet

_MOST = 0.5  # of the parameters
_NUMPY = frozenset({"np", "numpy", "jnp", "pd", "pandas"})
_MADE_FROM = ("from_numpy", "tensor", "as_tensor", "asarray")  # PyTorch's functions that keep the data's type
_SET = ("set_default_dtype", "set_default_tensor_type", "DoubleTensor", "double", "gradcheck", "gradgradcheck")
_EXACT = frozenset({"LBFGS"})  # its line search wants the digits


def see(cell: Evidence, notebook: Notebook, _gates: Gates) -> Finding | None:
    """Speak where optimizers stepped over parameters of 64 bits, and nobody asked for them."""
    state = cell.torch
    if not cell.work.steps or (state is not None and state.default_dtype == "float64"):
        return None
    passes = [each for each in heaviest(direct(cell)) if each.model.share("float64") > _MOST]
    steps = [each for each in cell.seen(OptimizerStep) if "float64" in each.dtypes and each.name not in _EXACT]
    if not steps or any(_asks(code) for code in notebook.codes()):
        return None
    if passes:
        of = f"{passes[-1].model.name} has {millions(passes[-1].model.parameters)} parameters"
    else:
        of = f"{steps[-1].name} updates {millions(steps[-1].parameters)} parameters"
    return Finding(
        f"{of} of float64, and {cell.work.steps} optimizer steps were made with them; the code never asks for 64 bits: "
        "data of float64 drew them along.",
        patch=_patch(cell, notebook, passes),
    )


def _asks(code: Code) -> bool:
    """Whether the code asks PyTorch for 64 bits; NumPy's own types are the data's."""
    if code.calls(*_SET) or code.attributes("double"):
        return True
    if any(dotted(node.value) not in _NUMPY for node in code.attributes("float64")):
        return True
    if any(constant(word.value) in (64, "64", "64-true") for word in code.keywords("precision")):
        return True
    return any(
        isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("torch")
        and any(alias.name in ("float64", "double") for alias in node.names)
        for node in code.nodes
    )


def _patch(cell: Evidence, notebook: Notebook, passes: list[Forward]) -> Edit | Snippet | None:
    made = _made_here(cell)
    tensors = {name for name, kind in cell.doubles.items() if kind == "tensor"}
    if made and tensors <= set(made):
        return edit(cell, list(made.values()))
    names = notebook.models(passes[-1].model.serial) if passes else []
    if not names:
        return None
    data = sorted(name for name in tensors if name in cell.code.read)
    return Snippet("\n".join([f"{names[0]} = {names[0]}.float()", *(f"{name} = {name}.float()" for name in data)]))


def _made_here(cell: Evidence) -> dict[str, Change]:
    """Return the changes that make 32-bit numbers of data where the cell makes tensors of them, by their names."""
    places, changes = Places(cell.code.source), {}
    for node in cell.code.tree.body:
        value = node.value if isinstance(node, ast.Assign) else None
        if not isinstance(node, ast.Assign) or len(node.targets) != 1 or not isinstance(value, ast.Call):
            continue
        target = node.targets[0]
        if not isinstance(target, ast.Name) or cell.doubles.get(target.id) != "tensor":
            continue
        if any(value is call for call in cell.code.calls(*_MADE_FROM)) and "." in dotted(value.func):
            changes[target.id] = Change(places.end(value), places.end(value), ".float()")
    return changes


RULE = Rule(
    id="R01",
    title="Train with 32-bit numbers",
    effect="numerics change",
    saving=(0.40, 0.60),
    source="measured: 51 % less CPU time for a multilayer perceptron, 52 to 64 % for NumPy's matrices "
    "(PyTorch 2.13 on a CPU)",
    see=see,
    needs=("torch",),
)
