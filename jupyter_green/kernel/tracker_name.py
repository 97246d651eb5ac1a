"""Accelerate knows our tracker by its name in a notebook that is metered, without an import of the user's."""

from __future__ import annotations

import sys
from importlib import import_module

from ..post_import import ImportWatch

_TRACKING = "accelerate.tracking"
_OURS = "jupyter_green.integrations.accelerate"


class TrackerName:
    """Offers ``log_with="jupyter_green"`` once Accelerate has been imported."""

    def __init__(self) -> None:
        self._watch: ImportWatch | None = None

    def install(self) -> None:
        """Offer it now, or when Accelerate is imported."""
        self._watch = ImportWatch([_TRACKING], _offer)
        self._watch.install()

    def uninstall(self) -> None:
        """Take it back."""
        if self._watch is not None:
            self._watch.remove()
            self._watch = None
        if _OURS in sys.modules:
            import_module(_OURS).withdraw()


def _offer(_: str) -> None:
    try:
        import_module(_OURS).offer()
    except Exception:  # noqa: BLE001 - a version unlike those we know: the user's import must go on
        return
