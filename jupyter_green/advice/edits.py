"""Small changes of a cell's source at places of its syntax tree; everything else stays as the user wrote it."""

from __future__ import annotations

import ast
import textwrap
from dataclasses import dataclass
from itertools import pairwise

_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Change:
    """Text to stand in the place of another: offsets in characters of the source."""

    start: int
    end: int
    text: str


class Places:
    """Where the nodes of a tree stand in their source.

    Parameters
    ----------
    source
        What the tree was parsed from, line for line.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._lines = source.split("\n")
        self._begins = [0]
        for line in self._lines:
            self._begins.append(self._begins[-1] + len(line) + 1)

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Return the offset of a node's first character."""
        return self._offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        """Return the offset after a node's last character."""
        if node.end_lineno is None or node.end_col_offset is None:
            raise ValueError("the node has no place")
        return self._offset(node.end_lineno, node.end_col_offset)

    def _offset(self, line: int, column: int) -> int:
        # Columns count bytes of UTF-8.
        text = self._lines[line - 1]
        return self._begins[line - 1] + len(text.encode()[:column].decode(errors="ignore"))

    def replace(self, node: ast.expr | ast.stmt | ast.keyword, text: str) -> Change:
        """Return the change that puts *text* in a node's place."""
        return Change(self.start(node), self.end(node), text)

    def keyword(self, call: ast.Call, name: str, value: str) -> Change:
        """Return the change that gives a call a keyword argument, or another value for the one it has."""
        for given in call.keywords:
            if given.arg == name:
                return self.replace(given.value, value)
        end = self.end(call)
        inner = self.source[self.end(call.func) : end - 1].rstrip()
        separator = "" if inner.rstrip().endswith(("(", ",")) else ", "
        if inner.endswith(","):
            separator = " "
        at = self.end(call.func) + len(inner)
        return Change(at, at, f"{separator}{name}={value}")

    def before(self, statement: ast.stmt, text: str) -> Change:
        """Return the change that puts lines above a statement, indented as it is."""
        begin = self._begins[self._first_line(statement) - 1]
        return Change(begin, begin, textwrap.indent(text.rstrip("\n"), self.indent(statement)) + "\n")

    def after(self, statement: ast.stmt, text: str) -> Change:
        """Return the change that puts lines below a statement, indented as it is."""
        at = self._begins[statement.end_lineno or statement.lineno] - 1
        return Change(at, at, "\n" + textwrap.indent(text.rstrip("\n"), self.indent(statement)))

    def without(self, statement: ast.stmt) -> Change:
        """Return the change that takes out the lines of a statement, which shares none with another."""
        begin = self._begins[self._first_line(statement) - 1]
        return Change(begin, self._begins[statement.end_lineno or statement.lineno], "")

    def within(self, first: ast.stmt, last: ast.stmt, header: str) -> Change:
        """Return the change that puts statements, from *first* to *last*, into a block such as ``with x:``.

        Raises
        ------
        ValueError
            When a string that goes over several lines stands in them: its lines cannot be moved.
        """
        for line_of in (first, last):
            for node in ast.walk(line_of):
                if isinstance(node, (ast.Constant, ast.JoinedStr)) and node.end_lineno != node.lineno:
                    raise ValueError("a string of several lines cannot be moved")
        begin, end = self._begins[self._first_line(first) - 1], self.end(last)
        indent = self.indent(first)
        body = textwrap.indent(self.source[begin:end], _INDENT)
        return Change(begin, end, f"{indent}{header}\n{body}")

    def indent(self, statement: ast.stmt) -> str:
        """Return the blanks before a statement."""
        line = self._lines[self._first_line(statement) - 1]
        return line[: len(line) - len(line.lstrip())]

    @staticmethod
    def _first_line(statement: ast.stmt) -> int:
        decorators = getattr(statement, "decorator_list", [])
        return min([statement.lineno, *(int(decorator.lineno) for decorator in decorators)])


def apply(source: str, *changes: Change) -> str:
    """Return the source with all the changes.

    Raises
    ------
    ValueError
        When two of them overlap, or when what comes out is no Python though the source was.
    """
    ordered = sorted(changes, key=lambda change: (change.start, change.end))
    for one, next_one in pairwise(ordered):
        if next_one.start < one.end:
            raise ValueError("two changes overlap")
    for change in reversed(ordered):
        source = source[: change.start] + change.text + source[change.end :]
    return source
