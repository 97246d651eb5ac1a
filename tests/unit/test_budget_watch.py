"""The thread that watches budgets, at the moment in which a cell ends."""

import signal
import sys
import threading
from types import SimpleNamespace

import pytest

from jupyter_green.budget import Budget
from jupyter_green.clock import SystemClock
from jupyter_green.kernel.budget_watch import BudgetWatch
from jupyter_green.spending import Spending

CLOCK = SystemClock()


class Window:
    """A cell that runs since now."""

    def __init__(self):
        self.opened = CLOCK.boottime()
        self.closed = self.footprint = None
        self.account = SimpleNamespace(flags={})


def session(joules):
    """A session whose cells have spent so much."""
    footprint = SimpleNamespace(energy=SimpleNamespace(joules=joules), emissions=SimpleNamespace(grams=0.0))
    sampler = SimpleNamespace(ask=lambda: None, edge=lambda unless_within=0: CLOCK.boottime())
    meter = SimpleNamespace(
        sampler=sampler, peek=lambda window, at: footprint, timeline=SimpleNamespace(lock=threading.RLock())
    )
    return SimpleNamespace(meter=meter, clock=CLOCK, trouble=None, on_changed=lambda: None)


class Late:
    """Sends its signal when the cell's thread waits in ``end`` already, and keeps what it asked."""

    def __init__(self):
        self.sending = threading.Event()
        self.wanted = []

    def send(self, is_wanted):
        self.wanted.append(is_wanted())
        self.sending.set()
        main = threading.main_thread().ident
        while sys._current_frames()[main].f_code is not BudgetWatch.end.__code__:
            pass
        signal.pthread_kill(main, signal.SIGINT)
        return True


def test_a_signal_on_its_way_is_received_where_the_cell_ends():
    late, window = Late(), Window()
    watch = BudgetWatch(session(5.0), late)
    watch.begin(window, [Spending(Budget(1.0, "J"), began=window.opened * 1e-9)], stoppable=True)
    late.sending.wait()
    (spending,) = watch.end(window)  # no KeyboardInterrupt leaves it
    assert late.wanted == [True]
    assert spending.interruptions == 1
    assert watch.end(window) == []
    watch.close()


def test_the_users_own_ctrl_c_is_not_swallowed():
    window = Window()
    watch = BudgetWatch(session(0.0), Late())
    spending = Spending(Budget(1.0, "J"), began=window.opened * 1e-9)
    watch.begin(window, [spending], stoppable=True)
    lock = watch._watched[window].lock
    lock.acquire()

    def press():
        main = threading.main_thread().ident
        while sys._current_frames()[main].f_code is not BudgetWatch.end.__code__:
            pass
        signal.pthread_kill(main, signal.SIGINT)

    pressing = threading.Thread(target=press)
    pressing.start()
    with pytest.raises(KeyboardInterrupt):
        watch.end(window)
    pressing.join()
    lock.release()
    watch.close()


def test_a_cell_whose_end_was_not_told_is_not_watched_in_the_next():
    lost, around = Window(), Window()
    watch = BudgetWatch(session(5.0), SimpleNamespace(send=lambda is_wanted: False))
    watch.begin(around, [Spending(Budget(9.0, "J"))], stoppable=True)
    watch.begin(lost, [Spending(Budget(9.0, "J"))], stoppable=True)
    watch._watched[lost].depth = 1  # a cell in the code of the other one
    watch._watched[around].depth = -1
    watch.drop_lost()
    assert list(watch._watched) == [around]
    watch.close()


def test_a_cell_that_cannot_be_interrupted_is_only_watched():
    window, looked = Window(), threading.Event()
    spending = Spending(Budget(1.0, "J"), began=window.opened * 1e-9)
    look = spending.look

    def seen(at, spent):
        look(at, spent)
        looked.set()

    spending.look = seen
    asked = SimpleNamespace(send=lambda is_wanted: pytest.fail("interrupted"))
    made = session(5.0)
    watch = BudgetWatch(made, asked)
    watch.begin(window, [spending], stoppable=False)
    looked.wait()
    assert watch.end(window) == [spending]
    assert (spending.is_due, spending.interruptions, made.trouble) == (True, 0, None)
    watch.close()
