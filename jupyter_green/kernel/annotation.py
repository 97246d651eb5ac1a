"""``%%carbon`` as an annotation: an input transformer takes the line out, the cell runs as if it had never been there.

It replaces the line by an empty one, so that the line numbers of tracebacks stay, or, where another cell magic
follows, drops everything up to that magic, which must stand first. Cells are transformed more than once: nothing here
has a side effect.
"""

from __future__ import annotations

import argparse
import re
import shlex
from dataclasses import dataclass
from typing import NoReturn

from .. import budget

_CARBON = re.compile(r"%%carbon(?:\s|$)")
_CELL_MAGIC = re.compile(r"%%(\w+)")
# Magics whose body is content, not code: a "%%carbon" in it is somebody's text.
_CONTENT = frozenset({"file", "html", "javascript", "js", "latex", "markdown", "svg", "writefile", "HTML", "SVG"})
_LABEL_LENGTH = 60
_SEARCHED = 5000  # characters of a cell in which its first code line is looked for
_STRING = re.compile(
    r"""(?ix)\b[rbfut]{0,2}(?P<q>\"{3}|'{3}|\"|') (?: (?:\\.|(?!(?P=q)).)* (?P=q) | .* )"""
    r"""|(?P<bare>\"{3}|'{3}|\"|') (?: (?:\\.|(?!(?P=bare)).)* (?P=bare) | .* )"""
)


class OptionError(ValueError):
    """An option of ``%%carbon`` was not understood; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a ``%%carbon`` line asks for."""

    label: str | None = None
    save: str | None = None
    units: str | None = None
    unit: str | None = None
    budget: str | None = None
    sync: bool = False
    quiet: bool = False
    skip: bool = False
    vs: str | None = None


def strip(lines: list[str]) -> list[str]:
    """Return a cell's lines without its ``%%carbon`` line. For IPython's ``input_transformers_cleanup``."""
    found = _find(lines)
    if found is None:
        return lines
    following = next((i for i in range(found + 1, len(lines)) if lines[i].strip()), None)
    if following is not None and lines[following].startswith("%%") and _first_magic(lines[:found]) is None:
        return strip(lines[following:])
    ending = lines[found][len(lines[found].rstrip("\r\n")) :]
    return [*lines[:found], ending or "\n", *lines[found + 1 :]]


def read(raw_cell: str) -> Annotation | None:
    """Return what the cell's ``%%carbon`` line asks for, or ``None`` if it has none.

    Raises
    ------
    OptionError
        For an unknown option or a missing value.
    """
    if "%%carbon" not in raw_cell:  # nearly always, and cells may be long
        return None
    lines = raw_cell.splitlines(keepends=True)
    found = _find(lines)
    if found is None:
        return None
    text = lines[found].split("%%carbon", 1)[1]
    try:
        words = shlex.split(text)
    except ValueError as error:
        raise OptionError(f"%%carbon: {str(error).lower()} in {text.strip()!r}; quote labels with spaces") from None
    options = _PARSER.parse_args(budget.joined(words))
    label = " ".join(options.label) or None
    return Annotation(
        label=label and label[:200],
        save=options.save,
        units=options.units,
        unit=options.unit,
        budget=options.budget,
        sync=options.sync,
        quiet=options.quiet,
        skip=options.skip,
        vs=options.vs,
    )


def automatic_label(raw_cell: str) -> str | None:
    """Return the cell's first code line, string literals as ``…``, cut at 60 characters.

    Of magics and shell commands only the name: their arguments may hold anything.
    """
    for raw in raw_cell[:_SEARCHED].splitlines():
        line = raw.strip()
        if not line or line.startswith("#") or _CARBON.match(line):
            continue
        command = re.match(r"(?P<target>[\w\s,.]*=\s*)?(?P<sign>!+|%+)\s*(?P<name>[\w./-]*)", line)
        if command:
            target, sign, name = command.group("target") or "", command.group("sign"), command.group("name")
            return f"{target}{sign}{name.rsplit('/', 1)[-1]} …"[:_LABEL_LENGTH]
        line = _STRING.sub("…", line)
        line = re.sub(r"\s+#.*", "", line)
        return line if len(line) <= _LABEL_LENGTH else line[: _LABEL_LENGTH - 1] + "…"
    return None


def _find(lines: list[str]) -> int | None:
    """Index of the ``%%carbon`` line among the leading blank, comment and cell-magic lines."""
    for i, line in enumerate(lines):
        if _CARBON.match(line):
            return i
        magic = _CELL_MAGIC.match(line)
        if magic and magic.group(1) in _CONTENT:
            return None
        if line.strip() and not magic and not line.lstrip().startswith("#"):
            return None
    return None


def _first_magic(lines: list[str]) -> str | None:
    return next((line for line in lines if line.startswith("%%")), None)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        known = "--save NAME, --units N, --unit NAME, --budget QUANTITY, --vs LABEL, --sync, --quiet, --skip"
        raise OptionError(f"%%carbon: {message}; known options are {known}")


_PARSER = _Parser(prog="%%carbon", add_help=False, allow_abbrev=False)
_PARSER.add_argument("label", nargs="*")
_PARSER.add_argument("--save")
_PARSER.add_argument("--units")
_PARSER.add_argument("--unit")
_PARSER.add_argument("--budget")
_PARSER.add_argument("--vs")
_PARSER.add_argument("--sync", action="store_true")
_PARSER.add_argument("--quiet", action="store_true")
_PARSER.add_argument("--skip", action="store_true")
