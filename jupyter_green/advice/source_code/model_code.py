"""Where in a notebook's code a model is called, and the changes that put such calls under a context of PyTorch's."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from ..evidence import Evidence, Notebook
from ..suggestion import Edit
from .code import Code, dotted, last_name
from .edits import Change, Places, apply

# What a model is called where no variable of the notebook tells: in functions that are given one, and in classes.
_USUAL = frozenset({"model", "net", "network", "self.model", "self.net", "encoder", "self"})
_DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_DEFS, ast.ClassDef)
Def = ast.FunctionDef | ast.AsyncFunctionDef


def torch_name(notebook: Notebook) -> str | None:
    """Return the name under which the notebook knows PyTorch; ``None`` if it has not imported it as a whole."""
    for code in notebook.codes():
        for node in code.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name == "torch":
                        return alias.asname or "torch"
    return None


def blocks(root: ast.AST) -> Iterator[list[ast.stmt]]:
    """Yield every list of statements below a node, outer ones first."""
    for node in ast.walk(root):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and block and isinstance(block[0], ast.stmt):
                yield block


def calls_of(root: ast.AST, names: Sequence[str]) -> bool:
    """Whether a model of one of these names is called in what stands below a node."""
    wanted = _USUAL | set(names)
    return any(isinstance(node, ast.Call) and dotted(node.func) in wanted for node in ast.walk(root))


def goes_back(root: ast.AST) -> bool:
    """Whether a backward pass is made, or an optimizer steps, below a node."""
    return any(isinstance(node, ast.Call) and last_name(node.func) in ("backward", "step") for node in ast.walk(root))


def functions(code: Code) -> Iterator[Def]:
    """Yield all functions and methods of a cell."""
    return (node for node in code.nodes if isinstance(node, _DEFS))


def in_reach(cell: Evidence, notebook: Notebook) -> Iterator[tuple[Evidence, Def]]:
    """Yield functions that a cell may have run, its own and earlier cells', by the names that it reads, and theirs."""
    names = set(cell.code.read) | {node.attr for node in cell.code.nodes if isinstance(node, ast.Attribute)}
    done: set[str] = set()
    for home in reversed(notebook.cells):
        for found in functions(home.code):
            if found.name in names and found.name not in done:
                done.add(found.name)
                names |= {last_name(node.func) for node in ast.walk(found) if isinstance(node, ast.Call)}
                yield home, found


def named_in(function: Def, notebook: Notebook, names: Sequence[str]) -> list[str]:
    """Return what a model of these names is called in a function: the same, or a parameter that it is given as."""
    found = list(names)
    parameters = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    parameters = parameters[1:] if parameters[:1] in (["self"], ["cls"]) else parameters
    for code in notebook.codes():
        for call in code.calls(function.name):
            given = [*zip(parameters, call.args, strict=False), *((each.arg, each.value) for each in call.keywords)]
            found += [name for name, value in given if name and dotted(value) in names]
    return found


def loop_of_training(root: ast.AST, names: Sequence[str]) -> tuple[ast.stmt, ast.stmt] | None:
    """Return the first and the last statement from a model's call to the loss: all before the backward pass."""
    for block in reversed(list(blocks(root))):
        for at, statement in enumerate(block):
            call = statement.value if isinstance(statement, ast.Expr) else None
            if not isinstance(call, ast.Call) or last_name(call.func) != "backward":
                continue
            first = next((i for i in range(at + 1) if calls_of(block[i], names)), None)
            if first is not None:
                return block[first], block[max(first, at - 1)]
    return None


def under(notebook: Notebook, cell: Evidence, header: str, names: Sequence[str]) -> Edit | None:
    """Return the change that puts the forward pass and the loss of a training loop under a context."""
    homes: list[tuple[Evidence, ast.AST]] = [(cell, cell.code.tree), *in_reach(cell, notebook)]
    for home, root in homes:
        found = loop_of_training(root, named_in(root, notebook, names) if isinstance(root, _DEFS) else names)
        if found is not None:
            return edit(home, within(home, [found], header))
    return None


def within(home: Evidence, spans: Sequence[tuple[ast.stmt, ast.stmt]], header: str) -> list[Change]:
    """Return the changes that put stretches of a cell under a context; none where a string stands in the way."""
    places = Places(home.code.source)
    try:
        return [places.within(first, last, header) for first, last in spans]
    except ValueError:
        return []


def edit(home: Evidence, changes: Sequence[Change]) -> Edit | None:
    """Return changes of a cell's source, or ``None`` where there are none or what comes out is no Python."""
    try:
        after = apply(home.code.source, *changes)
    except ValueError:
        return None
    return Edit(home.cell, home.code.source, after) if changes and Code(after).tree.body else None
