"""Of which kinds the grid factors of each kernel's cells are: a sum of emissions holds one kind only.

Made by SQLite from the details' text itself, as a panel asks for it every half minute: no string within that JSON can
hold an unescaped quotation mark. A cell that was kept without details is of no known kind and stands beside any, as
a configured factor does (see :func:`~..emissions.same_kind`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

_APART = (("average", "marginal"), ("direct", "lifecycle"))
_MARKS = {
    "average": '"method":"average"',
    "marginal": '"method":"marginal"',
    "direct": '"boundary":"direct"',
    "lifecycle": '"boundary":"lifecycle"',
}
_KINDS = f"""
    SELECT boot, {", ".join(f"max(instr(details, '{mark}'))" for mark in _MARKS.values())} FROM cells
    WHERE started >= ? AND grams IS NOT NULL AND boot NOT IN (SELECT boot FROM sessions WHERE inside IS NOT NULL)
    GROUP BY boot
"""


def read(connection: sqlite3.Connection, since: float) -> dict[str, frozenset[str]]:
    """Return the kinds of the factors of cells from a Unix time on, s, by ``boot``: ``average``, ``lifecycle`` …."""
    return {
        boot: frozenset(kind for kind, place in zip(_MARKS, places, strict=True) if place)
        for boot, *places in connection.execute(_KINDS, (since,))
    }


def mixture(kinds: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """Return the two kinds among *kinds* that no sum may hold together; nothing where one may."""
    every = frozenset[str]().union(*kinds)
    return next((pair for pair in _APART if every.issuperset(pair)), ())
