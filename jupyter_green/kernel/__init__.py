"""IPython glue, and nothing else: what ``%load_ext jupyter_green`` puts into a shell and takes out again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..metering_session import session

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .extension import Extension
    from .feed import Feed

_loaded: Extension | None = None


def load(shell: InteractiveShell) -> None:
    """Meter this shell's cells; loading twice changes nothing."""
    global _loaded
    if _loaded is not None:
        _loaded.session.start()
        return
    from .extension import Extension

    _loaded = Extension(shell, session(shell.config))
    _loaded.install()


def unload(shell: InteractiveShell) -> None:
    """Leave the shell as it was before :func:`load`."""
    global _loaded
    if _loaded is not None:
        _loaded.uninstall()
        _loaded = None


def live_feed() -> Feed | None:
    """Return the live feed of the shell that is metered, if there is one and it has frontends."""
    return None if _loaded is None else _loaded.feed
