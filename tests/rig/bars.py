"""A workload as a Python loop, looked at from another thread as a kernel's sampler does.

It has tqdm's bar, or, where it is a search, says what it has planned, as scikit-learn's searches do.
"""

from __future__ import annotations

import io
import random
import threading
import time
from contextlib import nullcontext

from tqdm import tqdm

from jupyter_green.work.forecast import Forecast
from jupyter_green.work.library_loops import LibraryLoop, running
from jupyter_green.work.outlook import Outlook

from .workloads import WORKLOADS

_LOOK = 0.1  # s; a second of a loop that takes minutes


def foretold(workload: str, seed: str, seconds: float, part: float = 0.25) -> tuple[Forecast, float]:
    """Run a workload in so many seconds; return what was forecast at a part of the work, and its energy, J."""
    units = WORKLOADS[workload](random.Random(seed))
    shorter = seconds / sum(unit.seconds for unit in units)
    outlook, forecasts, over = Outlook(), [], threading.Event()
    began = time.time()
    used = [0.0, began, 0.0]  # J until a moment, and the W since

    def spent(now: float) -> float:
        joules, since, watts = used
        return joules + (now - since) * watts

    def watch() -> None:
        while not over.wait(_LOOK):
            now = time.time()
            told = outlook.look(began, now, spent(now))
            if bar.n >= part * len(units):
                forecasts.append(told)

    search = LibraryLoop("search", lambda: (bar.n, len(units)))
    search.plan = getattr(units, "plan", None)
    bar = tqdm(units, file=io.StringIO(), mininterval=0.01)
    watcher = threading.Thread(target=watch)
    with nullcontext() if search.plan is None else running(search):
        watcher.start()
        for unit in bar:
            now = time.time()
            used = [spent(now), now, unit.watts]
            time.sleep(unit.seconds * shorter)
    whole = spent(time.time())
    over.set()
    watcher.join()
    return forecasts[0], whole
