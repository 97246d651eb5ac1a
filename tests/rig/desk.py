"""What a user does at a page of JupyterLab or Notebook 7, and looks at there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page

from .lab import LabServer, wait_until

PANEL = "#jupyter-green-panel"
LOAD = "%load_ext jupyter_green"
BURN = "end = __import__('time').time() + 1.2\nwhile __import__('time').time() < end: pass  # burn"
# Before it is connected the page calls the kernel idle, too, and asks for one if a cell is run.
_IDLE = """(() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = context?.isReady ? context.session?.kernel : undefined;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
})()"""


def write_notebook(path: Path, *cells: str, kernel: str = "python3", outputs: Sequence[Any] = ()) -> Path:
    """Write a notebook with these code cells; the outputs, if any, are those of its first one."""
    notebook = {
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{index}",
                "metadata": {},
                "execution_count": None,
                "outputs": [] if index else list(outputs),
                "source": cell,
            }
            for index, cell in enumerate(cells)
        ],
        "metadata": {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    path.write_text(json.dumps(notebook))
    return path


class Desk:
    """One page, on which several notebooks may be opened one after the other.

    Parameters
    ----------
    browser
        Chromium.
    server
        Where the page comes from.
    path
        What is opened at first.
    """

    def __init__(self, browser: Browser, server: LabServer, path: str = "lab") -> None:
        self.server = server
        self.page: Page = browser.new_page(viewport={"width": 1300, "height": 900})
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(error.stack or str(error)))
        self.page.goto(server.url(path))
        self._wait_for_app()

    def _wait_for_app(self) -> None:
        self.page.wait_for_function("window.jupyterapp", timeout=60_000)
        self.page.evaluate("window.jupyterapp.restored.then(() => true)")

    def reload(self) -> None:
        """Load the page anew; kernels go on."""
        self.page.reload()
        self._wait_for_app()

    @property
    def panel(self) -> Locator:
        """The footprint's panel."""
        return self.page.locator(PANEL)

    def command(self, name: str, **arguments: object) -> None:
        """Execute a command, as a menu or the palette would."""
        self.page.evaluate(
            "([name, args]) => { void window.jupyterapp.commands.execute(name, args); }", [name, arguments]
        )

    def enabled(self, name: str) -> bool:
        """Whether a command can be chosen in a menu."""
        return bool(self.page.evaluate("name => window.jupyterapp.commands.isEnabled(name)", name))

    def show_panel(self) -> Locator:
        """Open the panel if it is not in view."""
        if not self.panel.is_visible():
            self.command("jupyter-green:open")
        self.panel.wait_for()
        return self.panel

    def open(self, path: Path, panel: bool = True) -> None:
        """Open a notebook, and wait for its kernel; the page is cleared of all others."""
        # To its end: after a reload the notebook may be in view already, and this would bring it back later on.
        self.page.evaluate(
            "async args => { await window.jupyterapp.commands.execute('docmanager:open', args); }",
            {"path": path.name, "factory": "Notebook"},
        )
        self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell").first.wait_for(timeout=60_000)
        wait_until(
            lambda: path.name in str(self.page.evaluate("window.jupyterapp.shell.currentWidget?.title.label")),
            "the notebook",
            page=self.page,
        )
        self.wait_for_idle()
        if panel:
            self.show_panel()

    def wait_for_idle(self) -> None:
        """Wait until the kernel of what is in view is connected and idle."""
        wait_until(lambda: self.page.evaluate(_IDLE), "an idle kernel", page=self.page)

    def is_busy(self) -> bool:
        """Whether the kernel of what is in view runs something."""
        status = "window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status"
        return bool(self.page.evaluate(status) == "busy")

    def run(self, text: str, wait: bool = True) -> Locator:
        """Click into the cell with this text and run it."""
        cell = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell", has_text=text).first
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")
        if wait:
            known = (before, "[*]:", "[ ]:")
            wait_until(lambda: prompt.inner_text() not in known, "the end of the cell", page=self.page)
            self.wait_for_idle()
        return cell

    def joules(self) -> float | None:
        """Return the total that the panel shows, if it shows one."""
        figure = self.panel.locator(".jp-green-energy").first
        value = figure.get_attribute("data-joules") if figure.count() else None
        return float(value) if value else None

    def total(self, above: float = 0.0) -> float:
        """Wait for a total in the panel, above a known one."""
        return float(
            str(wait_until(lambda: (self.joules() or 0.0) > above and self.joules(), "a total", page=self.page))
        )

    def accept(self) -> None:
        """Say yes in the dialog that is open, or is about to."""
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def clear(self) -> None:
        """Close everything, without asking, and end all kernels."""
        while self.page.locator(".jp-Dialog").count():
            self.page.keyboard.press("Escape")
        self.page.evaluate(
            """async () => {
              const { shell, serviceManager } = window.jupyterapp;
              for (const widget of [...shell.widgets('main')]) {
                widget.context?.model && (widget.context.model.dirty = false);
                widget.dispose();
              }
              await serviceManager.sessions.shutdownAll();
            }"""
        )
