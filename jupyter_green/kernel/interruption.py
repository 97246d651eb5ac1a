"""Interrupts the running cell as Ctrl-C in a terminal would: SIGINT to our own process and to its foreground children.

Foreground are the children in our own process group, as those of ``subprocess`` and ``multiprocessing`` are; what was
started in a session or group of its own is spared, as by the notebook's own stop button. What IPython itself starts for
``!command`` and ``%%bash`` it ends when it is interrupted.

No signal handler is installed. A signal that comes a moment late would hit the next cell, or the machinery between
cells. So it is sent only while the main thread is seen inside the cell's own code, and by a thread that holds the
interpreter's lock from that look to the signal: Python code can not have left the cell in between.
"""

from __future__ import annotations

import _thread
import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import psutil
from IPython.core.events import EventManager
from IPython.core.interactiveshell import InteractiveShell

if TYPE_CHECKING:
    from types import CodeType

RUNS_CELLS: CodeType = InteractiveShell.run_code.__code__
"""The one frame above a cell's own code."""

_CALLS_HOOKS: CodeType = EventManager.trigger.__code__


class Interruption:
    """Interrupts the cells that a shell runs in the main thread.

    Parameters
    ----------
    shell
        Whose cells.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell

    @staticmethod
    def is_possible() -> bool:
        """Whether the cell that is about to run on this thread can be interrupted: Python hears signals in one only."""
        return threading.current_thread() is threading.main_thread()

    def send(self, is_wanted: Callable[[], bool]) -> bool:
        """Interrupt the running cell, unless that is not wanted any more; return whether it was interrupted.

        To be called on another thread than the main one.
        """
        group = _own_group()
        children = _foreground_children() if group is None else []
        time.sleep(0)  # begins a new turn of the interpreter's lock, which lasts for 5 ms: far longer than what follows
        awaits = _awaits()
        if not (is_wanted() and (awaits or self._hits_the_cell())):
            return False
        _interrupt(group)
        if awaits:  # the loop is asleep, and its kernel's handler does not wake it
            self._shell.kernel.io_loop.add_callback(_nothing)  # type: ignore[attr-defined]
        for child in children:
            with contextlib.suppress(psutil.Error, OSError):
                child.send_signal(signal.SIGINT)  # not sent to another process that has its PID by now
        return True

    def _hits_the_cell(self) -> bool:
        """Whether a signal sent at this moment would be raised in a cell's own code."""
        if not callable(signal.getsignal(signal.SIGINT)):
            return False  # ignored, or fatal
        frame = sys._current_frames().get(threading.main_thread().ident or 0)
        while frame is not None:
            if frame.f_code is _CALLS_HOOKS:
                return False
            caller = frame.f_back
            if caller is not None and caller.f_code is RUNS_CELLS:
                return frame.f_globals is self._shell.user_global_ns
            frame = caller
        return False


def _awaits() -> bool:
    """Whether a cell with a top-level ``await`` runs: ipykernel then cancels it on SIGINT, wherever the loop is.

    Its handler does nothing once the cell is done.
    """
    handler = signal.getsignal(signal.SIGINT)
    return callable(handler) and getattr(handler, "__module__", "").startswith("ipykernel.")


def _nothing() -> None:
    pass


def _interrupt(group: int | None) -> None:
    """Interrupt our main thread, and with it all processes of a group if one is given."""
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGINT)  # wakes a sleeping main thread, whichever thread calls it
        return
    # The first by itself leaves a sleeping cell asleep. The second by itself is lost while the C library waits for a
    # command of os.system. Both before the main thread gets the interpreter's lock make one KeyboardInterrupt. A third
    # might go to another thread, to be heard too late: so a signal to the group is the second.
    _thread.interrupt_main()
    if group is None:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
    else:
        os.killpg(group, signal.SIGINT)


def _own_group() -> int | None:
    """Return our process group, if all of it was started by us: Jupyter gives each kernel a session of its own.

    There Ctrl-C is sent to the group, which takes no time. To look for children means to read on Linux what each
    process of the machine says of itself, and a cell that holds the interpreter's lock keeps it for 5 ms at each.
    """
    if sys.platform != "linux":  # there it is one question, and whose thread a group's signal meets is not known
        return None
    group = os.getpgrp()
    # A group 1 could not be named: -1 is everybody.
    return group if group == os.getpid() == os.getsid(0) and group > 1 else None


def _foreground_children() -> list[psutil.Process]:
    """Return our descendants in our own process group; on Windows, which has no such signal for them, none."""
    if sys.platform == "win32":
        return []
    ours, found = os.getpgrp(), []
    try:
        descendants = psutil.Process().children(recursive=True)
    except (psutil.Error, OSError):
        return []
    for child in descendants:
        with contextlib.suppress(OSError):
            if os.getpgid(child.pid) == ours:
                found.append(child)
    return found
