"""Runs as text: what ``%carbon runs`` and ``jupyter green runs`` print."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ..problem import Problem
from .experiment import Experiment, experiment

if TYPE_CHECKING:
    from .gathering import Runs

_WIDTH = 100  # characters, of sentences
_MOST_LABELS = 20
_TEXT_COLUMNS = 2  # the first ones, flush left
_NONE = "no cell has a label yet: begin one with %%carbon LABEL, and run it again with other parameters"


def listing(gathered: Runs) -> str:
    """Return the runs of one label, oldest first, with their sum.

    Raises
    ------
    Problem
        When there are none.
    """
    if not gathered.runs:
        earlier = f" in this session; {gathered.trouble.rstrip('.')}" if gathered.trouble else ""
        raise Problem(f"no run has the label {gathered.name!r}{earlier}; without a label, all are listed")
    return "\n".join(_lines(experiment(gathered)))


def overview(every: Sequence[Runs]) -> str:
    """Return each label's runs in one line, or the listing where there is one label alone.

    Raises
    ------
    Problem
        When there is none.
    """
    if not every:
        raise Problem(_NONE)
    if len(every) == 1:
        return listing(every[0])
    lines = []
    for gathered in every[:_MOST_LABELS]:
        lines.append(_said(f"{gathered.name}: {experiment(gathered).summary}", indent="  "))
    if len(every) > _MOST_LABELS:
        lines.append(f"The latest {_MOST_LABELS} of {len(every)} labels.")
    if every[0].trouble:
        lines.append(_said(f"Runs of earlier kernels are left out: {every[0].trouble}"))
    return "\n".join(lines)


def _lines(shown: Experiment) -> Iterator[str]:
    yield _said(f"{shown.label}: {shown.summary}")
    yield ""
    table = [shown.head, *shown.rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(shown.head))]
    for row in table:
        cells = [
            text.ljust(width) if column < _TEXT_COLUMNS else text.rjust(width)
            for column, (text, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()
    yield from map(_said, shown.notes)


def _said(sentence: str, indent: str = "") -> str:
    return textwrap.fill(sentence, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
