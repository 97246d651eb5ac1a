"""The ledger's two tables, and a record as their rows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..emissions import emissions
from ..energy import total
from ..record import number
from . import details

if TYPE_CHECKING:
    import sqlite3

    from ..record import Record

VERSION = 2
APPLICATION_ID = 0x4A47524E  # "JGRN": tells a ledger from any other SQLite file

CREATE = (
    """
    CREATE TABLE cells (
        id TEXT PRIMARY KEY, boot TEXT NOT NULL, execution_count INTEGER, label TEXT, status TEXT NOT NULL,
        started REAL NOT NULL, duration_s REAL NOT NULL, joules REAL, low REAL, high REAL, measured_share REAL,
        grams REAL, components TEXT NOT NULL, zone TEXT NOT NULL, factor REAL, pue REAL NOT NULL, flags TEXT NOT NULL,
        settled INTEGER NOT NULL, process TEXT, details TEXT
    )
    """,
    "CREATE INDEX cells_started ON cells (started)",
    """
    CREATE TABLE sessions (
        boot TEXT PRIMARY KEY, started REAL NOT NULL, updated REAL NOT NULL, joules REAL, low REAL, high REAL,
        measured_share REAL, grams REAL, cells INTEGER NOT NULL, between_joules REAL, process TEXT, inside TEXT
    )
    """,
    f"PRAGMA application_id = {APPLICATION_ID}",
    f"PRAGMA user_version = {VERSION}",
)

# TEXT columns that older ledgers, and those of development builds, may lack.
_ADDED = {"cells": ("process", "details"), "sessions": ("process", "inside")}

CELL = ["id", "boot", "execution_count", "label", "status", "started", "duration_s", "joules", "low", "high"]
CELL += ["measured_share", "grams", "components", "zone", "factor", "pue", "flags", "settled", "process", "details"]
CLOSE_DEAD = "UPDATE cells SET status = 'interrupted', process = NULL WHERE id = ?"

SESSION = ["boot", "started", "updated", "joules", "low", "high", "measured_share", "grams", "cells", "between_joules"]
SESSION += ["process", "inside"]

Value = str | int | float | None
Row = tuple[Value, ...]


def missing(connection: sqlite3.Connection) -> dict[str, list[str]]:
    """Return the columns that a ledger's tables lack because an older version made them; empty for a current one."""
    lacking = {}
    for table, added in _ADDED.items():
        there = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        absent = [column for column in added if there and column not in there]
        if absent:
            lacking[table] = absent
    return lacking


def migrate(connection: sqlite3.Connection) -> None:
    """Give an older ledger the columns of this version, all or none of them; what they would hold is NULL."""
    connection.execute("BEGIN IMMEDIATE")
    for table, columns in missing(connection).items():  # another kernel may have been faster
        for column in columns:
            connection.execute(f"ALTER TABLE {table} ADD COLUMN {column} TEXT")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _upsert(table: str, columns: list[str], newer: str) -> str:
    key, *rest = columns
    assignments = ", ".join(f"{name} = excluded.{name}" for name in rest)
    marks = ", ".join("?" * len(columns))
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) "
        f"ON CONFLICT ({key}) DO UPDATE SET {assignments} WHERE {newer}"
    )


# Settled figures replace provisional ones and never the reverse; a session's total moves forward only.
UPSERT_CELL = _upsert("cells", CELL, "excluded.settled >= cells.settled")
UPSERT_SESSION = _upsert("sessions", SESSION, "excluded.updated >= sessions.updated")


def cell_row(record: Record, *, label: bool, process: str | None = None) -> Row:
    """Return the row of ``cells``, with the label only if wanted. Unknown figures become NULL.

    *process* identifies the process in which the cell still runs, see :mod:`.liveness`.
    """
    footprint = record.footprint
    parts = {name: part.energy for name, part in footprint.components.items()}  # worked out anew whenever asked for
    energy = total(parts.values())
    emitted = emissions(energy, footprint.intensity, footprint.pue)
    return (
        record.id,
        record.boot,
        record.execution_count,
        _text(footprint.label) if label else None,
        footprint.status,
        footprint.started,
        footprint.duration,
        number(energy.joules),
        number(energy.low),
        number(energy.high),
        number(footprint.measured_share),
        number(emitted.grams),
        json.dumps({name: number(part.joules) for name, part in parts.items()}),
        footprint.intensity.zone,
        number(footprint.intensity.value),
        footprint.pue,
        json.dumps(list(footprint.flags)),
        int(footprint.settled),
        process,
        details.encoded(footprint, parts, emitted, record.run if label else None),
    )


def _text(label: str | None) -> str | None:
    # A lone surrogate, legal in a cell's source, cannot be stored and would keep every later row waiting.
    return None if label is None else label.encode("utf-8", "replace").decode()


def session_row(record: Record, process: str, inside: str | None) -> Row:
    """Return the row of ``sessions``: the total of the kernel's life so far.

    *process* identifies it, see :mod:`.liveness`; *inside* is the ``boot`` of the metered kernel that started it, such
    as a notebook whose cell runs papermill: its total contains this one.
    """
    session = record.session
    footprint = session.footprint
    energy = footprint.energy
    return (
        record.boot,
        footprint.started,
        footprint.started + footprint.duration,
        number(energy.joules),
        number(energy.low),
        number(energy.high),
        number(footprint.measured_share),
        number(emissions(energy, footprint.intensity, footprint.pue).grams),
        session.cells,
        number(session.between_joules),
        process,
        inside,
    )
