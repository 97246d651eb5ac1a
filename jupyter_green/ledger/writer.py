"""Writes records, off the cell's path and without ever failing it.

Rows that cannot be written now wait in memory and go with the next call.
"""

from __future__ import annotations

import os
import time
import weakref
from typing import TYPE_CHECKING

from . import mutes
from .liveness import ancestors, identity, is_alive
from .paths import default_path, make_private
from .tables import (
    APPLICATION_ID,
    CELL,
    CLOSE_DEAD,
    CREATE,
    UPSERT_CELL,
    UPSERT_SESSION,
    VERSION,
    Row,
    cell_row,
    migrate,
    missing,
    session_row,
)

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from ..record import Record

LOCK_WAIT = 0.05  # s that one attempt waits for another process's transaction (some 0.1 ms each)
QUEUE_LIMIT = 10_000  # cells kept in memory while the file cannot be written: about 10 MB


_SETTLED = CELL.index("settled")


class _Unusable(Exception):  # noqa: N818 - carries the line for the user, nothing failed in the code
    """The file is not one that this version may write."""


class Ledger:
    """The writing end. Used by one thread at a time: the meter's background thread, then whoever closes.

    Parameters
    ----------
    path
        The file; by default in the user's Jupyter data directory.
    labels
        Whether to keep the cells' labels.
    """

    def __init__(self, path: Path | None = None, *, labels: bool = True) -> None:
        self.dropped = 0
        self._path = path
        self._labels = labels
        self._pid = os.getpid()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._cells: dict[str, Row] = {}
        self._sessions: dict[str, Row] = {}
        self._mutes: dict[tuple[str, str], None] = {}
        self._inside: str | None = None
        self._trouble: str | None = None
        self._locked = False
        _ledgers.add(self)

    @property
    def path(self) -> Path:
        """The file."""
        if self._path is None:
            self._path = default_path()
        return self._path

    @property
    def pending(self) -> int:
        """Cells, and rules to be muted, that wait in memory."""
        return len(self._cells) + len(self._mutes)

    def mute(self, rule: str, notebook: str) -> None:
        """Keep, with the next call of :meth:`flush`, that a rule of advice is muted in a notebook; from any thread."""
        self._mutes[rule, notebook] = None

    @property
    def health(self) -> str:
        """``ok``, or one line that says what is wrong and how to mend it."""
        line = self._trouble or "ok"
        if self._trouble and self._cells:
            line += f"; {len(self._cells)} cells wait in memory"
        if self.dropped:
            line = (
                f"{'' if line == 'ok' else line + '; '}{self.dropped} cells were dropped while it could not be written"
            )
        return line

    def append(self, record: Record, *, running: bool = False) -> bool:
        """Store *record*, or replace the one with its id; never raises.

        Parameters
        ----------
        record
            What is known of a cell.
        running
            Whether the cell still runs: a heartbeat, in case that nothing follows.

        Returns
        -------
        bool
            Whether everything handed over so far is stored. If not, it waits in memory for the next call.
        """
        if os.getpid() != self._pid:
            return False
        try:
            self._enqueue(record, identity() if running else None)
        except Exception as error:  # noqa: BLE001 - whatever a record holds, the caller must go on
            self._trouble = f"a record could not be stored ({type(error).__name__}: {error})"
            return False
        return self.flush()

    def flush(self) -> bool:
        """Try once to write what waits; return whether nothing waits any more. Never raises."""
        if os.getpid() != self._pid:
            return False
        if not self._cells and not self._sessions and not self._mutes:
            return True
        self._locked = False
        try:
            self._write()
        except Exception as error:  # noqa: BLE001 - a full disk, a lock, a lost mount: the kernel must go on
            self._fail(error)
            return False
        self._cells.clear()
        self._sessions.clear()
        self._trouble = None
        return True

    def close(self, wait: float = 1.0) -> None:
        """Write what waits, for at most *wait* s if another process holds the lock, and close. Never raises."""
        deadline = time.monotonic() + wait
        while not self.flush() and self._locked and time.monotonic() < deadline:
            time.sleep(0.01)
        if os.getpid() == self._pid:
            self._disconnect()

    def _enqueue(self, record: Record, process: str | None) -> None:
        waiting = self._cells.get(record.id)
        if waiting is None or record.footprint.settled or not waiting[_SETTLED]:
            self._cells[record.id] = cell_row(record, label=self._labels, process=process)
        self._sessions[record.boot] = session_row(record, identity(), self._inside)
        while len(self._cells) > QUEUE_LIMIT:
            del self._cells[next(iter(self._cells))]
            self.dropped += 1

    def _write(self) -> None:
        connection = self._connected()
        # A deferred transaction would fail at once on its upgrade, whatever the time-out.
        connection.execute("BEGIN IMMEDIATE")
        if self._inside is None and ancestors():
            self._inside = self._metered_ancestor(connection)
            if self._inside is not None:
                self._sessions = {boot: (*row[:-1], self._inside) for boot, row in self._sessions.items()}
        connection.executemany(UPSERT_CELL, self._cells.values())
        connection.executemany(UPSERT_SESSION, self._sessions.values())
        muted = list(self._mutes)
        if muted:
            mutes.write(connection, muted)
        connection.execute("COMMIT")
        for each in muted:
            del self._mutes[each]

    def _metered_ancestor(self, connection: sqlite3.Connection) -> str | None:
        """Return the ``boot`` of the nearest metered process that we descend from: its totals contain ours."""
        for ancestor in ancestors():
            row = connection.execute("SELECT boot FROM sessions WHERE process = ?", (ancestor,)).fetchone()
            if row is not None:
                return str(row[0])
        return None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is not None and self._file != _identity(self.path):
            self._disconnect()  # deleted or replaced meanwhile: its rows would go nowhere
        if self._connection is None:
            self._connection = self._connect()
            self._file = _identity(self.path)
        return self._connection

    def _connect(self) -> sqlite3.Connection:
        import sqlite3

        make_private(self.path, own_directory=self.path == default_path())
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode=rw",
            uri=True,
            timeout=LOCK_WAIT,
            isolation_level=None,
            check_same_thread=False,  # closed by another thread than the one that writes
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if tables and application != APPLICATION_ID:
            raise _Unusable(f"{self.path} is another program's database; choose another file")
        if version > VERSION:
            raise _Unusable(f"{self.path} was written by a newer jupyter-green; upgrade this one")
        connection.execute("PRAGMA journal_mode = WAL")
        # In WAL mode a power failure may cost the last rows, never the file.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA cache_size = -256")
        if not tables:
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in CREATE:
                    connection.execute(statement)
            connection.execute("COMMIT")
        elif version < VERSION or missing(connection):
            migrate(connection)
        self._close_dead(connection)

    def _close_dead(self, connection: sqlite3.Connection) -> None:
        """Close the cells of kernels that were killed, with what was known of them."""
        query = "SELECT id, process, started + duration_s FROM cells WHERE process IS NOT NULL"
        dead = [(id_,) for id_, process, heartbeat in connection.execute(query) if not is_alive(process, heartbeat)]
        if dead:
            connection.executemany(CLOSE_DEAD, dead)

    def _fail(self, error: Exception) -> None:
        import sqlite3

        text = str(error)
        self._locked = isinstance(error, sqlite3.OperationalError) and "locked" in text
        if self._locked:
            self._trouble = f"{self.path} is locked by another process; it is tried again with the next cell"
        elif isinstance(error, _Unusable):
            self._trouble = text
        elif isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            self._trouble = f"{self.path} is damaged ({text}); move it away and a new one is begun"
        else:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else text
            self._trouble = (
                f"cannot write {self.path} ({reason}); make room or make it writable, or choose another file"
            )
        self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        try:
            connection.close()  # rolls back what is open
        except Exception as error:  # noqa: BLE001 - nothing is left to be done with it
            self._trouble = self._trouble or f"{self.path} could not be closed ({error})"

    def _abandon(self) -> None:
        """Let go, in a forked child, of what belongs to the parent, without closing it."""
        self._cells, self._sessions, self._mutes = {}, {}, {}
        connection, self._connection = self._connection, None
        if connection is not None:
            # Closed at the interpreter's end, it might take itself for the last one and delete the log that another
            # kernel, killed, has left behind: one reference too many keeps it open.
            import ctypes

            ctypes.pythonapi.Py_IncRef(ctypes.py_object(connection))


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


_ledgers: weakref.WeakSet[Ledger] = weakref.WeakSet()


def _abandon_all() -> None:
    for ledger in list(_ledgers):
        ledger._abandon()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_abandon_all)
