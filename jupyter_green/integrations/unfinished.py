"""Notices that a training is over though nobody said so: an exception went past those who would have."""

from __future__ import annotations

import sys
import threading
import weakref
from collections.abc import Callable
from types import FrameType

_INTERVAL = 1.0  # s; a walk up the stack takes some 10 µs


class Call:
    """A function's call that is under way on this thread.

    Holds the frame, and all that lives in it, until :meth:`forget`: another call could have the same address.
    """

    def __init__(self, frame: FrameType) -> None:
        self._frame: FrameType | None = frame
        self._thread = threading.get_ident()

    @property
    def runs(self) -> bool:
        """Whether it has neither returned nor raised."""
        frame = sys._current_frames().get(self._thread)
        while frame is not None and frame is not self._frame:
            frame = frame.f_back
        return frame is not None

    def forget(self) -> None:
        """Let go of the frame."""
        self._frame = None


class Watch:
    """Looks once a second, on a thread of its own.

    Parameters
    ----------
    owner
        Not kept alive. Once it is gone, it is over.
    call
        Once it has returned, it is over; ``None`` if there is none to watch.
    over
        Called, once, on the watch's thread.
    """

    def __init__(self, owner: object, call: Call | None, over: Callable[[], None]) -> None:
        self._owner = weakref.ref(owner)
        self._call = call
        self._over = over
        self._stopped = threading.Event()
        threading.Thread(target=self._look, name="jupyter-green-training", daemon=True).start()

    def stop(self) -> None:
        """Cease to look."""
        self._stopped.set()
        if self._call is not None:
            self._call.forget()

    def _look(self) -> None:
        while not self._stopped.wait(_INTERVAL):
            if self._owner() is None or (self._call is not None and not self._call.runs):
                self._over()
                return
