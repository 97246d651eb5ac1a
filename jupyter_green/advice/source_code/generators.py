"""Calls that make a transformers model write: of ``generate``, and of pipelines."""

from __future__ import annotations

import ast
from collections.abc import Callable

from ..evidence import Notebook
from .code import last_name

_MAKERS = ("pipeline",)
_CLASSES = "Pipeline"  # how the names of the classes of pipelines end
_LOADERS = ("from_pretrained", "from_pipe", "from_single_file", "to")


def pipelines(notebook: Notebook) -> set[str]:
    """Return the names and attributes to which the notebook binds pipelines, of transformers or diffusers."""
    names: set[str] = set()
    for code in notebook.codes():
        for node in code.nodes:
            if isinstance(node, ast.Assign) and _makes_pipeline(node.value):
                names.update(map(last_name, node.targets))
    return names - {""}


def writes(notebook: Notebook) -> Callable[[ast.Call], bool]:
    """Return what tells whether a call makes a model write."""
    bound = pipelines(notebook)
    return lambda call: last_name(call.func) == "generate" or last_name(call.func) in bound


def _makes_pipeline(value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return False
    name = last_name(value.func)
    if name in _LOADERS and isinstance(value.func, ast.Attribute):
        owner = value.func.value
        return last_name(owner).endswith(_CLASSES) or _makes_pipeline(owner)
    return name in _MAKERS or name.endswith(_CLASSES)
