"""Sums over a stretch of time, made by SQLite itself: a panel asks for them every half minute, of the whole ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import kinds
from .liveness import is_alive

if TYPE_CHECKING:
    import sqlite3

MOST_ROWS = 100
_CACHE = 32_000  # KB: three passes over 50,000 cells read them from the disk once

# What ran inside a metered cell stands in that cell's figures already.
_OUTER = "boot NOT IN (SELECT boot FROM sessions WHERE inside IS NOT NULL)"

_SUMS = ("cells", "joules", "low", "high", "measured_joules", "grams", "between_joules", "started", "unknown")
_WHOLE = """
    SELECT cells, joules, low, high, joules * measured_share, grams, between_joules, started, joules IS NULL
    FROM sessions WHERE updated >= :since AND started >= :since AND inside IS NULL
"""
# Of a kernel that was metered before, too, only the cells since then: its total counts its whole life.
_PARTIAL = f"""
    SELECT count(*), sum(joules), sum(low), sum(high), sum(joules * measured_share), sum(grams), NULL, min(started),
        max(joules IS NULL)
    FROM cells WHERE started >= :since AND {_OUTER} AND boot NOT IN (SELECT boot FROM sessions WHERE started >= :since)
    GROUP BY boot
"""
_CUT_SHORT = "SELECT count(*) FROM sessions WHERE updated >= :since AND started < :since AND inside IS NULL"
_COMPONENTS = f"""
    SELECT part.key, sum(part.value) FROM cells, json_each(cells.components) AS part
    WHERE cells.started >= :since AND {_OUTER} GROUP BY part.key
"""
_ROW = ("id", "boot", "execution_count", "label", "status", "process", "started", "duration_s")
_KEY = -2
_ROW_SUMS = ("joules", "low", "high", "runs")
# What the runs of one cell share.
_RUNS = "boot || coalesce(' label ' || label, ' id ' || id)"
# With a single max(), SQLite takes the plain columns from the row that has it: here the last run.
_ROWS = f"""
    SELECT id, boot, execution_count, label, status, process, max(started), sum(duration_s), sum(joules) AS joules,
        sum(low), sum(high), count(*), {_RUNS} AS runs, started + duration_s
    FROM cells WHERE started >= :since AND {_OUTER} GROUP BY runs
    ORDER BY joules DESC NULLS LAST LIMIT {MOST_ROWS}
"""
# Only of those rows: to read every cell's details would take as long as all the rest. Where the energy of a cell is
# unknown, nothing can be told for a unit of its work.
_WORK = f"""
    SELECT {_RUNS} AS runs, json_extract(details, '$.work.unit') AS unit, sum(json_extract(details, '$.work.amount')),
        sum(joules)
    FROM cells WHERE started >= :since
        AND CASE WHEN {_RUNS} IN (SELECT value FROM json_each(:rows))
            THEN joules IS NOT NULL AND json_valid(details) END
    GROUP BY runs, unit HAVING unit IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Overview:
    """What a ledger holds of a stretch of time, without what ran inside metered cells. Unknown is ``None``.

    Attributes
    ----------
    kernels
        Sums of each kernel that was metered in it: ``cells``, ``joules``, ``low``, ``high``, ``measured_joules`` (J),
        ``grams`` (gCO2e), ``between_joules`` (J), ``started`` (Unix time, s), ``unknown`` (whether a part of its
        energy is). Of one that was metered before, too, the cells since then only.
    cut_short
        How many kernels were metered before, too.
    components
        J of the cells, by component.
    rows
        The cells with the most energy, the largest first; runs of a label in one kernel's life are one row, with
        ``id``, ``boot``, ``execution_count``, ``label``, ``status`` and ``started`` of the last run, and
        ``duration_s``, ``joules``, ``low``, ``high`` and ``runs`` of all, and ``work``: ``amount`` and ``unit`` of what
        the runs did and the ``joules`` of those that did it, where all is of one unit.
    mixed
        Two kinds of factors in it that no sum of emissions may hold together, if there are.
    """

    kernels: list[dict[str, Any]]
    cut_short: int
    components: dict[str, float | None]
    rows: list[dict[str, Any]]
    mixed: tuple[str, ...] = ()


def read(connection: sqlite3.Connection, since: float) -> Overview:
    """Return the overview of everything from a Unix time on, s, all of one moment."""
    asked = {"since": since}
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    connection.execute("BEGIN")
    kernels = [
        dict(zip(_SUMS, row, strict=True)) for query in (_WHOLE, _PARTIAL) for row in connection.execute(query, asked)
    ]
    (cut_short,) = connection.execute(_CUT_SHORT, asked).fetchone()
    components = dict(connection.execute(_COMPONENTS, asked).fetchall())
    rows = _with_work(connection, connection.execute(_ROWS, asked).fetchall(), since)
    mixed = kinds.mixture(kinds.read(connection, since).values())
    connection.execute("COMMIT")
    return Overview(kernels, cut_short, components, rows, mixed)


def _with_work(connection: sqlite3.Connection, rows: list[tuple[Any, ...]], since: float) -> list[dict[str, Any]]:
    asked = {"since": since, "rows": json.dumps([row[_KEY] for row in rows])}
    works: dict[str, list[dict[str, Any]]] = {}
    for key, unit, amount, joules in connection.execute(_WORK, asked):
        works.setdefault(key, []).append({"amount": amount, "unit": unit, "joules": joules})
    done = [works.get(row[_KEY], []) for row in rows]
    return [{**_row(*row), "work": work[0] if len(work) == 1 else None} for row, work in zip(rows, done, strict=True)]


def _row(*values: Any) -> dict[str, Any]:  # noqa: ANN401 - whatever SQLite holds
    *columns, _, heartbeat = values
    row = dict(zip((*_ROW, *_ROW_SUMS), columns, strict=True))
    process = row.pop("process")
    if process is not None:
        row["status"] = "running" if is_alive(process, heartbeat) else "interrupted"
    return row
