"""Records out of a notebook, a session or the ledger, checked and summed up by the footnote's rule.

Records that contradict each other are not exported: which of them is true cannot be told.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .. import wording
from ..checked import BadValueError
from ..completeness import Coverage
from ..footnote import Footnote, footnote
from ..problem import Problem
from ..reading import Reading, reading
from ..records import CodeCell, Document, read, record_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ...ledger.details import Kept

Json = dict[str, Any]

_PUBLISHED = (
    *("schema", "id", "boot", "execution_count", "label", "status", "started", "duration_s", "energy", "components"),
    *("machine_energy", "emissions", "work", "remote", "embodied", "hardware", "settled", "flags", "session"),
)
"""The keys of ``schema/footprint.v1.json``: what else a file holds is not passed on."""

_DEEPEST = 6  # levels below a record's keys: twice what the schema has


@dataclass(frozen=True, slots=True)
class Gathered:
    """Records, oldest first and each once; as published, in the same order; and what they sum up to."""

    records: tuple[Reading, ...]
    published: tuple[Json, ...]
    footnote: Footnote


def of_notebook(notebook: Mapping[str, Any], name: object, *, labels: bool = False) -> Gathered:
    """Return what is recorded in a notebook.

    Parameters
    ----------
    name
        Of the notebook, for messages.
    labels
        Whether to pass on what cells are called: it may tell of their code.

    Raises
    ------
    Problem
        When there is no record in it, or records contradict each other.
    """
    document = read(notebook, labels=labels)
    note = footnote(document, len(document.records))
    if note is None:
        unread = f" ({wording.count(document.refused, 'record')} could not be read)" if document.refused else ""
        raise Problem(
            f"{name} has no footprint in it{unread}: meter it with %load_ext jupyter_green or `jupyter green run`"
        )
    records = _distinct(record for cell in document.cells for record in cell.records)
    return _gathered(records, dict(_by_id(record_data(notebook))), note)


def of_session(published: Sequence[Json], *, cells: int, labels: bool = False) -> Gathered:
    """Return what a session recorded so far, the cells too small for an output of their own included.

    Parameters
    ----------
    published
        Its records.
    cells
        How many cells it metered.

    Raises
    ------
    Problem
        When nothing was metered yet.
    """
    if not published:
        raise Problem("no cell has been metered yet in this session: there is nothing to export")
    return _whole(published, Coverage(cells, cells), (), labels=labels)


def of_ledger(kept: Kept, since: str, *, labels: bool = False) -> Gathered:
    """Return what a stretch of the ledger recorded.

    Parameters
    ----------
    since
        The stretch, for messages.

    Raises
    ------
    Problem
        When there is nothing in it, or a row is not a record.
    """
    if not kept.records:
        older = " with what an export needs" if kept.without_details else ""
        raise Problem(f"no cell was metered since {since}{older}: try an earlier --since")
    cells = len(kept.records) + kept.without_details + kept.running
    return _whole(kept.records, Coverage(len(kept.records), cells), tuple(_left_out(kept)), labels=labels)


def _left_out(kept: Kept) -> Iterable[str]:
    if kept.without_details:
        yield f"{wording.count(kept.without_details, 'cell')} of an older version left out"
    if kept.running:
        yield f"{wording.count(kept.running, 'cell')} still running"
    if kept.cut_short:
        kernels = wording.count(kept.cut_short, "session")
        yield f"{kernels} began before that: of {'it' if kept.cut_short == 1 else 'them'} only the cells are counted"


def _whole(published: Sequence[Json], coverage: Coverage, left_out: tuple[str, ...], *, labels: bool) -> Gathered:
    """Sum up records of our own: a document's rules of what is missing do not fit them."""
    try:
        found = [reading(data) for data in published]
    except BadValueError as error:
        raise Problem(f"a record cannot be read: {error}") from error
    records = _distinct(record if labels else replace(record, label=None) for record in found)
    cells = tuple(CodeCell(record.execution_count, False, (record,)) for record in records)
    note = footnote(Document(cells, 0), len(cells))
    assert note is not None  # there are records
    whole = replace(note, coverage=coverage, shortfalls=left_out)
    return _gathered(records, {record.id: data for record, data in zip(found, published, strict=True)}, whole)


def _distinct(records: Iterable[Reading]) -> list[Reading]:
    """Return each record once, oldest first."""
    seen: dict[str, Reading] = {}
    for record in records:
        before = seen.setdefault(record.id, record)
        if repr(replace(before, label=None)) != repr(replace(record, label=None)):  # nan equals nan in writing
            number = "" if record.execution_count is None else f" of cell [{record.execution_count}]"
            raise Problem(f"two records{number} are one by their id and differ in their figures: run the cell again")
    return sorted(seen.values(), key=lambda record: record.started)


def _by_id(candidates: Iterable[object]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for data in candidates:
        try:
            found = reading(data)
        except BadValueError:
            continue
        if isinstance(data, Mapping):
            yield found.id, data


def _gathered(records: Sequence[Reading], published: Mapping[str, Mapping[str, Any]], note: Footnote) -> Gathered:
    return Gathered(tuple(records), tuple(_cleaned(published[record.id], record) for record in records), note)


def _cleaned(data: Mapping[str, Any], record: Reading) -> Json:
    known = {key: _finite(data[key], _DEEPEST) for key in _PUBLISHED if key in data}
    return {**known, "id": record.id, "boot": record.boot, "label": record.label}


def _finite(value: object, levels: int) -> object:
    """Return a value as JSON has it: Python's reader takes ``NaN``, which is none, and any depth."""
    if isinstance(value, Mapping | list | tuple) and not levels:
        return None
    if isinstance(value, Mapping):
        return {str(key): _finite(inner, levels - 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner, levels - 1) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
