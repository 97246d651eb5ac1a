"""What of earlier cells has to run again for a change in one of them to reach the cell that is tried."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from ..source_code.code import Code
from ..suggestion import Edit

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# Methods that set a thing up, and cost nothing.
_SETTING_UP = frozenset({"train", "eval", "to", "cuda", "requires_grad_", "float", "double", "half", "compile"})


def leading_up(
    edit: Edit, cell: int | None, sources: Mapping[int, str], needed: Iterable[str], *, after: bool
) -> list[ast.stmt]:
    """Return the statements to run before a cell, in which the change, or what was before, takes hold.

    These are the statements that the change differs in, and those up to the cell that make something of what they
    bind and that the cell needs: the optimizer of a model that is made in another way.

    Parameters
    ----------
    edit
        Of an earlier cell.
    cell
        The cell that is tried.
    needed
        Names that it and its functions look up.
    after
        Whether with the change.
    """
    before_tree, after_tree = Code(edit.before).tree, Code(edit.after).tree
    begin, end = _common(before_tree.body, after_tree.body)
    body = after_tree.body if after else before_tree.body
    changed, rest = body[begin : len(body) - end], body[len(body) - end :]
    tainted = {name for statement in changed for name in _bound(statement) | _receivers(statement)}
    following: list[ast.stmt] = []
    for statement in (*rest, *_between(edit.cell, cell, sources)):
        if not _read(statement) & tainted:
            continue
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            tainted |= _bound(statement)
            following.append(statement)
        elif _sets_up(statement):
            following.append(statement)
    return [*changed, *_wanted(following, set(needed))]


def _between(first: int | None, last: int | None, sources: Mapping[int, str]) -> Iterator[ast.stmt]:
    """Yield the statements of the cells that ran after one and before another."""
    for number in sorted(sources):
        if first is not None and number > first and (last is None or number < last):
            yield from Code(sources[number]).tree.body


def _wanted(statements: list[ast.stmt], needed: set[str]) -> list[ast.stmt]:
    """Return those of them that bind or set up what is needed in the end."""
    found = []
    for statement in reversed(statements):
        made = _receivers(statement) if isinstance(statement, ast.Expr) else _bound(statement)
        if made & needed:
            found.append(statement)
            needed |= _read(statement)
    return found[::-1]


def _common(before: list[ast.stmt], after: list[ast.stmt]) -> tuple[int, int]:
    """Return how many statements are the same at the beginning, and at the end."""
    dumps = [[ast.dump(statement) for statement in body] for body in (before, after)]
    shorter = min(map(len, dumps))
    begin = 0
    while begin < shorter and dumps[0][begin] == dumps[1][begin]:
        begin += 1
    end = 0
    while end < shorter - begin and dumps[0][-1 - end] == dumps[1][-1 - end]:
        end += 1
    return begin, end


def _bound(statement: ast.stmt) -> set[str]:
    names = {
        node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    return names | {statement.name} if isinstance(statement, _DEFINITIONS) else names


def _read(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}


def _receivers(statement: ast.stmt) -> set[str]:
    """Return names whose objects a statement calls a method of, or sets an attribute of."""
    found: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Attribute):
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                inner = inner.value
            if isinstance(inner, ast.Name) and (isinstance(statement, ast.Expr) or not isinstance(node.ctx, ast.Load)):
                found.add(inner.id)
    return found


def _sets_up(statement: ast.stmt) -> bool:
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    called = statement.value.func
    return isinstance(called, ast.Attribute) and called.attr in _SETTING_UP
