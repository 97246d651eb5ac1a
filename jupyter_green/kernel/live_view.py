"""The view behind ``green.widget()``: plain ipywidgets, filled from the feed's snapshots.

Each part of a snapshot is one HTML widget, and one that has not changed sends nothing. An idle kernel is silent, as
the feed is.
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

import ipywidgets

from ..metering_session import session
from . import live_feed, live_html

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from ..record import Json
    from .feed import Feed

_PAUSE = 0.9  # s; the feed may be set to be faster, a widget's messages are stored by the frontend
_INVITATION = "<p>The cells of this notebook are not metered yet.</p>"


class LiveView(ipywidgets.VBox):  # type: ignore[misc]  # ipywidgets has no types
    """Energy, emissions, power, cells and sources of this kernel, live.

    Parameters
    ----------
    shell
        Whose cells are shown; where they are not metered yet, a button begins it.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._feed: Feed | None = None
        self._lock = threading.Lock()  # a button's handler and the sampling thread
        self._shown = -math.inf
        self._sequence = -1
        self._metering = True
        self._parts = {name: ipywidgets.HTML() for name in live_html.PARTS}
        self._pause = _button("Pause", self._toggle)
        self._reset = _button("Reset", self._begin_anew, "Begin a new session total")
        super().__init__(layout=ipywidgets.Layout(max_width="560px", padding="8px 12px"))
        self.add_class("jp-green-live")
        self._follow()

    def close(self) -> None:
        """Take the view out of the page; nothing is sent any more."""
        self._unfollow()
        for child in (*self.children, self._pause, self._reset):
            child.close()
        super().close()

    def _follow(self) -> None:
        """Show the feed from now on, or an invitation where there is none."""
        feed = live_feed()
        if feed is None:
            self.children = [ipywidgets.HTML(_INVITATION), _button("Meter this notebook", self._load)]
            return
        buttons = ipywidgets.HBox([self._pause, self._reset])
        self.children = [ipywidgets.HTML(live_html.STYLE), *self._parts.values(), buttons]
        self._feed = feed
        self.show(feed.snapshot())
        feed.watchers.append(self.show)
        self.comm.on_close(self._unfollow)  # the frontend, too, can close it

    def _unfollow(self, _: object = None) -> None:
        feed, self._feed = self._feed, None
        if feed is not None:
            feed.watchers.remove(self.show)

    def show(self, snapshot: Json) -> None:
        """Show a snapshot, unless a later one is shown or the last one is less than a second old while a cell runs."""
        now = time.monotonic()
        with self._lock:
            if snapshot["sequence"] < self._sequence or (snapshot["running"] and now - self._shown < _PAUSE):
                return
            self._shown, self._sequence = now, snapshot["sequence"]
            for name, part in self._parts.items():
                part.value = live_html.PARTS[name](snapshot)
            self._metering = snapshot["metering"] == "on"
            self._pause.description = "Pause" if self._metering else "Resume"
            self._pause.tooltip = "Cease to meter cells" if self._metering else "Meter cells again"

    # -- buttons; their messages arrive when no cell runs ----------------------------------------------------------

    def _load(self, _: ipywidgets.Button) -> None:
        self._shell.run_line_magic("load_ext", "jupyter_green")
        invitation = self.children
        self._follow()
        for child in invitation:
            child.close()

    def _toggle(self, _: ipywidgets.Button) -> None:
        if self._metering:
            session().stop()
        else:
            session().start()
        self._publish()

    def _begin_anew(self, _: ipywidgets.Button) -> None:
        session().reset()
        self._publish()

    def _publish(self) -> None:
        if self._feed is not None:
            self._feed.publish()  # other frontends show it too


def _button(text: str, clicked: object, tooltip: str = "") -> ipywidgets.Button:
    button = ipywidgets.Button(description=text, tooltip=tooltip, layout=ipywidgets.Layout(width="auto"))
    button.on_click(clicked)
    return button
