"""What is computed of a row, as an expression of columns: only where that is sure to give the very same.

A row of a frame with several types of columns holds floating-point numbers if all are numbers, and objects otherwise,
while columns keep their types. So whole numbers are taken only where both ways compare or convert them alike; powers,
remainders and functions, whose last digit may differ, are not taken at all.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..source_code.code import constant

Kind = Literal["float", "int", "bool", "text"]
_EXACT = 2**31  # whole numbers up to here are the same in every type
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}


class NotTheSame(ValueError):  # noqa: N818 - nothing is wrong: there is no patch
    """It cannot be shown that columns give the same."""


@dataclass(frozen=True, slots=True)
class Vector:
    """An expression.

    Attributes
    ----------
    text
        As it stands in code.
    kind
        Of its elements.
    columns
        That it reads; none for a constant.
    is_array
        Whether it gives an array without an index.
    """

    text: str
    kind: Kind
    columns: frozenset[str] = frozenset()
    is_array: bool = False


class Columns:
    """The columns of one frame.

    Parameters
    ----------
    frame, row
        Their names.
    types
        Of the columns, by name.
    numpy
        What NumPy is called in the notebook; empty where it is not.
    """

    def __init__(self, frame: str, row: str, types: Mapping[str, str], numpy: str = "") -> None:
        self._frame = frame
        self._row = row
        self._types = types
        self._numpy = numpy
        kinds = set(types.values())
        self.whole_rows = kinds == {"int64"}
        self.number_rows = kinds <= {"int64", "float64"}

    def assigned(self, node: ast.expr) -> Vector:
        """Return the expression whose values may stand in a column or a series of their own.

        Raises
        ------
        NotTheSame
            Where it may not be the same.
        """
        found = self.vector(node)
        copied = found.kind == "text" and not found.is_array
        if copied or not found.columns or (found.kind == "int" and not (found.is_array or self.whole_rows)):
            raise NotTheSame("its type would be another")
        return found

    def vector(self, node: ast.expr) -> Vector:
        """Return the expression of columns.

        Raises
        ------
        NotTheSame
            Where it may not be the same.
        """
        name = self._column(node)
        if name is not None:
            return self._of_column(name)
        value = constant(node)
        if type(value) in (int, float):
            if abs(value) >= _EXACT and type(value) is int:
                raise NotTheSame("a large whole number")
            return Vector(repr(value), "float" if type(value) is float else "int")
        if type(value) is str:
            return Vector(repr(value), "text")
        if isinstance(node, ast.UnaryOp):
            return self._unary(node)
        if isinstance(node, ast.BinOp):
            return self._binary(node)
        if isinstance(node, ast.Compare):
            return self._compare(node)
        if isinstance(node, ast.BoolOp):
            return self._all_or_any(node)
        if isinstance(node, ast.IfExp):
            return self._choice(node)
        raise NotTheSame(type(node).__name__)

    def _column(self, node: ast.expr) -> str | None:
        if isinstance(node, ast.Subscript) and getattr(node.value, "id", None) == self._row:
            name = constant(node.slice)
            return name if isinstance(name, str) else None
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", None) == self._row:
            pandas = sys.modules.get("pandas")
            if pandas is None or hasattr(pandas.Series, node.attr):
                raise NotTheSame("an attribute of the row itself")
            return node.attr
        return None

    def _of_column(self, name: str) -> Vector:
        kinds: dict[str, Kind] = {"float64": "float", "int64": "int", "str": "text"}
        kind = kinds.get(self._types.get(name, ""))
        if kind is None:
            raise NotTheSame("a column of another type")
        return Vector(f"{self._frame}[{quoted(name)}]", kind, frozenset({name}))

    def _unary(self, node: ast.UnaryOp) -> Vector:
        inner = self.vector(node.operand)
        if isinstance(node.op, ast.Not) and inner.kind == "bool":
            return Vector(f"~({inner.text})", "bool", inner.columns, inner.is_array)
        if isinstance(node.op, ast.USub) and (inner.kind == "float" or (inner.kind == "int" and self.whole_rows)):
            return Vector(f"-({inner.text})", inner.kind, inner.columns, inner.is_array)
        raise NotTheSame("an operator")

    def _binary(self, node: ast.BinOp) -> Vector:
        left, right, sign = self.vector(node.left), self.vector(node.right), _OPERATORS.get(type(node.op))
        kinds = {left.kind, right.kind}
        if sign is None or not kinds <= {"int", "float"}:
            raise NotTheSame("an operator")
        if kinds == {"int"} and (left.columns or right.columns) and not self.whole_rows:
            raise NotTheSame("whole numbers among others")
        kind: Kind = "float" if "float" in kinds or sign == "/" else "int"
        text = f"{_bracketed(left)} {sign} {_bracketed(right)}"
        return Vector(text, kind, left.columns | right.columns, left.is_array or right.is_array)

    def _compare(self, node: ast.Compare) -> Vector:
        sides = [self.vector(each) for each in (node.left, *node.comparators)]
        parts = []
        for at, operator in enumerate(node.ops):
            left, right, sign = sides[at], sides[at + 1], _COMPARISONS.get(type(operator))
            kinds = {left.kind, right.kind}
            texts = kinds == {"text"} and sign in ("==", "!=")
            # A whole number beside a broken one is rounded by one way and not by the other; constants are small enough.
            alike = len(kinds) == 1 or not (left.columns and right.columns)
            alike = alike and (len(kinds) == 1 or not any(_is_large(each) for each in (left, right)))
            both_whole = kinds == {"int"} and bool(left.columns and right.columns) and not self.whole_rows
            if sign is None or not (texts or (kinds <= {"int", "float"} and alike)) or both_whole:
                raise NotTheSame("a comparison")
            parts.append(f"({_bracketed(left)} {sign} {_bracketed(right)})")
        columns = frozenset().union(*(each.columns for each in sides))
        text = " & ".join(parts) if len(parts) > 1 else parts[0][1:-1]
        if not columns:
            raise NotTheSame("constants")
        return Vector(text, "bool", columns, any(each.is_array for each in sides))

    def _all_or_any(self, node: ast.BoolOp) -> Vector:
        parts = [self.vector(each) for each in node.values]
        if any(each.kind != "bool" for each in parts):
            raise NotTheSame("a choice of values")
        sign = " & " if isinstance(node.op, ast.And) else " | "
        text = sign.join(f"({each.text})" for each in parts)
        return Vector(text, "bool", frozenset().union(*(each.columns for each in parts)))

    def _choice(self, node: ast.IfExp) -> Vector:
        test, yes, no = self.vector(node.test), self.vector(node.body), self.vector(node.orelse)
        kinds = {yes.kind, no.kind}
        whole = kinds == {"int"} and bool(yes.columns or no.columns) and not self.whole_rows
        mixed = len(kinds) > 1 and not (kinds == {"int", "float"} and not self._has_whole_column(yes, no))
        written = kinds == {"text"} and bool(yes.columns or no.columns)
        if test.kind != "bool" or not self._numpy or whole or mixed or written or "bool" in kinds:
            raise NotTheSame("a choice")
        kind: Kind = "float" if "float" in kinds else yes.kind
        text = f"{self._numpy}.where({test.text}, {yes.text}, {no.text})"
        return Vector(text, kind, test.columns | yes.columns | no.columns, is_array=True)

    def _has_whole_column(self, *sides: Vector) -> bool:
        return any(side.kind == "int" and side.columns for side in sides)


def _is_large(vector: Vector) -> bool:
    """Whether it is a constant that whole numbers near it cannot be told from as floating-point numbers."""
    return not vector.columns and vector.kind == "float" and not abs(float(vector.text)) < _EXACT


def _bracketed(vector: Vector) -> str:
    return f"({vector.text})" if " " in vector.text else vector.text


def quoted(name: str) -> str:
    """Return a column's name as it stands in code."""
    return repr(name) if '"' in name or "\\" in name or not name.isprintable() else f'"{name}"'


def as_expression(body: list[ast.stmt]) -> ast.expr:
    """Return what a function returns, as one expression: choices that return, one after the other.

    Raises
    ------
    NotTheSame
        Where it is more than that.
    """
    body = [each for each in body if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))]
    if body and isinstance(body[0], ast.Return) and body[0].value is not None:
        return body[0].value
    if body and isinstance(body[0], ast.If):
        first = body[0]
        return ast.IfExp(first.test, as_expression(first.body), as_expression([*first.orelse, *body[1:]]))
    raise NotTheSame("a function that does more")
