"""The session's advice: gates as configured, mutes as the ledger keeps them, cells as their records settle."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from .advice import Adviser, Gates, Mutes, Suggestion
from .advice.evidence import Grid, Machine
from .advice.mutes import Scope
from .advice.surroundings import look_around
from .clock import Clock
from .config import Green
from .electricity import Electricity
from .footprint import Footprint
from .ledger import Ledger, mutes
from .power.gpu_state import GpuState
from .record import Record

_ON_THEIR_WAY = 50  # records


class Advisory:
    """Advice for one session.

    Parameters
    ----------
    config
        The user's settings; may change at any time.
    ledger
        Where mutes are kept; ``None`` for the session alone.
    newest_last
        Returns the records of all cells, those of the last second with what is known now.
    electricity
        Where that comes from.
    gpus
        Returns what each GPU has been doing.
    """

    def __init__(
        self,
        config: Green,
        ledger: Ledger | None,
        newest_last: Callable[[], list[Record]],
        electricity: Electricity,
        gpus: Callable[[], Mapping[str, GpuState]],
        clock: Clock,
    ) -> None:
        self._ledger = ledger
        self._newest_last = newest_last
        self._electricity = electricity
        self._clock = clock
        self._waiting: list[tuple[int | None, Footprint]] = []
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self.on_told: Callable[[], None] = _nothing
        """Called when there is something else to be said, on the thread on which the rules were asked."""
        self._notebook = mutes.this_notebook()
        self.mutes = Mutes(self._kept, self._keep)
        self.adviser = Adviser(lambda: Gates(config.advice_threshold), self.mutes.is_muted, self._machine, gpus)

    def settle(self, records: Iterable[Record]) -> None:
        """Have the rules asked about cells whose figures are final: soon, on a thread that ends when it is done.

        Sampling goes on meanwhile. While a cell's own code keeps the interpreter busy, all that reads a file waits for
        its turn again and again, and what takes milliseconds takes a second.
        """
        with self._guard:
            self._waiting += [(record.execution_count, record.footprint) for record in records]
            if self._thread is None and self._waiting and not self._closed:
                self._thread = threading.Thread(target=self._ask, name="jupyter-green-advice", daemon=True)
                self._thread.start()

    def _ask(self) -> None:
        while True:
            with self._guard:
                cells, self._waiting = self._waiting, []
                if not cells or self._closed:
                    self._thread = None
                    return
            before = self.adviser.told
            self.adviser.settle(cells)
            if self.adviser.told != before:
                self.on_told()

    def open(self) -> None:
        """Begin to ask the rules."""
        self._closed = False

    def close(self) -> None:
        """Ask no rules any more: the process may be about to end."""
        self._closed = True

    def suggestions(self, *, every: bool = False) -> list[Suggestion]:
        """Return what there is to say, cells of the last second included; *every* suggestion or one a cell."""
        self._settle_newest()
        return self.adviser.suggestions(every=every)

    def find(self, identity: str) -> Suggestion | None:
        """Return the suggestion of that id."""
        self._settle_newest()
        return self.adviser.find(identity)

    def _settle_newest(self) -> None:
        """Have the rules asked about cells of the last second; newest records may be on their way to the ledger."""
        newest = self._newest_last()[-_ON_THEIR_WAY:]
        self.adviser.settle((record.execution_count, record.footprint) for record in newest)

    def _machine(self) -> Machine:
        """Return what cells run on now, with the electricity."""
        electricity = self._electricity
        place, live = electricity.place, electricity.live
        intensity = place.intensity if live is None else live.present
        forecast = () if live is None else live.forecast
        grid = Grid(intensity, electricity.pue.value, place.cloud, forecast, self._clock.wall())
        return replace(look_around(), grid=grid)

    def mute(self, suggestion: Suggestion, scope: Scope) -> Scope:
        """Hear no more of it; return for how long: a ``notebook`` without a name, or no ledger, means this session."""
        self.mutes.mute(suggestion, self.adviser.source_of(suggestion.id), scope)
        self.adviser.tell()
        if scope != "cell" and (self._ledger is None or (scope == "notebook" and not self._notebook)):
            return "cell"
        return scope

    def _kept(self) -> frozenset[str]:
        return frozenset() if self._ledger is None else mutes.read(self._ledger.path, self._notebook)

    def _keep(self, rule: str, scope: Scope) -> None:
        notebook = mutes.EVERYWHERE if scope == "always" else self._notebook
        if self._ledger is not None and (scope == "always" or notebook):
            self._ledger.mute(rule, notebook)


def _nothing() -> None:
    pass
