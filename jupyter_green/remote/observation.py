"""What is noticed of hosted models in one session, and what it is worth."""

from __future__ import annotations

import os
from collections.abc import Sequence

from ..footprint import RemoteCalls
from ..post_import import ImportWatch
from .calls import Call, CallLog, by_model
from .clients import CLIENTS
from .estimate import Estimator, is_installed
from .seams import Seam

_AT_ONCE = 2  # estimates that may be made on a cell's path: 0.1 – 0.4 ms each, after a call over the network
_PATIENCE = 2.0  # s that settling waits for EcoLogits, which is imported while the first answer is under way


class Observation:
    """The hosted models' part of a session.

    Nothing is put anywhere until EcoLogits is installed, and nothing into a client library until that is imported.
    """

    def __init__(self) -> None:
        self.log = CallLog()
        self.unobserved: list[str] = []
        """Libraries that are built in another way than expected."""
        self._pid = os.getpid()
        self._estimator = Estimator()
        self._watch: ImportWatch | None = None
        self._seams: dict[str, Seam] = {}
        self.log.on_complete = self._estimator.ask

    # -- control ---------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Observe the client libraries that are imported now and later, if EcoLogits is installed."""
        if self._watch is None and is_installed():
            self._watch = ImportWatch(list(CLIENTS), self._imported)
            self._watch.install()

    def stop(self) -> None:
        """Leave every library as it was."""
        if self._watch is None:
            return
        self._watch.remove()
        self._watch = None
        while self._seams:
            self._seams.popitem()[1].remove()
        self.unobserved.clear()
        self._estimator.stop()

    def _imported(self, library: str) -> None:
        if os.getpid() != self._pid:  # a forked child: nobody there would ask
            return
        try:
            seam = CLIENTS[library].observe(self.log)
        except Exception as error:  # noqa: BLE001 - the user's import must go on
            self.log.failed(error)
            seam = None
        if seam is None:
            self.unobserved.append(CLIENTS[library].NAME)
            return
        self._seams[library] = seam
        self._estimator.start()

    # -- what was seen ---------------------------------------------------------------------------------------------

    def now(self, calls: Sequence[Call]) -> tuple[RemoteCalls, ...]:
        """Return the sums of calls with what is known now: on a cell's path."""
        if not calls:  # nearly always
            return ()
        due = [call for call in calls if call.estimate is None]
        for call in due if len(due) <= _AT_ONCE else ():
            self._estimator.estimate(call)
        return by_model(map(self._estimator.known, calls))

    def settled(self, calls: Sequence[Call]) -> tuple[RemoteCalls, ...]:
        """Return the sums of calls with all that can be known: off the cell's path."""
        if not calls:
            return ()
        self._estimator.wait(_PATIENCE)
        return by_model(map(self._estimator.estimate, calls))

    def session(self) -> tuple[RemoteCalls, ...]:
        """Return the sums of all calls since the session's total began."""
        return self.log.session(self._estimator.estimate)

    # -- how it stands ---------------------------------------------------------------------------------------------

    @property
    def is_on(self) -> bool:
        """Whether calls are observed, as soon as there is a library to observe."""
        return self._watch is not None

    @property
    def observed(self) -> tuple[str, ...]:
        """The libraries that are observed now."""
        return tuple(sorted(CLIENTS[library].NAME for library in self._seams))

    @property
    def unknown_models(self) -> tuple[str, ...]:
        """Models that were called and have no estimate."""
        return tuple(f"{provider}/{model}" for provider, model in self._estimator.unknown)

    @property
    def trouble(self) -> str | None:
        """The last problem with an answer or an estimate, in one line."""
        return self._estimator.trouble or self.log.trouble
