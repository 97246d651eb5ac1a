"""What is put into a shell: event hooks, the input transformer, the magics, the live feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from . import annotation
from .events import CellEvents
from .feed import Feed
from .magics import CarbonMagics
from .pending_clear import PendingClear
from .publish import Publisher
from .tracker_name import TrackerName
from .trials import Trials

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ..metering_session import Session
    from ..record import Json


class Extension:
    """One shell's extension.

    Parameters
    ----------
    shell
        Where it is installed.
    session
        Meters this process.
    """

    def __init__(self, shell: InteractiveShell, session: Session) -> None:
        self.shell = shell
        self.session = session
        self._configurables = cast("list[object]", shell.configurables)  # IPython's own type is too narrow
        self._clear = PendingClear(shell)
        publisher = Publisher(shell, self._clear)
        self._events = CellEvents(shell, session, publisher)
        self.feed = Feed.of(shell, session)
        trials = Trials(shell, session, self._show_trial)
        self._magics = CarbonMagics(shell, session, trials)
        self._tracker_name = TrackerName()

    def install(self) -> None:
        """Put everything in place and begin to meter."""
        shell, events = self.shell, self._events
        shell.input_transformers_cleanup.append(annotation.strip)
        shell.events.register("pre_run_cell", events.before)
        shell.events.register("post_run_cell", events.after)
        shell.register_magics(self._magics)
        self._configurables.append(self.session.config)
        self._clear.install()
        self._tracker_name.install()
        self.session.has_notebook = True
        self.session.start()
        if self.feed is not None:
            self.feed.install()

    def uninstall(self) -> None:
        """Take everything out again and cease to meter."""
        shell, events = self.shell, self._events
        self._events.close()
        self.session.stop()
        self.session.has_notebook = False
        if self.feed is not None:
            self.feed.uninstall()
        self._tracker_name.uninstall()
        self._clear.uninstall()
        self._configurables.remove(self.session.config)
        for kind, name in (("line", "carbon"), ("cell", "carbon")):
            shell.magics_manager.magics[kind].pop(name, None)
        shell.events.unregister("pre_run_cell", events.before)
        shell.events.unregister("post_run_cell", events.after)
        shell.input_transformers_cleanup.remove(annotation.strip)

    def _show_trial(self, progress: Json | None) -> None:
        if self.feed is not None:
            self.feed.trial = progress
            self.feed.publish()
