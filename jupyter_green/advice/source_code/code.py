"""A cell's code as a tree, with the few questions that rules ask of it. Nothing is ever executed."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from .magics import without_magics

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
        for statements in (True, False):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # invalid escapes are told to the user when the cell runs
                    return ast.parse(without_magics(self.source, statements=statements))
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
        return ast.Module([], [])

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All nodes, outer ones before inner ones."""
        found: list[ast.AST] = [self.tree]
        for node in found:  # grows as it goes: half the time of ast.walk
            for name in node._fields:
                value = getattr(node, name, None)
                if isinstance(value, ast.AST):
                    found.append(value)
                elif isinstance(value, list):
                    found += [each for each in value if isinstance(each, ast.AST)]
        return found

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

    @cached_property
    def _attributes(self) -> dict[str, list[ast.Attribute]]:
        found: dict[str, list[ast.Attribute]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Attribute):
                found.setdefault(node.attr, []).append(node)
        return found

    def attributes(self, *names: str) -> list[ast.Attribute]:
        """Return the places where one of these attributes is read or set."""
        return [node for name in names for node in self._attributes.get(name, ())]

    @cached_property
    def _keywords(self) -> dict[str, list[ast.keyword]]:
        found: dict[str, list[ast.keyword]] = {}
        for node in self.nodes:
            if isinstance(node, ast.keyword) and node.arg is not None:
                found.setdefault(node.arg, []).append(node)
        return found

    def keywords(self, *names: str) -> list[ast.keyword]:
        """Return the keyword arguments of these names, of any call."""
        return [node for name in names for node in self._keywords.get(name, ())]

    @cached_property
    def said(self) -> frozenset[str]:
        """All names that are called, read, or given as attributes or keywords: made once, as every rule may ask."""
        return self.read.union(self._calls, self._attributes, self._keywords) - {""}

    @cached_property
    def defined(self) -> frozenset[str]:
        """Names of functions and classes that the cell defines at its top level."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return frozenset(node.name for node in self.tree.body if isinstance(node, kinds))

    @cached_property
    def imported(self) -> frozenset[str]:
        """Names that an import binds anywhere in the cell."""
        return frozenset(
            (each.asname or each.name).partition(".")[0]
            for node in self.nodes
            if isinstance(node, (ast.Import, ast.ImportFrom))
            for each in node.names
        )

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
        try:
            return ast.dump(self.tree) if self.tree.body else ""
        except RecursionError:  # a sum of a thousand terms
            return ""

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
