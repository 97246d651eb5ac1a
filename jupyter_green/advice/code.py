"""A cell's code as a tree, with the few questions that rules ask of it. Nothing is ever executed."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import cached_property
from typing import Any

# Cell magics that run the rest of the cell as Python in this namespace.
_TRANSPARENT = re.compile(r"%%(carbon|time|timeit|capture|prun|memit)\b")
_LINE_MAGIC = re.compile(r"^(\s*)[%!].*")
_HELP = re.compile(r"^[^#'\"]*\?\s*$")
_MOST = 200_000  # characters; longer cells are data


class Code:
    """The code of one cell.

    Parameters
    ----------
    source
        As the user wrote it, magics and all. Positions in :attr:`tree` are positions in it.
    """

    def __init__(self, source: str) -> None:
        self.source = source

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree; empty where the cell is not Python. Magics count as ``pass``."""
        if len(self.source) > _MOST:
            return ast.Module([], [])
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # invalid escapes are told to the user when the cell runs
                return ast.parse(_without_magics(self.source))
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module([], [])

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes, outer ones before inner ones."""
        return list(ast.walk(self.tree))

    @cached_property
    def _calls(self) -> dict[str, list[ast.Call]]:
        found: dict[str, list[ast.Call]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Call):
                found.setdefault(last_name(node.func), []).append(node)
        return found

    def calls(self, *names: str) -> list[ast.Call]:
        """Return the calls of what is called by one of these names, whatever stands before its last dot."""
        return [call for name in names for call in self._calls.get(name, ())]

    def attributes(self, *names: str) -> list[ast.Attribute]:
        """Return the places where one of these attributes is read or set."""
        return [node for node in self.nodes if isinstance(node, ast.Attribute) and node.attr in names]

    def keywords(self, *names: str) -> list[ast.keyword]:
        """Return the keyword arguments of these names, of any call."""
        return [node for node in self.nodes if isinstance(node, ast.keyword) and node.arg in names]

    @cached_property
    def defined(self) -> frozenset[str]:
        """Names of functions and classes that the cell defines at its top level."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return frozenset(node.name for node in self.tree.body if isinstance(node, kinds))

    @cached_property
    def read(self) -> frozenset[str]:
        """Names that are read anywhere in the cell."""
        return frozenset(
            node.id for node in self.nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
        )

    @cached_property
    def written(self) -> frozenset[str]:
        """Names that are bound anywhere in the cell, its functions' own included."""
        return frozenset(
            node.id for node in self.nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        )

    @cached_property
    def shape(self) -> str:
        """The tree as text: the same for cells that differ in comments and layout only; empty if not Python."""
        return ast.dump(self.tree) if self.tree.body else ""

    def segment(self, node: ast.AST) -> str:
        """Return the text of a node."""
        return ast.get_source_segment(self.source, node) or ""


def last_name(node: ast.AST) -> str:
    """Return what stands after the last dot: ``fit`` of ``a.b.fit``; empty for anything that is no name."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def dotted(node: ast.AST) -> str:
    """Return ``a.b.fit`` of such an expression; empty where anything but names stands in it."""
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return node.id if isinstance(node, ast.Name) else ""


def argument(call: ast.Call, name: str, position: int | None = None) -> ast.expr | None:
    """Return what is given for a parameter, by keyword or position; ``None`` if it is not given."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    if position is not None and position < len(call.args):
        given = call.args[: position + 1]
        return None if any(isinstance(each, ast.Starred) for each in given) else given[-1]
    return None


def constant(node: ast.AST | None) -> Any:  # noqa: ANN401 - whatever a literal may be
    """Return the value of a literal, a negative number included; ``None`` for anything else."""
    try:
        return None if node is None else ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def inside(outer: ast.AST, kinds: type[ast.AST] | tuple[type[ast.AST], ...]) -> Iterator[ast.AST]:
    """Yield the nodes of these kinds below a node."""
    for node in ast.walk(outer):
        if node is not outer and isinstance(node, kinds):
            yield node


def _without_magics(source: str) -> str:
    """Return the source with magics made into ``pass``, each line in its place."""
    lines = source.split("\n")
    leading = True
    for at, line in enumerate(lines):
        if leading and line.startswith("%%"):
            if not _TRANSPARENT.match(line):
                return ""
            lines[at] = ""
        elif line.strip():
            leading = False
            magic = _LINE_MAGIC.match(line)
            if magic is not None:
                lines[at] = f"{magic[1]}pass"
            elif _HELP.match(line):
                lines[at] = "pass"
    return "\n".join(lines)
