"""*Save and Export Notebook As* asks the server: here with a real one, straight after installation."""

import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest

TOKEN = "for-this-test-only"
SENTENCE = "Running this notebook used 12.4 Wh (11.2 – 13.9)"


@pytest.fixture(scope="module")
def get(environment, notebooks, tmp_path_factory):
    """Return a function that asks a running server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    options = (f"--port={port}", "--ip=127.0.0.1", "--no-browser", "--allow-root", f"--IdentityProvider.token={TOKEN}")
    with (
        log.open("w") as output,
        subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", *options, f"--ServerApp.root_dir={notebooks}"],
            env=environment,
            stdout=output,
            stderr=output,
        ) as server,
    ):

        def ask(path, **query):
            asked = "&".join(f"{key}={value}" for key, value in {"token": TOKEN, **query}.items())
            with urlopen(f"http://127.0.0.1:{port}/{path}?{asked}", timeout=30) as reply:
                return reply.read().decode()

        deadline = time.monotonic() + 60
        while True:
            try:
                ask("api/status")
                break
            except URLError:
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
        yield ask
        server.terminate()


def test_html(get):
    page = get("nbconvert/html/metered.ipynb", download="true")
    assert SENTENCE in page
    assert '<td style="text-align:right">6.20 Wh</td>' in page
    assert "vnd.jupyter-green" not in page


def test_sanitised_html_as_jupyterlab_asks_for_it(get):
    page = get("nbconvert/html/metered.ipynb", download="true", sanitize_html="true")
    assert SENTENCE in page
    assert "[4] train(model, loader)" in page
    assert "&lt;t" not in page


def test_a_notebook_and_one_that_was_not_metered(get):
    assert SENTENCE in get("nbconvert/notebook/metered.ipynb")
    assert "Footprint." not in get("nbconvert/html/plain.ipynb")
