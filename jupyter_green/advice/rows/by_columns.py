"""Whether what is done with each row could be done with whole columns: only arithmetic, choices and texts may be in it.

Everything else – objects that are made, models that are asked, files, networks, what one row leaves for the next –
may need its rows one by one.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ..evidence import Notebook
from ..source_code.code import dotted, last_name
from .row_places import RowPlace, defined

_DEPTH = 3  # functions within functions
_STATEMENTS = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.If, ast.Pass, ast.Continue, ast.Return)
_FUNCTIONS = frozenset(
    {"abs", "min", "max", "round", "int", "float", "str", "bool", "len", "sum", "tuple", "list", "dict"}
)
_MODULES = frozenset({"np", "numpy", "math"})
_PANDAS = frozenset({"isna", "isnull", "notna", "notnull", "to_datetime", "Timestamp", "Timedelta", "to_numeric"})
_OF_ROW = frozenset(
    {
        "sum",
        "mean",
        "max",
        "min",
        "std",
        "var",
        "median",
        "any",
        "all",
        "count",
        "isna",
        "isnull",
        "get",
        "to_dict",
        "tolist",
    }
)
_OF_VALUES = frozenset(
    {"lower", "upper", "strip", "lstrip", "rstrip", "replace", "split", "startswith", "endswith", "title", "capitalize"}
    | {"zfill", "find", "join", "format", "isdigit", "isalpha", "isnumeric", "weekday", "isoweekday", "total_seconds"}
    | {"strftime", "date", "day_name", "month_name", "item", "casefold", "removeprefix", "removesuffix"}
)
_COLLECTS = frozenset({"append", "extend"})
_CELLS = frozenset({"at", "loc", "iat", "iloc"})
_EXCLUDED = ("random", "linalg", "load", "save", "fft", "vectorize", "apply_along_axis")


def is_by_columns(place: RowPlace, notebook: Notebook) -> bool:
    """Whether the rows' own code allows whole columns in their place."""
    if place.body is None:
        function = place.node.args[0] if isinstance(place.node, ast.Call) and place.node.args else None
        name = "" if function is None else dotted(function)
        return name in ("sum", "max", "min") or (name.partition(".")[0] in _MODULES and _is_plain(name))
    if not place.row:
        return False
    body: list[ast.stmt] = place.body if isinstance(place.body, list) else [ast.Return(place.body)]
    frame = place.frame.id if isinstance(place.frame, ast.Name) else ""
    look = _Look(notebook, place.row, frame if place.kind == "iterrows" else "")
    return look.allows(body) and not _carries(body)


class _Look:
    """Goes through what is done with a row.

    Parameters
    ----------
    notebook
        Where functions are defined.
    row
        The row's name.
    frame
        The frame's name; empty where its use does not matter.
    """

    def __init__(self, notebook: Notebook, row: str, frame: str) -> None:
        self._notebook = notebook
        self._row = row
        self._frame = frame

    def allows(self, body: Iterable[ast.stmt], depth: int = 0) -> bool:
        stored = {id(frame) for each in body for node in ast.walk(each) if (frame := _written_to(node)) is not None}
        for statement in body:
            for node in ast.walk(statement):
                if isinstance(node, ast.stmt) and not isinstance(node, _STATEMENTS):
                    return False
                if isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom, ast.Lambda, ast.GeneratorExp, ast.ListComp)):
                    return False
                if isinstance(node, ast.Call) and not self._allows_call(node, depth):
                    return False
                if isinstance(node, ast.Attribute) and node.attr in _CELLS and isinstance(node.ctx, ast.Load):
                    if id(node.value) not in stored:
                        return False
                elif isinstance(node, ast.Name) and node.id == self._frame and id(node) not in stored:
                    return False
        return True

    def _allows_call(self, call: ast.Call, depth: int) -> bool:
        name, path = last_name(call.func), dotted(call.func)
        if isinstance(call.func, ast.Name):
            definition = None if name in _FUNCTIONS else defined(name, self._notebook)
            if definition is None:
                return name in _FUNCTIONS or self._is_of_mathematics(name)
            return depth < _DEPTH and not definition.decorator_list and self.allows(definition.body, depth + 1)
        root = path.partition(".")[0]
        if root in _MODULES:
            return _is_plain(path)
        if root == "pd":
            return name in _PANDAS
        if name == "get":
            return root == self._row or self._is_dict(root)
        return name in _OF_VALUES or name in _COLLECTS or (root == self._row and name in _OF_ROW)

    def _is_of_mathematics(self, name: str) -> bool:
        return any(
            isinstance(node, ast.ImportFrom)
            and node.module in ("math", "numpy")
            and any((each.asname or each.name) == name for each in node.names)
            for code in self._notebook.codes()
            if name in code.imported
            for node in code.nodes
        )

    def _is_dict(self, name: str) -> bool:
        for code in self._notebook.codes():
            for node in code.nodes:
                if isinstance(node, ast.Assign) and any(getattr(each, "id", "") == name for each in node.targets):
                    made = last_name(node.value.func) if isinstance(node.value, ast.Call) else ""
                    kinds = (ast.Dict, ast.DictComp)
                    return isinstance(node.value, kinds) or made in ("dict", "defaultdict", "Counter", "to_dict")
        return False


def _is_plain(path: str) -> bool:
    return not any(part in path for part in _EXCLUDED)


def _written_to(node: ast.AST) -> ast.expr | None:
    """Return the frame of ``frame.at[…] = …``."""
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Attribute):
        return node.value.value if node.value.attr in _CELLS else None
    return None


def _carries(body: list[ast.stmt]) -> bool:
    """Whether a row leaves something to the next other than a sum, a count, or one more entry of a list."""
    bound: set[str] = set()
    carried: set[str] = set()
    for name in _in_order(body):
        if isinstance(name.ctx, ast.Store):
            bound.add(name.id)
        elif name.id not in bound:
            carried.add(name.id)
    sums: dict[str, ast.AST] = {}
    for node in (node for each in body for node in ast.walk(each)):
        target = _summed(node)
        if target:
            sums[target] = node
    stored = {n.id for each in body for n in ast.walk(each) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    for each in carried & stored:
        if each not in sums or _uses(body, each) != _uses([sums[each]], each):
            return True
    return _reads_what_it_collects(body)


def _summed(node: ast.AST) -> str:
    """Return the name to whose value a statement adds something; empty for other statements."""
    if isinstance(node, ast.AugAssign):
        return dotted(node.target) if isinstance(node.target, ast.Name) else ""
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
        name = node.targets[0].id
        return name if _uses([node.value], name) else ""
    return ""


def _in_order(body: list[ast.stmt]) -> list[ast.Name]:
    """Return the names in the order in which they are read and bound."""
    names: list[ast.Name] = []
    for statement in body:
        if isinstance(statement, ast.If):
            names += [node for node in ast.walk(statement.test) if isinstance(node, ast.Name)]
            names += _in_order(statement.body) + _in_order(statement.orelse)
            continue
        found = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        names += sorted(found, key=lambda node: isinstance(node.ctx, ast.Store))
        if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            names.insert(len(names) - len(found), ast.Name(statement.target.id, ast.Load()))
    return names


def _uses(body: Iterable[ast.AST], name: str) -> int:
    return sum(isinstance(node, ast.Name) and node.id == name for each in body for node in ast.walk(each))


def _reads_what_it_collects(body: list[ast.stmt]) -> bool:
    """Whether a list that is added to, or a table that is written to, is also looked at."""
    nodes = [node for each in body for node in ast.walk(each)]
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _COLLECTS:
            name = dotted(node.func.value)
            calls = sum(
                isinstance(each, ast.Call)
                and isinstance(each.func, ast.Attribute)
                and each.func.attr in _COLLECTS
                and dotted(each.func.value) == name
                for each in nodes
            )
            if name and "." not in name and _uses(body, name) > calls:
                return True
    return False
