"""One training, metered from its beginning to its end, whoever tells of them."""

from __future__ import annotations

import atexit
import math
import os
import re
import threading

from ..energy import JOULES_PER_WH
from ..footprint import Footprint, Status
from ..measured_block import measure
from ..metering_session import session
from ..work import COUNTS
from .unfinished import Call, Watch


class Training:
    """A block under :class:`~..measured_block.measure`; where no cell is metered, also a row of the ledger.

    It begins when it is made.

    Parameters
    ----------
    label
        Its name.
    owner
        Who is going to call :meth:`end`; once that is gone, the training ends by itself.
    call
        The call that trains, if it is known: once it is over, so is the training.
    """

    def __init__(self, label: str, owner: object, call: Call | None = None) -> None:
        self._session = session()
        self._lock = threading.Lock()
        self._ended = False
        self._pid = os.getpid()
        self._best_known: Footprint | None = None
        # The cells of a notebook have records of their own; of two trainings at once, the first one holds the other.
        alone = self._session.metering and not self._session.has_notebook and not self._session.meter.running
        self._row = self._session.records.begin(label) if alone else None
        self._block = measure(label).__enter__()
        self._before = COUNTS.read()
        self._watch = Watch(owner, call, lambda: self.end(Exception))
        atexit.register(self.end)

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        """Be nothing in a copy: a callback that is cloned, or sent to another process, has trained nothing there."""
        return type(None), ()

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self._ended

    @property
    def footprint(self) -> Footprint:
        """Its footprint: so far while it runs, afterwards the settled one (waits for it, 1 s at most)."""
        return self._block.footprint

    def figures(self, prefix: str = "") -> dict[str, float]:
        """Return what a log takes: Wh and gCO2e since the training began, and J per unit of work; known ones only.

        Nothing while metering is off.

        Parameters
        ----------
        prefix
            Before each name: ``train_``.
        """
        if not self._ended:
            if not self._session.metering:  # turned off: nobody knows
                return {}
            self._session.meter.sampler.edge()  # our CPU time as it is now: it would be that of the last whole second
        now = self.footprint
        footprint = self._rising(now)
        figures = {"energy_wh": footprint.energy.joules / JOULES_PER_WH, "emissions_gco2e": footprint.emissions.grams}
        amount, unit = now.units, now.unit
        if amount is None and (work := COUNTS.read().since(self._before).work) is not None:
            amount, unit = work
        if amount:
            figures[f"joules_per_{re.sub(r'[^a-z0-9]+', '_', str(unit).lower())}"] = footprint.energy.joules / amount
        return {f"{prefix}{name}": value for name, value in figures.items() if math.isfinite(value)}

    def _rising(self, footprint: Footprint) -> Footprint:
        """Return the larger of this footprint and the last one: an estimate that settles lower would draw a dent."""
        if self._ended:
            return footprint
        last = self._best_known
        if last is None or not footprint.energy.joules < last.energy.joules:
            self._best_known = footprint
            return footprint
        return last

    def end(self, error: type[BaseException] | None = None) -> None:
        """Cease to meter it; a second time changes nothing.

        Parameters
        ----------
        error
            What ended it, if it did not end well.
        """
        with self._lock:
            if self._ended or os.getpid() != self._pid:  # a forked child: the parent meters
                return
            self._ended = True
        atexit.unregister(self.end)
        self._watch.stop()
        self._block.__exit__(error, None, None)
        if self._row is not None:
            interrupted = error is not None and issubclass(error, KeyboardInterrupt)
            status: Status = "interrupted" if interrupted else "error" if error else "ok"
            self._session.records.end(self._row, None, status, quiet=True)
