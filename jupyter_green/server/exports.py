"""*Save and Export Notebook As*: the server's own nbconvert gets our preprocessor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from traitlets.config import Config

if TYPE_CHECKING:
    from jupyter_server.serverapp import ServerApp

FOOTNOTE = "jupyter_green.report.preprocessor.FootnotePreprocessor"


def add_footnote(server_app: ServerApp) -> None:
    """Append our preprocessor to those that the server's exporters run.

    The export handlers take their configuration from the web application's settings; the server application's own,
    and configuration files for nbconvert, do not reach them. Merging in place keeps the object that they share.
    """
    config = server_app.web_app.settings["config"]
    chosen = config.Exporter.get("preprocessors", [])
    if FOOTNOTE not in chosen:
        config.merge(Config({"Exporter": {"preprocessors": [*chosen, FOOTNOTE]}}))
