"""A thread that looks often for a while: after this process forked, and as long as there is something to see."""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final

_FRESH: Final = 1.0
"""s after a fork in which looks follow at growing distances; then the sampling thread looks."""

_LEAST: Final = 0.01
"""s between two looks."""

_REST, _LONG_REST = 100, 400
"""How many times longer than a look takes, in CPU time, the next one waits: a moment long 1 % of a core at most, and a
quarter of that where forks go on and on."""


class ForkWatch:
    """Calls *look* at growing distances after each ``os.fork`` of this process.

    Parameters
    ----------
    look
        Returns the seconds until it should be called again in any case, ``None`` if there is no need.
    on_fork
        Called by the thread that forked, which it must not delay.
    """

    def __init__(self, look: Callable[[], float | None], on_fork: Callable[[], None]) -> None:
        self._look = look
        self._on_fork = on_fork
        self._pid = os.getpid()
        self._forked = self._began = -_FRESH
        self._running = False
        self._calls: SimpleQueue[None] = SimpleQueue()  # a put may interrupt another one, as in a signal handler
        _watches.add(self)

    @property
    def alert(self) -> bool:
        """Whether this process forked a moment ago."""
        return time.monotonic() - self._forked < _FRESH

    def wake(self) -> None:
        """Look, and go on as long as *look* asks for it."""
        self._calls.put(None)
        if not self._running:
            self._running = True
            threading.Thread(target=self._run, name="jupyter-green-watch", daemon=True).start()

    def forked(self) -> None:
        """Take note that this process has forked."""
        if os.getpid() == self._pid:
            began = self._began if self.alert else time.monotonic()
            self._forked, self._began = time.monotonic(), began
            self._on_fork()
            self.wake()

    def _run(self) -> None:
        pause: float | None = 0.0
        while pause is not None:
            with contextlib.suppress(Empty):
                self._calls.get(timeout=pause)
            time.sleep(_LEAST)
            while not self._calls.empty():
                self._calls.get()
            before = time.thread_time()
            pause = self._look()
            goes_on = self._forked - self._began > _FRESH
            rest = (_LONG_REST if goes_on else _REST) * (time.thread_time() - before)
            rest = max(0.0, rest - _LEAST)
            if self.alert:
                since = time.monotonic() - self._forked
                pause = since if pause is None else min(pause, since)
            time.sleep(rest)
            if pause is not None:
                pause = max(0.0, pause - rest - _LEAST)
            else:
                self._running = False
                if not self._calls.empty() and not self._running:  # a fork came in between
                    self._running = True
                    pause = 0.0


_watches: weakref.WeakSet[ForkWatch] = weakref.WeakSet()


def _after_fork() -> None:
    for watch in list(_watches):
        watch.forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_parent=_after_fork)
