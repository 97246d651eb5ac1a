"""Where a cell goes through the rows of a frame, and what it does with each."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..evidence import Evidence, Notebook
from ..source_code.code import Code, argument, constant, last_name
from ..source_code.used_definitions import reached

Body = list[ast.stmt] | ast.expr


@dataclass(frozen=True, slots=True)
class RowPlace:
    """One place.

    Attributes
    ----------
    kind
        As of the probe's :class:`~jupyter_green.work.pandas_frames.RowLoop`.
    where
        The cell whose code it is in.
    node
        The loop, the comprehension or the call of ``apply``.
    frame
        What is gone through.
    index, row
        Names of the loop's variables, or of the function's parameter; empty where they have none.
    body
        What is done with a row; ``None`` where it is done by something that is no code of the notebook's.
    """

    kind: Literal["iterrows", "apply"]
    where: Evidence
    node: ast.AST
    frame: ast.expr
    index: str
    row: str
    body: Body | None


def row_places(cell: Evidence, notebook: Notebook) -> list[RowPlace]:
    """Return the places in a cell's code and in the functions that it uses."""
    found = [place for node in cell.code.nodes for place in _place(node, cell, notebook)]
    for definition, where in reached(cell, notebook).values():
        if where is not cell:
            found += [place for node in ast.walk(definition) for place in _place(node, where, notebook)]
    return found


def _place(node: ast.AST, where: Evidence, notebook: Notebook) -> Iterator[RowPlace]:
    if isinstance(node, ast.For):
        frame = _gone_through(node.iter)
        if frame is not None:
            yield RowPlace("iterrows", where, node, frame, *_variables(node.target), node.body)
    elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        frame = _gone_through(node.generators[0].iter)
        if frame is not None:
            body: list[ast.expr] = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
            body += [test for each in node.generators for test in each.ifs]
            simple = ast.Tuple(body, ast.Load()) if len(node.generators) == 1 else None
            yield RowPlace("iterrows", where, node, frame, *_variables(node.generators[0].target), simple)
    elif isinstance(node, ast.Call) and last_name(node.func) in ("apply", "progress_apply") and _along_rows(node):
        function = argument(node, "func", 0)
        if isinstance(node.func, ast.Attribute) and function is not None and not _is_raw(node):
            row, applied = _function(function, notebook)
            yield RowPlace("apply", where, node, node.func.value, "", row, applied)


def _gone_through(iterated: ast.expr) -> ast.expr | None:
    """Return the frame whose rows are gone through, also below ``tqdm`` or ``enumerate``."""
    for node in ast.walk(iterated):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "iterrows":
            return node.func.value
    return None


def _variables(target: ast.expr) -> tuple[str, str]:
    if isinstance(target, ast.Tuple) and len(target.elts) == 2:
        first, second = target.elts
        if isinstance(second, ast.Tuple):  # of enumerate
            return _variables(second)
        if isinstance(first, ast.Name) and isinstance(second, ast.Name):
            return first.id, second.id
    return "", ""


def _along_rows(call: ast.Call) -> bool:
    return constant(argument(call, "axis", 1)) in (1, "columns")


def _is_raw(call: ast.Call) -> bool:
    """Whether the user has chosen a faster way already."""
    return constant(argument(call, "raw")) is True or argument(call, "engine") is not None


def _function(function: ast.expr, notebook: Notebook) -> tuple[str, Body | None]:
    if isinstance(function, ast.Lambda):
        return _first(function.args), function.body
    definition = defined(function.id, notebook) if isinstance(function, ast.Name) else None
    return ("", None) if definition is None else (_first(definition.args), definition.body)


def _first(arguments: ast.arguments) -> str:
    every = [*arguments.posonlyargs, *arguments.args]
    return every[0].arg if every else ""


def defined(name: str, notebook: Notebook) -> ast.FunctionDef | None:
    """Return the function of that name as it was defined last in the notebook, wherever it stands in a cell."""
    for code in notebook.codes():
        found = _definition(name, code)
        if found is not None:
            return found
    return None


def _definition(name: str, code: Code) -> ast.FunctionDef | None:
    if name not in code.defined and f"def {name}" not in code.source:
        return None
    return next((n for n in reversed(code.nodes) if isinstance(n, ast.FunctionDef) and n.name == name), None)
