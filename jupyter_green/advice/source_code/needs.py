"""Which names a cell takes from outside, and which it binds for others: read off its syntax tree, in the order it runs.

Branches and loops are taken to run: what an ``if`` or a loop binds counts as bound after it. The body of a function
runs after the cell's own lines, as far as anybody can tell, so what it reads may be bound anywhere in the cell.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

_Scoped = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(slots=True)
class Needs:
    """The names of one cell.

    Attributes
    ----------
    outside
        Read before the cell itself binds them, or never bound in it; built-in names among them.
    bound
        Bound at the cell's top level, those of functions, classes and imports among them.
    defined
        Of these, the names of functions, classes and imported modules.
    """

    outside: set[str] = field(default_factory=set)
    bound: set[str] = field(default_factory=set)
    defined: set[str] = field(default_factory=set)


def needs(tree: ast.Module) -> Needs:
    """Return the names of a cell."""
    walk = _Walk()
    for statement in tree.body:
        walk.visit(statement)
    walk.finish()
    return walk.found


def free_names(function: _Scoped) -> set[str]:
    """Return the names that a function takes from outside itself, built-in ones among them."""
    read: set[str] = set()
    own = _parameters(function.args)
    outer: set[str] = set()
    body = function.body if isinstance(function.body, list) else [function.body]
    for statement in body:
        _collect(statement, read, own, outer)
    return (read - own) | (read & outer) | outer


def _collect(node: ast.AST, read: set[str], own: set[str], outer: set[str]) -> None:
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
        own.add(node.name)
        read |= free_names(node)
        for expression in (*node.decorator_list, *_defaults(node.args)):
            _collect(expression, read, own, outer)
    elif isinstance(node, ast.Lambda):
        read |= free_names(node)
        for expression in _defaults(node.args):
            _collect(expression, read, own, outer)
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        outer.update(node.names)
    elif isinstance(node, ast.Name):
        (read if isinstance(node.ctx, ast.Load) else own).add(node.id)
    else:
        own |= _binds(node)
        for child in ast.iter_child_nodes(node):
            _collect(child, read, own, outer)


def _parameters(arguments: ast.arguments) -> set[str]:
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
    return {each.arg for each in every if each is not None}


def _defaults(arguments: ast.arguments) -> list[ast.expr]:
    return [each for each in (*arguments.defaults, *arguments.kw_defaults) if each is not None]


def _binds(node: ast.AST) -> set[str]:
    """Return what a node binds other than by a name of its own in the tree."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(each.asname or each.name).partition(".")[0] for each in node.names}
    if isinstance(node, ast.ExceptHandler) and node.name:
        return {node.name}
    if isinstance(node, (ast.MatchAs, ast.MatchStar)) and node.name:
        return {node.name}
    if isinstance(node, ast.MatchMapping) and node.rest:
        return {node.rest}
    return {node.name} if isinstance(node, ast.ClassDef) else set()


class _Walk(ast.NodeVisitor):
    """Goes through a cell's lines in the order in which they run."""

    def __init__(self) -> None:
        self.found = Needs()
        self._later: set[str] = set()

    def finish(self) -> None:
        """Take what functions read when the cell's own lines are through."""
        self.found.outside |= self._later - self.found.bound

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Store):
            self.found.bound.add(node.id)
        elif node.id not in self.found.bound:
            self.found.outside.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._in_order(node.value, *node.targets)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._in_order(node.annotation, node.value, node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name) and node.target.id not in self.found.bound:
            self.found.outside.add(node.target.id)
        self._in_order(node.value, node.target)

    def visit_For(self, node: ast.For | ast.AsyncFor) -> None:
        self._in_order(node.iter, node.target, *node.body, *node.orelse)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> None:
        self.visit_For(node)

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:
        self._in_order(node.value, node.target)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._in_order(*node.decorator_list, *_defaults(node.args))
        self._later |= free_names(node)
        self.found.bound.add(node.name)
        self.found.defined.add(node.name)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self.visit_FunctionDef(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._in_order(*_defaults(node.args))
        self._later |= free_names(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._in_order(*node.decorator_list, *node.bases, *(each.value for each in node.keywords))
        read: set[str] = set()
        own: set[str] = set()
        for statement in node.body:
            _collect(statement, read, own, set())
        self._later |= read - own
        self.found.bound.add(node.name)
        self.found.defined.add(node.name)

    def generic_visit(self, node: ast.AST) -> None:
        bound = _binds(node)
        self.found.bound |= bound
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self.found.defined |= bound
        elif isinstance(node, _COMPREHENSIONS):
            self._comprehension(node)
            return
        super().generic_visit(node)

    def _comprehension(self, node: ast.AST) -> None:
        read: set[str] = set()
        own: set[str] = set()
        walrus = [each.target.id for each in ast.walk(node) if isinstance(each, ast.NamedExpr)]
        _collect(node, read, own, set())
        self.found.outside |= read - own - self.found.bound
        self.found.bound.update(walrus)

    def _in_order(self, *nodes: ast.AST) -> None:
        for node in nodes:
            self.visit(node)
