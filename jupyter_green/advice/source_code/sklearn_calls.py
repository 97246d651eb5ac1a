"""Where a notebook makes or calls something of scikit-learn's, also under another name that it imported it as."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ..evidence import Evidence, Notebook
from .code import last_name
from .reach import reached


def nearest_calls(cell: Evidence, notebook: Notebook, *names: str) -> tuple[Evidence, list[ast.Call]] | None:
    """Return the calls of what bears one of these names, with their cell.

    Looked for in the cell that ran, then in the functions that it calls, then in other cells, the newest first.
    """
    called = {*names, *_aliases(notebook, names)}
    places: list[tuple[Evidence, Iterable[ast.AST]]] = list(reached(cell, notebook))
    places += [(each, each.code.nodes) for each in reversed(notebook.earlier)]
    for at, nodes in places:
        calls = [node for node in nodes if isinstance(node, ast.Call) and last_name(node.func) in called]
        if calls:
            return at, calls
    return None


def _aliases(notebook: Notebook, names: Iterable[str]) -> set[str]:
    imports = (
        alias
        for code in notebook.codes()
        for node in code.nodes
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    )
    return {alias.asname for alias in imports if alias.asname and alias.name in names}
