"""A cell's source as Python: IPython's magics, shell commands and questions give way, all else keeps its place."""

from __future__ import annotations

import re

# Cell magics that run the rest of the cell as Python in this namespace.
_TRANSPARENT = re.compile(r"%%(carbon|time|timeit|capture|prun|memit)\b")
_MAGIC = re.compile(r"(\s*)[%!]")
# Line magics that run the rest of the line as Python.
_STATEMENT = re.compile(r"(\s*)(%(?:time|timeit|prun|memit)(?:[ \t]+-[a-zA-Z]+(?:[ \t]*\d+)?)*[ \t]+)(?=[^\s-])")
_ASSIGNED = re.compile(r"(\s*[\w ,.*\[\]'\"]+=\s*)(?:%[a-zA-Z]|!)(?!=)")
_QUESTION = re.compile(r"\s*(?:\?\??[^?]+|[^#'\"?]*\?\??)\s*$")
_OPENING, _CLOSING = "([{", ")]}"


def without_magics(source: str, *, statements: bool = True) -> str:
    """Return the source with magics made into ``pass``, each line in its place.

    Parameters
    ----------
    source
        A cell as the user wrote it.
    statements
        Whether a statement after ``%time`` stays; it may be none.
    """
    if "\r" in source.replace("\r\n", ""):
        return ""  # lines would be counted otherwise than editors do
    lines = source.split("\n")
    state = _Between()
    leading = True
    command = False  # whether the line before is a command that goes on
    for at, line in enumerate(lines):
        if leading and line.startswith("%%"):
            if not _TRANSPARENT.match(line):
                return ""
            lines[at] = ""
            continue
        if command:
            lines[at] = ""
            command = line.rstrip().endswith("\\")
            continue
        leading = leading and not line.strip()
        if state.begins_statement:
            lines[at] = _replaced(line, statements)
            command = lines[at] != line and line.rstrip().endswith("\\")
        state.read(lines[at])
    return "\n".join(lines)


def _replaced(line: str, statements: bool) -> str:
    if "%" not in line and "!" not in line and "?" not in line:
        return line  # nearly always
    statement = _STATEMENT.match(line)
    if statement is not None and statements:
        return f"{statement[1]}{'0;'.ljust(len(statement[2]))}{line[statement.end() :]}"
    magic = _MAGIC.match(line)
    if magic is not None:
        return f"{magic[1]}pass"
    assigned = _ASSIGNED.match(line)
    if assigned is not None:
        return f"{assigned[1]}None"
    return "pass" if "?" in line and _QUESTION.match(line) else line


class _Between:
    """Whether a line begins a statement, or goes on with one that brackets, quotes or a backslash left open."""

    def __init__(self) -> None:
        self._depth = 0
        self._quote = ""
        self._goes_on = False

    @property
    def begins_statement(self) -> bool:
        return not (self._depth or self._quote or self._goes_on)

    def read(self, line: str) -> None:
        at = 0
        self._goes_on = False
        while at < len(line):
            sign = line[at]
            if self._quote:
                if sign == "\\":
                    at += 1
                elif line.startswith(self._quote, at):
                    at += len(self._quote) - 1
                    self._quote = ""
            elif sign == "#":
                break
            elif sign in "'\"":
                self._quote = sign * 3 if line.startswith(sign * 3, at) else sign
                at += len(self._quote) - 1
            elif sign in _OPENING:
                self._depth += 1
            elif sign in _CLOSING:
                self._depth = max(0, self._depth - 1)
            elif sign == "\\" and at == len(line.rstrip("\r")) - 1:
                self._goes_on = True
            at += 1
        if len(self._quote) == 1:  # a string of one line ends with it, unless a backslash stands there
            self._quote = self._quote if line.rstrip("\r").endswith("\\") else ""
