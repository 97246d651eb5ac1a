"""R01: a model that was drawn into 64-bit numbers by its data, as NumPy's arrays do."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from ...work.forward_traits import Forward
from ...work.optimizer_traits import OptimizerStep
from ..evidence import Evidence, Notebook
from ..forwards import direct, heaviest, millions
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import Code, argument, constant, dotted
from ..source_code.edits import Change, Places
from ..source_code.model_code import edit
from ..suggestion import Edit, Finding, Snippet

_MOST = 0.5  # of the parameters
_NUMPY = frozenset({"np", "numpy", "jnp", "pd", "pandas"})
_MADE_FROM = ("from_numpy", "tensor", "as_tensor", "asarray")  # PyTorch's functions that keep the data's type
_CONVERTS = frozenset({"float", "long", "int", "to", "type", "half", "bool"})
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
    tensors = {name for name, kind in cell.doubles.items() if kind == "tensor"}
    given = sorted(tensors & cell.code.read - cell.code.written)  # what the cell makes itself follows from them
    if not given:
        return next((made for home in reversed(notebook.cells) if (made := _made(home, cell.doubles))), None)
    names = notebook.models(passes[-1].model.serial) if passes else []
    if not names:
        return None
    return Snippet("\n".join([f"{names[0]} = {names[0]}.float()", *(f"{name} = {name}.float()" for name in given)]))


def _made(home: Evidence, doubles: Mapping[str, str]) -> Edit | None:
    """Return the change that makes 32-bit numbers of arrays of 64 where a cell makes tensors of them."""
    places = Places(home.code.source)
    kept = {
        id(inner)
        for node in home.code.nodes
        if isinstance(node, ast.Assign) and any(doubles.get(dotted(target)) == "tensor" for target in node.targets)
        for inner in ast.walk(node.value)
    }
    converted = {
        id(node.value) for node in home.code.nodes if isinstance(node, ast.Attribute) and node.attr in _CONVERTS
    }
    changes = []
    for call in home.code.calls(*_MADE_FROM):
        plain = "." in dotted(call.func) and argument(call, "dtype") is None and id(call) not in converted
        if plain and call.args and (id(call) in kept or doubles.get(_root(call.args[0])) == "array"):
            changes.append(Change(places.end(call), places.end(call), ".float()"))
    return edit(home, changes)


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Subscript):
        node = node.value
    return dotted(node)


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
