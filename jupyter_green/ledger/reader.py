"""Reads the ledger, for reports, history and exports. Never writes, and creates nothing."""

from __future__ import annotations

import json
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from . import details, kinds, overview
from .liveness import is_alive
from .paths import default_path
from .tables import APPLICATION_ID, CELL, SESSION, VERSION, missing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from pathlib import Path

_JSON_COLUMNS = ("components", "flags")
_WORK = "CASE WHEN json_valid(details) THEN json_extract(details, '$.work') END AS work"
_LISTED = [column for column in CELL if column != "details"] + [_WORK]


class LedgerError(Exception):
    """The ledger cannot be read; the message is one line for the user."""


def open_ledger(path: Path | None = None) -> Reader:
    """Return a reader of the ledger at *path*, by default the user's. The file need not exist."""
    return Reader(default_path() if path is None else path)


class Reader:
    """The reading end; every call sees what is stored at that moment."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def since(self, unix_seconds: float) -> list[dict[str, Any]]:
        """Return the cells started at or after a Unix time, oldest first.

        Returns
        -------
        list of dict
            ``id``, ``boot``, ``execution_count``, ``label``, ``status`` (``running`` too), ``started`` (Unix time, s),
            ``duration_s``, ``joules``, ``low``, ``high`` (J), ``measured_share``, ``grams`` (gCO2e), ``components``
            (J by name), ``zone``, ``factor`` (gCO2e/kWh), ``pue``, ``flags``, ``settled``, ``work`` (its ``amount`` and
            ``unit``). What is unknown is ``None``.

        Raises
        ------
        LedgerError
            When the file is there and cannot be read.
        """
        return [self._cell(row) for row in self._read("cells", _LISTED, "started", unix_seconds)]

    def records(self, unix_seconds: float) -> details.Kept:
        """Return the ended cells started at or after a Unix time as their published records.

        Raises
        ------
        LedgerError
            When the file is there and cannot be read.
        """
        rows = [self._cell(row) for row in self._read("cells", CELL, "started", unix_seconds)]
        # Read after the cells, and all of them: a kernel may be new since, and a clock that was set may have put a
        # session's end before its last cell.
        sessions = {row["boot"]: row for row in self._read("sessions", SESSION, "updated", 0.0)}
        try:
            return details.kept(rows, sessions, unix_seconds)
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(self._foreign_row) from error

    def runs(self, label: str | None = None, unix_seconds: float = 0.0) -> list[dict[str, Any]]:
        """Return the cells with a label, started at or after a Unix time, oldest first.

        What ran inside a metered cell of the same label is left out: that cell's figures contain it.

        Parameters
        ----------
        label
            The label; ``None`` for all labels that were the user's.
        unix_seconds
            Begin of the stretch.

        Returns
        -------
        list of dict
            As of :meth:`since`, and ``details`` as in :mod:`.details`, ``None`` in rows of older versions.

        Raises
        ------
        LedgerError
            When the file is there and cannot be read.
        """
        labelled = f"label IS NOT NULL AND instr(details, '{details.RUN}')" if label is None else "label = ?"
        query = f"SELECT {', '.join(CELL)} FROM cells WHERE started >= ? AND {labelled} ORDER BY started, rowid"
        asked = (unix_seconds,) if label is None else (unix_seconds, label)
        with self._reading() as connection:
            if connection is None:
                return []
            rows = [dict(zip(CELL, row, strict=True)) for row in connection.execute(query, asked)]
            around = dict(connection.execute("SELECT boot, inside FROM sessions WHERE inside IS NOT NULL").fetchall())
        there = {(row["boot"], row["label"]) for row in rows}
        return [self._cell(row) for row in rows if (around.get(row["boot"]), row["label"]) not in there]

    def _cell(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return a row of ``cells`` with its texts decoded, and its status as it is now."""
        row["settled"] = bool(row["settled"])
        process = row.pop("process")
        if process is not None:
            alive = is_alive(process, row["started"] + row["duration_s"])
            row["status"] = "running" if alive else "interrupted"
        for column in _JSON_COLUMNS:
            row[column] = self._decoded(row[column])
        if row.get("details") is not None:
            row["details"] = self._decoded(row["details"])
        elif row.get("work") is not None:
            row["work"] = details.work(row["work"])
        return row

    def sessions(self, unix_seconds: float) -> list[dict[str, Any]]:
        """Return the totals of the kernels that were last metered at or after a Unix time, oldest first.

        A total counts the kernel's whole life, also the part before that time.

        Returns
        -------
        list of dict
            ``boot``, ``started``, ``updated`` (Unix time, s), ``joules``, ``low``, ``high`` (J), ``measured_share``,
            ``grams`` (gCO2e), ``cells``, ``between_joules`` (J), ``inside`` (the ``boot`` of the session that contains
            this one: sums leave it out). What is unknown is ``None``.

        Raises
        ------
        LedgerError
            When the file is there and cannot be read.
        """
        rows = self._read("sessions", SESSION, "updated", unix_seconds)
        for row in rows:
            del row["process"]
        return rows

    def kinds(self, unix_seconds: float) -> dict[str, frozenset[str]]:
        """Return of which kinds the factors in the totals of :meth:`sessions` are, by ``boot``; see :mod:`.kinds`.

        Raises
        ------
        LedgerError
            When the file is there and cannot be read.
        """
        with self._reading() as connection:
            if connection is None:
                return {}
            query = "SELECT min(started) FROM sessions WHERE updated >= ?"
            (first,) = connection.execute(query, (unix_seconds,)).fetchone()
            return kinds.read(connection, unix_seconds if first is None else min(first, unix_seconds))

    def overview(self, unix_seconds: float) -> overview.Overview:
        """Return sums over everything at or after a Unix time, and the cells with the most energy.

        Raises
        ------
        LedgerError
            When the file is there and cannot be read.
        """
        with self._reading() as connection:
            if connection is None:
                return overview.Overview([], 0, {}, [])
            return overview.read(connection, unix_seconds)

    def _read(self, table: str, columns: list[str], time_column: str, since: float) -> list[dict[str, Any]]:
        query = f"SELECT {', '.join(columns)} FROM {table} WHERE {time_column} >= ? ORDER BY started, rowid"
        with self._reading() as connection:
            if connection is None:
                return []
            names = [column.rpartition(" AS ")[2] for column in columns]
            return [dict(zip(names, row, strict=True)) for row in connection.execute(query, (since,))]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Give a connection, or ``None`` where there is no ledger yet; say in one line what goes wrong with it."""
        import sqlite3

        try:
            if not self.path.exists():
                yield None
                return
            with closing(self._connect()) as connection:
                yield connection if self._has_tables(connection) else None
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(f"The ledger {self.path} cannot be read ({error}): mend or move it away.") from error

    def _connect(self) -> sqlite3.Connection:
        import sqlite3

        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        log = self.path.with_name(self.path.name + "-wal")
        try:
            connection = sqlite3.connect(uri, uri=True, timeout=2.0)
            try:
                connection.execute("PRAGMA schema_version").fetchone()
            except BaseException:
                connection.close()
                raise
        except sqlite3.OperationalError:
            if log.exists():
                raise
            # In a directory that cannot be written SQLite has no place for its lock file, and needs none.
            return sqlite3.connect(f"{uri}&immutable=1", uri=True)
        return connection

    def _has_tables(self, connection: sqlite3.Connection) -> bool:
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not tables:
            return False
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION_ID:
            raise LedgerError(f"{self.path} is another program's database, not a ledger.")
        if version > VERSION:
            raise LedgerError(f"{self.path} was written by a newer jupyter-green: upgrade this one.")
        # An older ledger is read as if it had the columns that its next writer will add.
        for table, columns in missing(connection).items():
            nulls = ", ".join(f"NULL AS {column}" for column in columns)
            connection.execute(f"CREATE TEMP VIEW {table} AS SELECT rowid AS rowid, *, {nulls} FROM main.{table}")
        return True

    def _decoded(self, text: str) -> object:
        try:
            decoded: object = json.loads(text)
        except (TypeError, ValueError) as error:
            raise LedgerError(self._foreign_row) from error
        return decoded

    @property
    def _foreign_row(self) -> str:
        return f"The ledger {self.path} holds a row that is not its own: mend or move it away."
