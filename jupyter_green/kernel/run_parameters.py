"""What a labelled cell was run with, found without executing anything.

Literal values that it assigns at its top level (``lr = 3e-4``) or passes by keyword (``train(lr=3e-4)``), and the
values of plain variables that it reads by name, as they are when it begins. Numbers and short words alone: never an
object's ``repr``, never a path or what looks like a secret. They are for the local ledger, and for nobody else.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from ..record import Parameter
from . import annotation

_MOST = 40
_LONGEST_CELL = 10_000  # characters: 5 ms
_LONGEST_TEXT = 40
_LONGEST_LIST = 8
# Magics that run the rest of their cell, or line, as Python here.
_RUN_PYTHON = frozenset({"capture", "prun", "time", "timeit"})
_MAGIC = re.compile(r"(?m)^\s*(?:[\w\s,.]*=\s*)?[%!]")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_KNOWN_ESCAPES = frozenset("\n\r\\'\"abfnrtvxNuU01234567")
# Legal, but compiler or IPython warn of it: "1if x else 2", and line ends that are none to Python. Once is enough.
_WARNED_OF = re.compile(r"(?<!\w)\d[\w.]*?(?:and|else|for|if|in|is|not|or)\b|[\x1c-\x1e\x85\u2028\u2029]")
_SECRET_NAME = re.compile(r"(?i)key|token|secret|passw|pwd|auth|credential|user|host")
_SECRET = re.compile(r"(?=\w*\d)(?=\w*[A-Za-z])\w{16,}")

_Stated = tuple[str, str | None, ast.expr]  # name, function that it is passed to, value


def read(raw_cell: str, variables: Mapping[str, object]) -> dict[str, Parameter]:
    """Return the parameters of a cell; empty where it cannot be parsed.

    A name that stands in several places of the cell is kept apart by the function that it is passed to (``fit.lr``).
    That follows from the code alone, so that a run with other values has the same names.

    Parameters
    ----------
    raw_cell
        As the user wrote it.
    variables
        The user's, as they are now.
    """
    if len(raw_cell) > _LONGEST_CELL:
        return {}
    tree = _parsed("".join(annotation.strip(raw_cell.splitlines(keepends=True))), magics=True)
    if tree is None:
        return {}
    nodes = list(ast.walk(tree))
    stated = [*_assignments(tree), *_keywords(nodes)]
    names = _read_names(nodes)
    places = Counter(dict.fromkeys(names, 1)) + Counter({name for name, function, _ in stated if function is None})
    places += Counter(name for name, function, _ in stated if function is not None)
    found: dict[str, Parameter] = {}
    for name, function, node in stated:
        key = f"{function}.{name}" if function is not None and places[name] > 1 else name
        value = _literal(name, node)
        if value is None:
            found.pop(key, None)  # an earlier assignment no longer holds
        else:
            found[key] = value
    for name in names:
        value = _plain(name, variables.get(name))
        if value is not None:
            found[name] = value
    return {name[:_LONGEST_TEXT]: value for name, value in list(found.items())[:_MOST]}


def _parsed(code: str, *, magics: bool = False) -> ast.Module | None:
    if _WARNED_OF.search(code):
        return None
    try:
        if magics and _MAGIC.search(code):
            from IPython.core.inputtransformer2 import TransformerManager

            code = TransformerManager().transform_cell(code)
        flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        tree = compile(_ESCAPE.sub(_without_warning, code), "<cell>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    assert isinstance(tree, ast.Module)
    for inner in _python_in_magics(tree) if magics else ():
        body = _parsed(inner)
        tree.body.extend([] if body is None else body.body)
    return tree


def _without_warning(escape: re.Match[str]) -> str:
    """Double a backslash that begins no escape: the compiler would warn of it once more."""
    return escape[0] if escape[1] in _KNOWN_ESCAPES else f"\\{escape[0]}"


def _python_in_magics(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and len(node.args) > 1):
            continue
        texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
        if node.func.attr in ("run_cell_magic", "run_line_magic") and texts[:1] and texts[0] in _RUN_PYTHON:
            yield str(texts[-1])


def _assignments(tree: ast.Module) -> Iterator[_Stated]:
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            for target in statement.targets:
                yield from _assigned(target, statement.value)
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            yield from _assigned(statement.target, statement.value)


def _keywords(nodes: Iterable[ast.AST]) -> Iterator[_Stated]:
    for node in nodes:
        if isinstance(node, ast.Call) and node.keywords:
            function = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "call")
            for keyword in node.keywords if function != "print" else ():
                if keyword.arg is not None and not isinstance(keyword.value, ast.Name):
                    yield keyword.arg, function, keyword.value


def _assigned(target: ast.expr, value: ast.expr) -> Iterator[_Stated]:
    if isinstance(target, ast.Name):
        yield target.id, None, value
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for name, part in zip(target.elts, value.elts, strict=True):
            yield from _assigned(name, part)


def _read_names(nodes: Iterable[ast.AST]) -> list[str]:
    """Return the variables that the cell reads and does not set, in order of appearance."""
    read: dict[str, None] = {}
    own: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read[node.id] = None
        elif isinstance(node, ast.Name):
            own.add(node.id)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
    return [name for name in read if name not in own and not name.startswith("_")]


def _literal(name: str, node: ast.expr) -> Parameter | None:
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None
    if value is None:
        return "None"
    if isinstance(value, (list, tuple)):
        short = len(value) <= _LONGEST_LIST and all(type(part) in (int, float, bool) for part in value)
        return text if short and len(text := str(value)) <= _LONGEST_TEXT else None
    return _plain(name, value)


def _plain(name: str, value: object) -> Parameter | None:
    """Return a value if it is a number or a short word that may be kept. Of a subclass nothing of its own is called."""
    kind = type(value)  # isinstance() would ask the object itself
    if kind is bool or kind is str:
        return bool(value) if kind is bool else _word(name, str(value))
    if issubclass(kind, int):
        number = int.__int__(cast("int", value))
        return number if abs(number) < 2**63 else None
    if issubclass(kind, float):
        real = float.__float__(cast("float", value))
        return real if math.isfinite(real) else None
    return None


def _word(name: str, text: str) -> str | None:
    """Return a text that is no path, no address, and does not look like a secret.

    Of ``owner/model``, as models are named, the last part stands for the whole.
    """
    if len(text) > _LONGEST_TEXT or not text.isprintable() or _SECRET_NAME.search(name) or _SECRET.search(text):
        return None
    if re.search(r"[\\~@:]|^[./]|/.*/|/$", text):
        return None
    return f"…/{text.rpartition('/')[2]}" if "/" in text else text
