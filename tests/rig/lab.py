"""A real JupyterLab (or Notebook) server and pages on it in a real headless Chromium."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, Playwright

TOKEN = "for-this-test-only"
COLLABORATION = ("@jupyter/collaboration-extension", "@jupyter/docprovider-extension")


class LabServer:
    """JupyterLab on a folder, with a configuration of its own; a context manager.

    Parameters
    ----------
    root
        What is served.
    home
        Where its configuration, data and log go.
    environment
        Added to the process's own.
    app
        ``lab``, ``notebook`` or ``server``.
    collaborative
        Whether documents are shared while they are edited, as jupyter-collaboration does once it is installed.
    """

    def __init__(
        self,
        root: Path,
        home: Path,
        environment: Mapping[str, str] | None = None,
        app: str = "lab",
        *,
        collaborative: bool = False,
    ) -> None:
        self.root = root
        self.app = app
        self._unwanted = () if collaborative else COLLABORATION
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._settings = home / "config" / "labconfig"
        self._settings.mkdir(parents=True)
        self.disable()
        if not collaborative:
            extensions = dict.fromkeys(("jupyter_server_ydoc", "jupyter_server_fileid"), False)
            server = home / "config" / "jupyter_server_config.json"
            server.write_text(json.dumps({"ServerApp": {"jpserver_extensions": extensions}}))
        self._log = home / "server.log"
        self.environment = {
            **os.environ,
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_DATA_DIR": str(home / "data"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "TZ": "Europe/Paris",
            **(environment or {}),
        }
        self._server: subprocess.Popen[bytes] | None = None

    def disable(self, *plugins: str) -> None:
        """Have pages started without these plugins."""
        # the news pop-up would ask the network, and cover the page
        disabled = dict.fromkeys(("@jupyterlab/apputils-extension:announcements", *self._unwanted, *plugins), True)
        (self._settings / "page_config.json").write_text(json.dumps({"disabledExtensions": disabled}))

    def __enter__(self) -> LabServer:
        options = (
            f"--port={self.port}",
            "--ip=127.0.0.1",
            "--no-browser",
            "--allow-root",
            "--ServerApp.port_retries=0",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
            f"--IdentityProvider.token={TOKEN}",
            f"--ServerApp.root_dir={self.root}",
        )
        module = {"lab": "jupyterlab", "notebook": "notebook", "server": "jupyter_server"}[self.app]
        with self._log.open("wb") as log:
            self._server = subprocess.Popen(
                [sys.executable, "-m", module, *options], env=self.environment, stdout=log, stderr=log, cwd=self.root
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                with urlopen(self.url("api/kernelspecs")) as reply:  # a page that finds none asks for a kernel
                    assert b"python3" in reply.read()
                    return self
            except URLError:
                assert self._server.poll() is None, self._log.read_text()
                assert time.monotonic() < deadline, self._log.read_text()
                time.sleep(0.1)

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Take the server away, and its kernels with it."""
        assert self._server is not None
        self._server.terminate()
        self._server.wait(timeout=30)

    def kill(self) -> None:
        """Take the server away without a word; its kernels notice by themselves."""
        assert self._server is not None
        self._server.kill()
        self._server.wait(timeout=30)

    def url(self, path: str) -> str:
        """The address of a page, with the token."""
        separator = "&" if "?" in path else "?"
        return f"http://127.0.0.1:{self.port}/{path}{separator}token={TOKEN}"


def chromium(playwright: Playwright) -> Browser:
    """Start the system's Chromium, without anything that would ask the network."""
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    )


def change_theme(page: Page, name: str) -> None:
    """Have the page in a theme, if it is not, and wait until it is and the server has noted it.

    A splash covers the page meanwhile. It must be gone before the next change: JupyterLab removes it once for each.
    """
    body = page.locator(f"body[data-jp-theme-name='{name}']")
    if not body.count():
        page.evaluate("theme => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", name)
        body.wait_for(state="attached")
        page.locator("#jupyterlab-splash").wait_for(state="detached")


def wait_until(condition: Callable[[], object], what: str, seconds: float = 30.0, page: Page | None = None) -> object:
    """Wait for a condition with a deadline; return its value."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, f"{what} did not come about in {seconds} s"
        if page is not None:
            page.wait_for_timeout(50)
        else:
            time.sleep(0.05)
    return value
