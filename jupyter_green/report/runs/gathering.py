"""Which runs belong together: those of a label, in this session and in the ledger.

The ledger keeps no paths, so that it knows no notebooks: a label is one experiment wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...ledger import LedgerError, open_ledger
from ..problem import Problem
from .labelled_run import LabelledRun, of_record, of_row

if TYPE_CHECKING:
    from ...ledger import Reader
    from ...metering_session import Session
    from ...record import Record

_COUNT = re.compile(r"\[?(\d+)\]?")


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs of one label, oldest first, or of one cell.

    Attributes
    ----------
    name
        The label, or ``[12]``.
    runs
        The runs.
    trouble
        Why earlier kernels' runs are not among them, in one sentence; empty if they are.
    """

    name: str
    runs: Sequence[LabelledRun]
    trouble: str = ""

    def without(self, record_id: str) -> Runs:
        """Return all but one."""
        return Runs(self.name, [run for run in self.runs if run.id != record_id], self.trouble)


def of_label(session: Session | None, label: str, ledger: Reader | None = None, since: float = 0.0) -> Runs:
    """Return all runs of a label.

    Parameters
    ----------
    session
        Whose cells to look at, and whose ledger unless another is given; ``None`` for the ledger alone.
    label
        The user's, or an automatic one.
    since
        Those begun at or after that Unix time, s.

    Raises
    ------
    Problem
        When the ledger is all there is, and cannot be read.
    """
    ledger = ledger or _ledger(session)
    rows, trouble = _rows(ledger, label, since, alone=session is None)
    records = [] if session is None else session.cells
    here = [of_record(r, label) for r in records if r.footprint.label == label and r.footprint.started >= since]
    return Runs(label, _together(rows, here), trouble)


def of_cell(session: Session, name: str) -> Runs | None:
    """Return the last cell of this session with an execution count, ``12`` or ``[12]``; ``None`` if there is none."""
    count = _COUNT.fullmatch(name)
    if count is None:
        return None
    found = [record for record in session.cells if record.execution_count == int(count[1])]
    if not found:
        return None
    return Runs(f"[{count[1]}]", [of_record(found[-1], f"[{count[1]}]")])


def of_ended(record: Record, name: str) -> Runs:
    """Return a cell that has just ended, under a name."""
    return Runs(name, [of_record(record, name)])


def of_labels(session: Session | None, ledger: Reader | None = None, since: float = 0.0) -> list[Runs]:
    """Return the runs of each label of the user's, that of the latest run first.

    Of a session, the labels that occur in it, with their runs by earlier kernels; all that the ledger has if none does.
    """
    records: list[Record] = [] if session is None else [r for r in session.cells if r.run is not None]
    ledger = ledger or _ledger(session)
    rows, trouble = _rows(ledger, None, since, alone=session is None)
    wanted = {record.footprint.label for record in records}
    groups: dict[str, tuple[list[LabelledRun], list[LabelledRun]]] = {}
    for run in rows:
        if not wanted or run.name in wanted:
            groups.setdefault(run.name, ([], []))[0].append(run)
    for record in records:
        if record.footprint.label is not None and record.footprint.started >= since:
            label = record.footprint.label
            groups.setdefault(label, ([], []))[1].append(of_record(record, label))
    gathered = [Runs(label, _together(kept, here), trouble) for label, (kept, here) in groups.items()]
    return sorted(gathered, key=lambda runs: -runs.runs[-1].started)


def _ledger(session: Session | None) -> Reader | None:
    return None if session is None or session.ledger is None else open_ledger(session.ledger.path)


def _rows(ledger: Reader | None, label: str | None, since: float, *, alone: bool) -> tuple[list[LabelledRun], str]:
    """Return the ledger's runs, or why it cannot be read, which is no excuse where there is nothing beside it."""
    if ledger is None:
        return [], ""
    try:
        return [of_row(row) for row in ledger.runs(label, since)], ""
    except LedgerError as error:
        trouble = str(error)
    except (KeyError, TypeError, ValueError):
        trouble = f"The ledger {ledger.path} holds a row that is not its own: mend or move it away."
    if alone:
        raise Problem(trouble)
    return [], trouble


def _together(kept: Iterable[LabelledRun], here: Iterable[LabelledRun]) -> list[LabelledRun]:
    """Join both, what this session knows of a run before what the ledger does, oldest first."""
    both = {run.id: run for run in kept} | {run.id: run for run in here}
    return sorted(both.values(), key=lambda run: run.started)
