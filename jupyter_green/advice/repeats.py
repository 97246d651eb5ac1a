"""What a cell was run on and what came of it, as hashes: to see whether it was run on the very same again.

When it is hashed. Before a cell runs nobody knows whether it will be worth it, so the values are read after it has
ended. They are then what the cell began with only if it did not change them itself. A cell that does change them mostly
leaves others each time (a counter, a model that is trained on), and never matches; one that leaves the same each time
(a list sorted in place) does match from its second run on, though its first began with something else. So the rule has
to look at the code for changes in place, and what the cell made is hashed as well: it must have come out the same.

While it is hashed no other cell may change anything. In the second or so until a cell's figures have settled the next
one often begins; it then has the hashing done first, for at most :data:`DELAY`, and what is not hashed by then never
is.
Threads of the user's and callbacks of widgets may still change values between two cells; nobody can tell.

What cannot be hashed completely – generators, open files, objects with a state in C, tensors on a GPU or in a graph,
more bytes than there is time for – leaves no hash, and no hash is like none other.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from .code import Code
from .input_hash import Budget, hash_of, hash_of_names
from .needs import needs

REPEATED = 10.0  # s; a shorter cell may be run again without a word
CACHED = 0.02  # s; a cell that takes less is about as quick as a look into a cache on disk
DELAY = 0.005  # s; the longest that a cell waits for the hashing of the one before
_LEAST = 0.005  # s
_SHARE = 0.001  # of the cell's duration
_HISTORY = frozenset({"In", "Out", "_", "__", "___", "_i", "_ii", "_iii", "_dh", "_oh", "_ih", "get_ipython"})


@dataclass(frozen=True, slots=True)
class Hashes:
    """Of one cell; each empty where there is none.

    Attributes
    ----------
    inputs
        Of its code, and of all that it reads and did not bind itself.
    results
        Of what it bound.
    chance
        Where the shared generators of random numbers stood before and after it.
    """

    inputs: str = ""
    results: str = ""
    chance: tuple[str, str] = ("", "")


class Repeats:
    """The hashes of cells that have ended, each made once, before anything else runs.

    Parameters
    ----------
    least
        Returns how long a cell has to take to be looked at, s.
    """

    def __init__(self, least: Callable[[], float]) -> None:
        self._least = least
        self._hashing = threading.Lock()
        self._waiting: list[Pending] = []
        self._budget: Budget | None = None

    def ended(self, pending: Pending) -> None:
        """Take a cell that has just ended: a microsecond."""
        if pending.seconds >= self._least():
            self._waiting.append(pending)
        else:
            pending.hashes = Hashes()

    def before_next(self) -> None:
        """Have done with all cells that have ended, as another one is about to begin."""
        if not self._waiting:
            return
        until = time.perf_counter() + DELAY
        budget = self._budget
        if budget is not None:
            budget.ends = min(budget.ends, until)
        with self._hashing:
            waiting, self._waiting = self._waiting, []
            for pending in waiting:
                self._hash(pending, until - time.perf_counter())

    def of(self, pending: Pending) -> Hashes:
        """Return a cell's hashes."""
        with self._hashing:
            if pending in self._waiting:
                self._hash(pending, max(_LEAST, _SHARE * pending.seconds))
                self._waiting = [each for each in self._waiting if each is not pending]
            return pending.hashes or Hashes()

    def _hash(self, pending: Pending, seconds: float) -> None:
        if pending.hashes is None:
            self._budget = budget = Budget(seconds)
            pending.hashes = _hashes(pending, budget)
            self._budget = None
        pending.forget()


@dataclass(eq=False, slots=True)
class Pending:
    """A cell that has ended.

    Attributes
    ----------
    code
        What was run.
    namespace
        Returns the notebook's variables.
    seconds
        How long it took.
    chance
        Where random numbers stood before and after.
    """

    code: Code
    namespace: Callable[[], Mapping[str, Any]]
    seconds: float
    chance: tuple[tuple[Any, ...], tuple[Any, ...]] = ((), ())
    hashes: Hashes | None = None

    def forget(self) -> None:
        """Let go of what is needed no more."""
        self.namespace, self.chance = dict, ((), ())


def _hashes(pending: Pending, budget: Budget) -> Hashes:
    code = pending.code
    if not code.tree.body:
        return Hashes()
    found = needs(code.tree)
    if not found.outside.isdisjoint(_HISTORY):
        return Hashes()
    namespace = pending.namespace()
    inputs = hash_of_names(found.outside, namespace, budget, code.shape)
    if not inputs:
        return Hashes()
    before, after = (hash_of(each, budget) for each in pending.chance)
    results = hash_of_names(found.bound - found.defined, namespace, budget)
    return Hashes(inputs, results, (before, after))
