"""``%carbon runs``, ``%carbon compare A B`` and ``%%carbon --vs LABEL``: which runs are meant."""

from __future__ import annotations

import shlex
import sys
import textwrap
from typing import TYPE_CHECKING

from ..report.problem import Problem

if TYPE_CHECKING:
    from ..metering_session import Session
    from ..record import Record
    from ..report.runs import Runs

_WIDTH = 100  # characters


def listed(session: Session, label: str) -> str:
    """Return the runs of a label, or of all labels of this session.

    Raises
    ------
    Problem
        When there are none.
    """
    from ..report import runs

    words = _words(label)
    if not words:
        return runs.overview(runs.of_labels(session))
    return runs.listing(runs.of_label(session, " ".join(words)))


def compared(session: Session, line: str) -> str:
    """Return the answer for two labels or execution counts, and what it rests on.

    Raises
    ------
    Problem
        When they cannot be compared.
    """
    from ..report import runs

    words = _words(line)
    if len(words) != 2:
        raise Problem("it takes two labels or execution counts, such as: %carbon compare base 'with bf16'")
    found = runs.compared(*(_named(session, word) for word in words))
    return f"{found.line}\n{textwrap.fill(found.basis, _WIDTH)}"


def say(session: Session, record: Record, label: str) -> None:
    """Print how a cell that has just ended compares with the other runs of a label; in a single line."""
    from ..report import runs

    name = record.footprint.label or f"[{record.execution_count}]"
    this = runs.of_ended(record, "this cell" if name == label else name)
    try:
        print(runs.compared(_named(session, label).without(record.id), this).line)
    except Problem as problem:
        print(f"%%carbon --vs: {problem}", file=sys.stderr)


def _named(session: Session, name: str) -> Runs:
    """Return the runs of a label, else the cell with that execution count; ``[12]`` is always the latter."""
    from ..report import runs

    cell = runs.of_cell(session, name)
    if cell is not None and name.startswith("["):
        return cell
    labelled = runs.of_label(session, name)
    return labelled if labelled.runs or cell is None else cell


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError as error:
        raise Problem(f"{str(error).lower()} in {line!r}; quote labels with spaces") from None
