"""Takes values in, one after the other, until time is up."""

from __future__ import annotations

import hashlib
import struct
import time
from collections.abc import Callable, Iterable
from typing import Any

Feed = Callable[[Any, "Hasher"], None]
_CHUNK = 1 << 20  # bytes between looks at the clock
_PATIENCE = 4
_LOOKS = 128  # values between them


class UnknownState(Exception):  # noqa: N818 - not an error: there is no hash
    """A value has a state that cannot be read completely, or not in time."""


class Budget:
    """How long hashing may take: so much CPU time of the thread that makes this, and by the clock a few times as much.

    Attributes
    ----------
    ends
        On the clock of ``time.perf_counter``; may be brought forward by another thread while hashing goes on.
    """

    __slots__ = ("_cpu_ends", "ends")

    def __init__(self, seconds: float) -> None:
        # On a busy machine a few milliseconds go by in which nothing is done for us at all.
        self.ends = time.perf_counter() + _PATIENCE * seconds
        self._cpu_ends = time.thread_time() + seconds

    @property
    def left(self) -> float:
        """Seconds."""
        return min(self.ends - time.perf_counter(), self._cpu_ends - time.thread_time())


class Hasher:
    """Takes values in, one after the other.

    Parameters
    ----------
    budget
        When it is spent, hashing ends without a hash.
    reader_of
        Tells what takes in a value.
    """

    def __init__(self, budget: Budget, reader_of: Callable[[object], Feed]) -> None:
        self.budget = budget
        self._reader_of = reader_of
        self._digest = hashlib.sha256()  # twice as fast as others where processors know it, as most do
        self._open: dict[int, int] = {}  # values that are being taken in, by identity, with their depth
        self._looks = 0

    def value(self, value: object) -> None:
        """Take in a value with all that it holds."""
        self._look()
        depth = self._open.get(id(value))
        if depth is not None:  # it holds itself
            self.mark("cycle", len(self._open) - depth)
            return
        self._open[id(value)] = len(self._open)
        try:
            self._reader_of(value)(value, self)
        finally:
            del self._open[id(value)]

    def mark(self, kind: str, *numbers: int) -> None:
        """Take in what kind of thing follows, so that no two things look alike one after the other."""
        self.data(kind.encode())
        for number in numbers:
            self.data(b"%d" % number)

    def text(self, text: str) -> None:
        """Take in a text."""
        self.data(text.encode("utf-8", "surrogatepass"))

    def data(self, data: Any) -> None:  # noqa: ANN401 - anything with a buffer of bytes
        """Take in bytes, their number first."""
        size = len(data)
        self._digest.update(struct.pack("<Q", size))
        if size <= _CHUNK:
            self._digest.update(data)
            return
        view = memoryview(data)
        for at in range(0, size, _CHUNK):
            self.in_time()
            self._digest.update(view[at : at + _CHUNK])

    def unordered(self, values: Iterable[object]) -> None:
        """Take in values whose order is of no account."""
        digests = []
        for value in values:
            inner = Hasher(self.budget, self._reader_of)
            inner._open = self._open
            inner.value(value)
            digests.append(inner._digest.digest())
        self.mark("unordered", len(digests))
        for digest in sorted(digests):
            self._digest.update(digest)

    def in_time(self) -> None:
        """Raise once the budget is spent."""
        if self.budget.left < 0:
            raise UnknownState("out of time")

    def _look(self) -> None:
        self._looks += 1
        if self._looks % _LOOKS == 1:
            self.in_time()

    def hex(self) -> str:
        """Return the hash."""
        return self._digest.hexdigest()[:32]


def of_type(kind: type, name: str) -> Any:  # noqa: ANN401 - whatever is asked for
    """Return an attribute of a class as Python keeps it, whatever its metaclass would say."""
    return type.__dict__[name].__get__(kind)
