"""``green.widget()``: the live figures where our JupyterLab extension is not, such as VS Code and Colab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.getipython import get_ipython

if TYPE_CHECKING:
    from .live_view import LiveView


def widget() -> LiveView:
    """Return a view of this kernel's energy and emissions that follows them while cells run.

    Raises
    ------
    RuntimeError
        Where there is no frontend to show it.
    ImportError
        When ipywidgets is missing.
    """
    shell = get_ipython()
    if shell is None or not hasattr(shell, "kernel"):
        raise RuntimeError("green.widget() needs a notebook; elsewhere, green.session().footprint has the figures.")
    try:
        from .live_view import LiveView
    except ImportError as error:
        raise ImportError(f"green.widget() needs ipywidgets: pip install ipywidgets ({error})") from error
    return LiveView(shell)
