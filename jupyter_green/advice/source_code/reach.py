"""Which code a cell runs: its own, and the functions of earlier cells that it calls, or that those call."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from ..evidence import Evidence, Notebook
from .code import last_name

Body = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_MOST = 40  # functions of one cell that are followed


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method that the notebook defines.

    Attributes
    ----------
    cell
        The cell that bears it.
    node
        Its definition.
    method
        Whether its first parameter is the object that it is called on.
    """

    cell: Evidence
    node: Body
    method: bool


def functions(notebook: Notebook) -> dict[str, Function]:
    """Return the functions and methods of all cells by their last name; the newest definition counts."""
    found: dict[str, Function] = {}
    for cell in notebook.cells:
        owners = {id(inner): node for node in cell.code.nodes if isinstance(node, ast.ClassDef) for inner in node.body}
        for node in cell.code.nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                found[node.name] = Function(cell, node, id(node) in owners)
            elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Lambda):
                found.update({last_name(target): Function(cell, node.value, False) for target in node.targets})
    return found


def reached(cell: Evidence, notebook: Notebook) -> Iterator[tuple[Evidence, list[ast.AST]]]:
    """Yield the nodes that run with a cell, with the cell whose code they are: its own first, then what it calls.

    A name counts as called where it is read: functions are given to ``map`` and threads as well.
    """
    known = functions(notebook)
    yield cell, cell.code.nodes
    seen: set[str] = set()
    names = _names(cell.code.nodes)
    while names and len(seen) < _MOST:
        name = names.pop(0)
        function = known.get(name)
        if function is None or name in seen:
            continue
        seen.add(name)
        nodes = list(ast.walk(function.node))
        names += _names(nodes)
        if function.cell is not cell:
            yield function.cell, nodes


def _names(nodes: list[ast.AST]) -> list[str]:
    """Return names and attributes that are read, and ``__call__`` beside each plain name that is called."""
    read = [node for node in nodes if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)]
    names = dict.fromkeys(map(last_name, read))
    if any(isinstance(node, ast.Call) and isinstance(node.func, ast.Name) for node in nodes):
        names["__call__"] = None
    return list(names)
