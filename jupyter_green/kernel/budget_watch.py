"""Watches what running cells spend, and has them interrupted when a budget is spent.

One thread, started with the first budget, sleeps until a budget is about to be spent. A cell that goes on is
interrupted again when it has spent twice the budget, four times, eight times.
"""

from __future__ import annotations

import math
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from ..power.schedule import SECOND
from ..spending import FIRST_LOOK, FLAGS, Spending
from .interruption import RUNS_CELLS

if TYPE_CHECKING:
    from types import FrameType

    from ..metering_session import Session
    from ..window import Window

_FRESH = SECOND // 200
_AHEAD = 0.04  # s before a look at which a device that only the sampling thread reads is asked for its counter


class Interrupts(Protocol):
    """Interrupts the running cell."""

    def send(self, is_wanted: Callable[[], bool]) -> bool:
        """Interrupt it, unless that is not wanted any more; return whether it was interrupted."""
        ...


@dataclass(eq=False, slots=True)
class _Watched:
    """A running cell with its budgets.

    Attributes
    ----------
    stoppable
        Whether it can be interrupted.
    due, asks
        When to look next, and when to have everything read for that look, s since boot.
    depth
        How many cells were running around it in its thread.
    over
        Whether it has ended.
    interrupted
        Whether it was interrupted at all.
    warnings
        For how many of its budgets frontends were told that they are nearly spent.
    """

    window: Window
    spendings: list[Spending]
    stoppable: bool
    due: float
    depth: int
    asks: float = math.inf
    over: bool = False
    interrupted: bool = False
    warnings: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class BudgetWatch:
    """Watches the cells of one session that have a budget, of their own or the session's.

    Parameters
    ----------
    session
        Meters them.
    interruption
        Interrupts the one that runs.
    """

    def __init__(self, session: Session, interruption: Interrupts) -> None:
        self._session = session
        self._interruption = interruption
        self._watched: dict[Window, _Watched] = {}
        self._condition = threading.Condition()
        self._thread: threading.Thread | None = None
        self._pid = os.getpid()

    def begin(self, window: Window, spendings: list[Spending], *, stoppable: bool) -> None:
        """Watch a cell that is about to run."""
        watched = _Watched(window, spendings, stoppable, window.opened / SECOND + FIRST_LOOK, _depth())
        with self._condition:
            self._watched[window] = watched
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="jupyter-green-budget", daemon=True)
                self._thread.start()
            self._condition.notify()

    def drop_lost(self) -> None:
        """Forget cells whose end nobody told, before another one begins on this thread.

        IPython tells of another cell's end where Ctrl-C hits itself instead of the cell's code.
        """
        if self._watched and threading.current_thread() is threading.main_thread():
            depth = _depth()
            for window, cell in list(self._watched.items()):
                if cell.stoppable and cell.depth >= depth:
                    self.end(window)

    def end(self, window: Window) -> list[Spending]:
        """Watch a cell no more, on the thread that ran it; return its budgets.

        No interruption of ours comes after that. One that was sent in the very moment in which the cell ended is
        received here, and dropped: there is nothing left to interrupt.
        """
        watched = self._watched.get(window)
        if watched is None or os.getpid() != self._pid:  # in a fork of the cell the lock may never be given back
            return []
        while True:
            try:
                with watched.lock:
                    watched.over = True
                    self._watched.pop(window, None)
                for _ in range(3):
                    pass  # where Python looks for signals
                return watched.spendings
            except KeyboardInterrupt:
                if not watched.interrupted:
                    raise

    def close(self) -> None:
        """Watch nothing any more."""
        with self._condition:
            self._thread = None
            self._watched.clear()
            self._condition.notify()

    def _run(self) -> None:
        me = threading.current_thread()
        clock = self._session.clock
        while True:
            with self._condition:
                while self._thread is me:
                    due = min((min(cell.due, cell.asks) for cell in list(self._watched.values())), default=None)
                    pause = None if due is None else due - clock.boottime() / SECOND
                    if pause is not None and pause <= 0:
                        break
                    self._condition.wait(pause)
                if self._thread is not me:
                    return
                now = clock.boottime() / SECOND
                ready = [cell for cell in list(self._watched.values()) if min(cell.due, cell.asks) <= now]
            for cell in ready:
                try:
                    if cell.asks <= now:
                        cell.asks = math.inf
                        self._session.meter.sampler.ask()
                    if cell.due <= now:
                        self._look(cell)
                except Exception as error:  # noqa: BLE001 - a metered cell never fails because of us
                    self._session.trouble = f"budget: {type(error).__name__}: {error}"
                    cell.due = clock.boottime() / SECOND + 1.0

    def _look(self, cell: _Watched) -> None:
        meter, window = self._session.meter, cell.window
        at = meter.sampler.edge(unless_within=_FRESH)
        footprint = meter.peek(window, at)
        for spending in tuple(cell.spendings):
            own = spending.budget.of(footprint.energy.joules, footprint.emissions.grams)
            spent = own if spending.scope == "cell" else self._session.allowances.spent(spending.scope, at)
            if spent - own >= spending.budget.amount and not spending.interruptions:
                cell.spendings.remove(spending)  # it was spent before this cell, which is left alone
            else:
                spending.look(at / SECOND, spent)
        near = sum(spending.is_near for spending in cell.spendings)
        if near > cell.warnings:
            cell.warnings = near
            self._session.on_changed()  # the next snapshot may come too late
        if cell.stoppable and any(spending.is_due for spending in cell.spendings):
            self._interrupt(cell)
        pauses = [s.pause() for s in cell.spendings if cell.stoppable or not s.is_due]
        cell.due = self._session.clock.boottime() / SECOND + min(pauses, default=1.0)
        cell.asks = cell.due - _AHEAD

    def _interrupt(self, cell: _Watched) -> None:
        """Interrupt a cell once for all budgets that are spent at this moment."""

        def is_wanted() -> bool:
            window = cell.window
            cell.interrupted = True  # from here on the cell may get a signal
            return not cell.over and window.closed is None and window.footprint is None

        with cell.lock:
            if not self._interruption.send(is_wanted):
                return
            with self._session.meter.timeline.lock:
                for each in cell.spendings:
                    if each.is_due:
                        each.interrupted()
                        if each.scope != "cell":  # whose flag follows from its figures
                            cell.window.account.flags[FLAGS[each.scope]] = None


def _depth() -> int:
    """Return how many cells run in this thread, each in the code of the one before."""
    frame: FrameType | None = sys._getframe()
    cells = 0
    while frame is not None:
        cells += frame.f_code is RUNS_CELLS
        frame = frame.f_back
    return cells
