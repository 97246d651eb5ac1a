"""What a cell was run on and what came of it, as hashes: to see whether it was run on the very same again.

When it is hashed. Before a cell runs nobody knows whether it will be worth it, so the values are read after it has
ended. They are then what the cell began with only if it did not change them itself. A cell that does change them mostly
leaves others each time (a counter, a model that is trained on), and never matches; one that leaves the same each time
(a list sorted in place) does match from its second run on, though its first began with something else. So the rule has
to look at the code for changes in place, and what the cell made is hashed as well: it must have come out the same.

While it is hashed no other cell may change anything. In the second or so until a cell's figures have settled the next
one often begins; it then has the hashing done first, for at most :data:`DELAY`, and what is not hashed by then never
is. The code is read later: which of its words are names that it takes from outside does not change.
Threads of the user's and callbacks of widgets may still change values between two cells; nobody can tell.

What cannot be hashed completely – generators, open files, objects with a state in C, tensors on a GPU or in a graph,
more bytes than there is time for – leaves no hash, and no hash is like none other.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..source_code.code import Code
from ..source_code.needs import needs
from .input_hash import Budget, digests_of, hash_of, joined

REPEATED = 10.0  # s; a shorter cell may be run again without a word
CACHED = 0.02  # s; a cell that takes less is about as quick as a look into a cache on disk
DELAY = 0.005  # s of work; the longest that a cell waits for the hashing of the one before
_LEAST = 0.005  # s
_SHARE = 0.001  # of the cell's duration
_BOUND = re.compile(r"^[ \t]*([\w*(][\w*(), \t]*?)[ \t]*=[^=]", re.MULTILINE)  # one name or several
_WORD = re.compile(r"[^\W\d]\w*")
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
            pending.namespace = dict

    def before_next(self) -> None:
        """Have done with all cells that have ended, as another one is about to begin."""
        if not self._waiting:
            return
        budget = self._budget
        if budget is not None:
            budget.ends = min(budget.ends, time.perf_counter() + DELAY)
        with self._hashing:
            budget = Budget(DELAY)
            while self._waiting:
                self._hash(self._waiting.pop(), budget)

    def of(self, pending: Pending) -> Hashes:
        """Return a cell's hashes."""
        with self._hashing:
            if pending in self._waiting:
                self._waiting.remove(pending)
                self._hash(pending, Budget(max(_LEAST, _SHARE * pending.seconds)))
        return _hashes(pending)

    def _hash(self, pending: Pending, budget: Budget) -> None:
        self._budget = budget
        namespace = pending.namespace()
        # All words, as reading the code takes longer than looking up some that are no names.
        words = set(_WORD.findall(pending.code.source)) - _HISTORY
        results = set(_WORD.findall(" ".join(_BOUND.findall(pending.code.source))))
        pending.digests = {
            **digests_of(words - results, namespace, budget),
            **digests_of(words & results, namespace, budget),  # last: without them the inputs still count
        }
        pending.namespace = dict
        self._budget = None


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
    digests
        Hashes of what the words in its code stood for when it had ended; ``None`` where nobody looked.
    """

    code: Code
    namespace: Callable[[], Mapping[str, Any]]
    seconds: float
    chance: tuple[tuple[Any, ...], tuple[Any, ...]] = ((), ())
    digests: Mapping[str, str] | None = None


def _hashes(pending: Pending) -> Hashes:
    if pending.digests is None or not pending.code.shape:
        return Hashes()
    found = needs(pending.code.tree)
    if not found.outside.isdisjoint(_HISTORY):
        return Hashes()
    inputs = joined(found.outside, pending.digests, pending.code.shape)
    results = joined(found.bound - found.defined, pending.digests)
    before, after = (hash_of(each, Budget(_LEAST)) for each in pending.chance)
    return Hashes(inputs, results, (before, after)) if inputs else Hashes()
