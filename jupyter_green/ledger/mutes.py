"""Rules of advice that the user wants to hear no more of, in one notebook or in any.

A notebook is known by a hash of what Jupyter calls it: no path is kept.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import closing
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

EVERYWHERE = ""
CREATE = "CREATE TABLE IF NOT EXISTS mutes (rule TEXT NOT NULL, notebook TEXT NOT NULL, PRIMARY KEY (rule, notebook))"
_INSERT = "INSERT OR IGNORE INTO mutes VALUES (?, ?)"
_SELECT = "SELECT DISTINCT rule FROM mutes WHERE notebook IN (?, ?)"


def this_notebook() -> str:
    """Return what stands for this kernel's notebook; :data:`EVERYWHERE` where nobody says which that is."""
    name = os.environ.get("JPY_SESSION_NAME", "")
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:32] if name else EVERYWHERE


def write(connection: sqlite3.Connection, mutes: Iterable[tuple[str, str]]) -> None:
    """Keep rules with the notebooks in which they are muted."""
    connection.execute(CREATE)  # a ledger of an older version has no such table
    connection.executemany(_INSERT, mutes)


def read(path: Path, notebook: str) -> frozenset[str]:
    """Return the rules that are muted in a notebook, or everywhere; none where that cannot be read."""
    import sqlite3

    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.05)) as connection:
            return frozenset(rule for (rule,) in connection.execute(_SELECT, (EVERYWHERE, notebook)))
    except sqlite3.Error:  # no file yet, or no such table in it
        return frozenset()
