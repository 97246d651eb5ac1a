"""Loops that libraries run for their users: each is announced while it runs, and read only when somebody asks.

So they cost nothing a step, and what is read is the library's own account of how far it has come.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .enclosing_loop import inside_any_loop
from .plan import Plan
from .progress import Progress, Reading


class LibraryLoop:
    """One such loop.

    Parameters
    ----------
    name
        Whose it is and what is counted, such as ``Trainer's steps``.
    read
        Returns the units done, and those that there are going to be: ``None`` where nobody knows. Called on another
        thread than the loop's.
    initial
        Units done when it began.
    """

    def __init__(self, name: str, read: Callable[[], tuple[float, float | None]], initial: float = 0.0) -> None:
        self.name, self.read, self.initial = name, read, initial
        self.why_no_total: str | None = None
        """A part of a sentence, where the library knows why nobody can tell the end."""
        self.plan: Plan | None = None
        """What the units are going to be, where the library knows."""
        self._began = time.time()
        self._inner: bool | None = None

    def reading(self) -> Reading:
        """Return how far it is; when it got there is not known."""
        if self._inner is None:
            self._inner = inside_any_loop()
        done, total = self.read()
        known = total is not None and math.isfinite(total) and total > 0
        return Reading(
            self.name,
            float(done),
            float(total) if known and total is not None else None,
            math.nan,
            self._began,
            self.initial,
            self._inner,
            self.why_no_total,
            self.plan,
        )


_running: list[LibraryLoop] = []


@contextmanager
def running(loop: LibraryLoop) -> Iterator[None]:
    """Announce a loop while the block runs."""
    _running.append(loop)
    try:
        yield
    finally:
        _running.remove(loop)


def library_loops() -> list[Progress]:
    """Return what the loops that run now say."""
    return [loop.reading() for loop in list(_running)]
