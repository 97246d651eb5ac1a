"""The session's advice: gates as configured, mutes as the ledger keeps them, cells as their records settle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from .advice import Adviser, Gates, Mutes, Suggestion
from .advice.mutes import Scope
from .config import Green
from .ledger import Ledger, mutes
from .power.gpu_state import GpuState
from .record import Record


class Advisory:
    """Advice for one session.

    Parameters
    ----------
    config
        The user's settings; may change at any time.
    ledger
        Where mutes are kept; ``None`` for the session alone.
    unsettled
        Returns the records of the last second, with what is known now.
    gpus
        Returns what each GPU has been doing.
    """

    def __init__(
        self,
        config: Green,
        ledger: Ledger | None,
        unsettled: Callable[[], list[Record]],
        gpus: Callable[[], Mapping[str, GpuState]],
    ) -> None:
        self._ledger = ledger
        self._unsettled = unsettled
        self._notebook = mutes.this_notebook()
        self.mutes = Mutes(self._kept, self._keep)
        self.adviser = Adviser(lambda: Gates(config.advice_threshold), self.mutes.is_muted, gpus=gpus)

    def settle(self, records: Iterable[Record]) -> None:
        """Ask the rules about cells whose figures are final."""
        self.adviser.settle((record.execution_count, record.footprint) for record in records)

    def suggestions(self, *, every: bool = False) -> list[Suggestion]:
        """Return what there is to say, cells of the last second included; *every* suggestion or one a cell."""
        self.settle(self._unsettled())
        return self.adviser.suggestions(every=every)

    def find(self, identity: str) -> Suggestion | None:
        """Return the suggestion of that id."""
        self.settle(self._unsettled())
        return self.adviser.find(identity)

    def mute(self, suggestion: Suggestion, scope: Scope) -> Scope:
        """Hear no more of it; return for how long: a ``notebook`` without a name, or no ledger, means this session."""
        self.mutes.mute(suggestion, self.adviser.source_of(suggestion.id), scope)
        if scope != "cell" and (self._ledger is None or (scope == "notebook" and not self._notebook)):
            return "cell"
        return scope

    def _kept(self) -> frozenset[str]:
        return frozenset() if self._ledger is None else mutes.read(self._ledger.path, self._notebook)

    def _keep(self, rule: str, scope: Scope) -> None:
        notebook = mutes.EVERYWHERE if scope == "always" else self._notebook
        if self._ledger is not None and (scope == "always" or notebook):
            self._ledger.mute(rule, notebook)
