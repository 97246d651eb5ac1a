"""Functions of earlier cells whose loops are to be shortened: their definitions, to be run once more."""

from __future__ import annotations

import ast
import types
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..source_code.code import Code


def redefinitions(
    functions: Iterable[types.FunctionType], namespace: Mapping[str, Any], sources: Mapping[int, str]
) -> Iterator[ast.FunctionDef]:
    """Yield the definitions of those functions with loops that stand in the namespace as they stand in a cell.

    Parameters
    ----------
    functions
        What a cell reaches.
    sources
        The cells, by execution count.
    """
    for function in functions:
        if namespace.get(function.__name__) is function and function.__globals__ is namespace:
            definition = _definition(function.__name__, sources)
            if definition is not None and _is_of(definition, function):
                yield definition


def _definition(name: str, sources: Mapping[int, str]) -> ast.FunctionDef | None:
    for number in sorted(sources, reverse=True):
        code = Code(sources[number])
        for statement in reversed(code.tree.body) if name in code.defined else ():
            if isinstance(statement, ast.FunctionDef) and statement.name == name:
                return statement
    return None


def _is_of(definition: ast.FunctionDef, function: types.FunctionType) -> bool:
    """Whether a function was made by a definition, which has loops and nothing that acts when it is run."""
    if definition.decorator_list or not any(isinstance(node, ast.For) for node in ast.walk(definition)):
        return False
    made = compile(ast.Module([definition], []), "<definition>", "exec")
    codes = [each for each in made.co_consts if isinstance(each, types.CodeType) and each.co_name == function.__name__]
    ours = function.__code__
    return any(each.co_code == ours.co_code and each.co_names == ours.co_names for each in codes)
