"""How the work was done: what probes noticed of models, generations, fits and pipelines, one line each.

A log that only grows at its end, read at the edges of a cell as the counters are. Its entries are small, frozen and
hold plain values: never a module, a tensor or anything that would keep one alive.

What happens once a step is looked at a few times when a cell begins, then once a second: a probe asks whether a
:class:`Looks` has any left, which takes nanoseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

_KEPT = 2048  # entries; of a longer cell the newest
_FIRST = 8  # looks when a cell begins, and after a change
_CHANGES = 8  # a cell


class Looks:
    """How many closer looks a probe may take.

    Attributes
    ----------
    left
        The probe takes one off for each; those that come every second do not add up.
    cell
        A number for the cell that runs.
    """

    __slots__ = ("_changes", "cell", "left")

    def __init__(self) -> None:
        self.left = self.cell = self._changes = 0

    def begin(self) -> None:
        """Allow the first looks of a cell."""
        self.left = _FIRST
        self.cell += 1
        self._changes = _CHANGES

    def change(self) -> None:
        """Allow some looks more, since what is looked at has changed: so often a cell and no more."""
        if self._changes:
            self._changes -= 1
            self.left = _FIRST


class Traits:
    """The log, and the looks that lead to it."""

    def __init__(self) -> None:
        self._entries: deque[tuple[int, Any]] = deque(maxlen=_KEPT)
        self._written = 0
        self._looks: list[Looks] = []
        self._paused = 0

    def looks(self) -> Looks:
        """Return the looks of one more probe."""
        looks = Looks()
        self._looks.append(looks)
        return looks

    def note(self, entry: object) -> None:
        """Write down what a probe noticed: a frozen value without references to what the user holds."""
        if self._paused:
            return
        self._written += 1
        self._entries.append((self._written, entry))

    def begin(self) -> int:
        """Return the log's end, as a cell begins that will be looked at closely."""
        for looks in self._looks:
            looks.begin()
        return self._written

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Write nothing down meanwhile: a trial repeats what was noticed already, and also runs what it may replace."""
        self._paused += 1
        try:
            yield
        finally:
            self._paused -= 1

    def tick(self) -> None:
        """Allow one more look to each probe; called once a second while a cell runs."""
        for looks in self._looks:
            looks.left = max(looks.left, 1)

    @property
    def end(self) -> int:
        """Where the log ends now."""
        return self._written

    def between(self, begin: int, end: int) -> tuple[Any, ...]:
        """Return what was noted after *begin* up to *end*, the oldest first, as far as it is kept."""
        entries = list(self._entries)
        first = next((at for at, (number, _) in enumerate(entries) if number > begin), len(entries))
        return tuple(entry for number, entry in islice(entries, first, None) if number <= end)


TRAITS = Traits()
