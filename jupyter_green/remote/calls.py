"""Which hosted models were called, by which cell: provider, model, tokens and time of each call, and nothing else.

A call belongs to the cell that ran when its answer, or the first piece of it, arrived, whichever thread that was on;
to the one that began last, where several run at once. What arrives between cells is the session's alone.
"""

from __future__ import annotations

import math
import os
import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from ..energy import Energy
from ..footprint import RemoteCalls

_SINGLE = 256  # of the session's calls are kept one by one; older ones are a sum, so that its cost does not grow
_NAMED = 256  # streams that are told apart by a name at one time


@dataclass(eq=False, slots=True)
class Call:
    """One call of a hosted model.

    Attributes
    ----------
    provider, model
        As EcoLogits calls the provider and the provider the model.
    output_tokens
        Tokens that were generated, as the answer says; ``None`` while it does not.
    pieces
        Pieces of text that a stream has brought, most often of one token each.
    latency
        From the request to the end of its answer, s; infinite when that is not told.
    """

    provider: str
    model: str
    output_tokens: int | None = None
    pieces: int = 0
    latency: float = math.inf
    _estimate: tuple[int | None, RemoteCalls] | None = field(default=None, repr=False)

    @property
    def tokens(self) -> int | None:
        """Tokens to reckon with: those that were told, else the pieces that came."""
        return self.output_tokens if self.output_tokens is not None else self.pieces or None

    @property
    def estimate(self) -> RemoteCalls | None:
        """What it cost, if that has been estimated for as many tokens as there are now."""
        if self._estimate is None or self._estimate[0] != self.tokens:
            return None
        return self._estimate[1]

    def estimated(self, tokens: int | None, estimate: RemoteCalls) -> None:
        """Take an estimate that was made for so many tokens."""
        self._estimate = (tokens, estimate)


class CallLog:
    """The calls of one session, also by the cells and blocks that are open."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pid = os.getpid()
        self._cells: list[list[Call]] = []
        self._blocks: list[list[Call]] = []
        self._answers: WeakKeyDictionary[Hashable, Call] = WeakKeyDictionary()
        self._named: OrderedDict[str, Call] = OrderedDict()
        self._single: deque[Call] = deque()
        self._older: list[RemoteCalls] = []
        self.trouble: str | None = None
        self.on_complete: Callable[[Call], None] = _nothing
        """Called with a call when its answer is complete, as far as that is told, on the thread that reads it."""

    def open(self, *, is_block: bool = False) -> list[Call]:
        """Return a list that gets the calls from now on: a cell's, or a block's, which others may get too."""
        calls: list[Call] = []
        if os.getpid() == self._pid:
            with self._lock:
                (self._blocks if is_block else self._cells).append(calls)
        return calls

    def close(self, calls: list[Call]) -> None:
        """Add no more calls to a list; the answers of those in it may still go on."""
        if os.getpid() != self._pid:
            return
        with self._lock:
            for lists in (self._cells, self._blocks):
                lists[:] = [other for other in lists if other is not calls]

    def find(self, answer: Hashable) -> Call | None:
        """Return the call to which a piece of an answer belongs, if it has been noted."""
        return self._named.get(answer) if isinstance(answer, str) else self._answers.get(answer)

    def note(self, answer: Hashable, provider: str, model: str) -> Call:
        """Return a new call, noted for the cell and the blocks that are open.

        Parameters
        ----------
        answer
            What all pieces of the answer have in common: the response, which is not kept alive, or its name.
        """
        call = Call(provider[:40], model[:120])
        if os.getpid() != self._pid:  # a forked child: its copy of the lock may be locked for ever, and nobody asks
            return call
        with self._lock:
            if isinstance(answer, str):
                self._named[answer] = call
                if len(self._named) > _NAMED:
                    self._named.popitem(last=False)
            else:
                self._answers[answer] = call
            self._single.append(call)
            for calls in (*self._cells[-1:], *self._blocks):
                calls.append(call)
        return call

    def failed(self, error: Exception) -> None:
        """Keep the last problem with an answer, for ``%carbon status``."""
        self.trouble = f"{type(error).__name__}: {error}"

    def session(self, estimate: Callable[[Call], RemoteCalls]) -> tuple[RemoteCalls, ...]:
        """Return the sums of all calls since the session's total began."""
        with self._lock:
            older = list(self._older)
            while len(self._single) > _SINGLE and (known := self._single[0].estimate) is not None:
                self._single.popleft()
                older.append(known)
            older = self._older = list(by_model(older))
            single = list(self._single)
        return by_model([*older, *map(estimate, single)])  # takes time: not under the lock for which calls wait

    def reset(self) -> None:
        """Begin a new session total."""
        with self._lock:
            self._single.clear()
            self._older.clear()


def by_model(calls: Iterable[RemoteCalls]) -> tuple[RemoteCalls, ...]:
    """Add up calls of the same model, those with the most energy first; unknown ones last."""
    groups: dict[tuple[str, str], list[RemoteCalls]] = {}
    for call in calls:
        groups.setdefault((call.provider, call.model), []).append(call)
    sums = [_added(group) for group in groups.values()]
    return tuple(sorted(sums, key=lambda one: -one.energy.joules if one.energy.known else math.inf))


def _added(calls: Sequence[RemoteCalls]) -> RemoteCalls:
    """Add up in one go: hundreds of calls end with a cell. Whose estimate an unknown sum is, the unknown call says."""
    if len(calls) == 1:
        return calls[0]
    first = next((one for one in calls if not one.energy.known), calls[0])
    tokens = [one.output_tokens for one in calls]
    return RemoteCalls(
        first.provider,
        first.model,
        sum(one.calls for one in calls),
        None if None in tokens else sum(count or 0 for count in tokens),
        Energy(*(sum(getattr(one.energy, end) for one in calls) for end in ("joules", "low", "high"))),
        sum(one.grams for one in calls),
        sum(one.grams_low for one in calls),
        sum(one.grams_high for one in calls),
        first.source,
    )


def _nothing(_: Call) -> None:
    pass
