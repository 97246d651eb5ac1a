"""Jupyter Server extension: exports from JupyterLab's menu carry the footnote; the ledger's sums for the panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp


def _load_jupyter_server_extension(server_app: ServerApp) -> None:
    from .exports import add_footnote
    from .history import add_history

    add_footnote(server_app)
    add_history(server_app)
