"""Small changes of a cell's source at places of its syntax tree; everything else stays as the user wrote it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from .code import Code

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
        return self.keywords(call, {name: value})[0]

    def keywords(self, call: ast.Call, values: Mapping[str, str]) -> list[Change]:
        """Return the changes that give a call several keyword arguments, or other values for those that it has."""
        given = {each.arg: each for each in call.keywords if each.arg is not None}
        changes = [self.replace(given[name].value, value) for name, value in values.items() if name in given]
        added = ", ".join(f"{name}={value}" for name, value in values.items() if name not in given)
        return [*changes, self._added(call, added)] if added else changes

    def _added(self, call: ast.Call, text: str) -> Change:
        end = self.end(call) - 1
        if not (call.args or call.keywords):
            return Change(end, end, text)
        last = max([self.end(each) for each in call.args] + [self.end(each) for each in call.keywords])
        if last > end:  # a generator without parentheses of its own: its place is that of the call's
            begin = self.start(call.args[0])
            return Change(begin, last, f"({self.source[begin:last]}, {text})")
        comma, at = self._until(last, end)
        if comma is None:
            return Change(at, at, f", {text}")
        return Change(comma + 1, comma + 1, f" {text}," if "\n" in self.source[comma:end] else f" {text}")

    def _until(self, begin: int, end: int) -> tuple[int | None, int]:
        """Return where a comma stands between the last argument and the end of a call, and where that argument ends."""
        comma, last, at = None, begin, begin
        while at < end:
            sign = self.source[at]
            if sign == "#":
                at = self.source.find("\n", at)
                continue
            if sign == ",":
                comma = at
            elif sign == ")":  # of parentheses around it
                last = at + 1
            at += 1
        return comma, last

    def before(self, statement: ast.stmt, text: str) -> Change:
        """Return the change that puts lines above a statement, indented as it is.

        Raises
        ------
        ValueError
            When it shares its line with what comes before, and the lines cannot stand there.
        """
        first = self._first_line(statement)
        if first == statement.lineno and not self._begins_line(statement):
            at = self.start(statement)
            return Change(at, at, f"{_in_a_line(text)}; ")
        begin = self._begins[first - 1]
        return Change(begin, begin, textwrap.indent(text.rstrip("\n"), self.indent(statement)) + "\n")

    def after(self, statement: ast.stmt, text: str) -> Change:
        """Return the change that puts lines below a statement, indented as it is.

        Raises
        ------
        ValueError
            When it shares its line with others, and the lines cannot stand there.
        """
        end = self.end(statement)
        line_end = self._begins[statement.end_lineno or statement.lineno] - 1
        alone = self._begins_line(statement) or statement.lineno != statement.end_lineno
        if not alone or not _is_nothing(self.source[end:line_end]):
            return Change(end, end, f"; {_in_a_line(text)}")
        at = line_end - (self.source[line_end - 1 : line_end] == "\r")
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
            When they share their lines with others.
        """
        end = self.end(last)
        if not _is_nothing(self.source[end : self._begins[last.end_lineno or last.lineno] - 1]):
            raise ValueError("another statement stands on the last line")
        indent = self.indent(first)
        step = "\t" if "\t" in indent else _INDENT
        if not self._begins_line(first):
            head = self.source[self._begins[first.lineno - 1] : self.start(first)]
            if not head.rstrip().endswith(":") or first.lineno != last.end_lineno:
                raise ValueError("another statement stands on the first line")
            begin = self.start(first)
            return Change(begin, end, f"\n{indent}{step}{header}\n{indent}{step * 2}{self.source[begin:end]}")
        line = self._first_line(first)
        begin, stays = self._begins[line - 1], self._inside_strings
        lines = self.source[begin:end].split("\n")
        body = [each if line + at in stays or not each.strip() else step + each for at, each in enumerate(lines)]
        return Change(begin, end, "\n".join([f"{indent}{header}", *body]))

    @cached_property
    def _inside_strings(self) -> frozenset[int]:
        """The lines that begin within a string: blanks before them would belong to it."""
        return frozenset(
            line
            for node in Code(self.source).nodes
            if isinstance(node, (ast.Constant, ast.JoinedStr))
            for line in range(node.lineno + 1, (node.end_lineno or node.lineno) + 1)
        )

    def _begins_line(self, statement: ast.stmt) -> bool:
        line = self._first_line(statement)
        column = self.start(statement) - self._begins[statement.lineno - 1] if line == statement.lineno else 0
        return not self._lines[line - 1][:column].strip()

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
    changed = source
    for change in reversed(ordered):
        changed = changed[: change.start] + change.text + changed[change.end :]
    if Code(source).tree.body and not Code(changed).tree.body:
        raise ValueError("what comes out is no Python")
    return changed


def _in_a_line(text: str) -> str:
    """Return statements as they stand on one line."""
    statements = ast.parse(text).body
    if any(hasattr(each, "body") or each.lineno != each.end_lineno for each in statements):
        raise ValueError("the statement shares its line with others")
    return "; ".join(ast.get_source_segment(text, each) or "" for each in statements)


def _is_nothing(rest: str) -> bool:
    """Whether what follows a statement on its line does nothing."""
    return not rest.partition("#")[0].strip(" \t\r;")
