"""What code a cell runs: its own, and that of the notebook's functions and classes that it uses, at any remove."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..evidence import Evidence, Notebook

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_MOST = 50  # functions; beyond, nobody could say anything of the whole


def reached(cell: Evidence, notebook: Notebook) -> dict[str, tuple[Definition, Evidence]]:
    """Return the functions and classes that a cell uses, by name, each as it was defined last and where."""
    found: dict[str, tuple[Definition, Evidence]] = {}
    names = set(cell.code.read) | _with_methods(cell.code.said, notebook)
    seen: set[str] = set()
    while names - seen and len(found) < _MOST:
        name = min(names - seen)
        seen.add(name)
        where = notebook.defining(name)
        if where is not None:
            definition = next(node for node in reversed(list(definitions(where.code.tree))) if node.name == name)
            found[name] = definition, where
            names |= {node.id for node in ast.walk(definition) if isinstance(node, ast.Name)}
    return found


def _with_methods(said: frozenset[str], notebook: Notebook) -> set[str]:
    """Return the classes of which a cell may call a method: of an object that it does not make itself."""
    return {
        node.name
        for code in notebook.codes()
        for node in definitions(code.tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(each, ast.FunctionDef) and each.name in said for each in node.body)
    }


def definitions(tree: ast.Module) -> Iterator[Definition]:
    """Yield the functions and classes that a cell defines at its top level."""
    return (node for node in tree.body if isinstance(node, _DEFINITIONS))


def imported(notebook: Notebook) -> frozenset[str]:
    """Return the names that stand for modules, or for what was imported from them, anywhere in a notebook."""
    return frozenset().union(*(code.imported for code in notebook.codes()))
