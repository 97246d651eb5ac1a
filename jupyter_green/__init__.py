"""Energy and carbon of every notebook cell: measured where it can be, modelled where it must be, always saying which.

``%load_ext jupyter_green`` meters every cell of a notebook; :func:`measure` meters a block anywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .version import __version__

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from .footprint import Footprint
    from .kernel.widget import widget
    from .measured_block import measure
    from .measured_trial import trial, trial_to_target
    from .metering_session import session, suggestions

__all__ = [
    "Footprint",
    "__version__",
    "load_ipython_extension",
    "measure",
    "session",
    "suggestions",
    "trial",
    "trial_to_target",
    "unload_ipython_extension",
    "widget",
]

# Modules are not called as what they define: importing one would put it in the place of the function.
_LAZY = {
    "Footprint": "footprint",
    "measure": "measured_block",
    "session": "metering_session",
    "suggestions": "metering_session",
    "trial": "measured_trial",
    "trial_to_target": "measured_trial",
    "widget": "kernel.widget",
}


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the name stands for
    """Import what users ask for when they ask for it: ``import jupyter_green`` stays light."""
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_LAZY[name]}", __name__), name)
    globals()[name] = value
    return value


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Meter every cell of this shell from now on (``%load_ext jupyter_green``)."""
    from .kernel import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Cease to meter and leave the shell as it was (``%unload_ext jupyter_green``)."""
    from .kernel import unload

    unload(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "jupyter-green"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "jupyter_green.server"}]
