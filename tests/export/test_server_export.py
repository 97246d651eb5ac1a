"""*Save and Export Notebook As* asks the server: here with a real one, straight after installation."""

import json
import socket
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from rig.chromium import as_playwrights_own
from rig.tools import pdf_text

TOKEN = "for-this-test-only"
SENTENCE = "Running this notebook used 12.4 Wh (11.2 – 13.9)"


@pytest.fixture(scope="module")
def get(environment, notebooks, tmp_path_factory):
    """Return a function that asks a running server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path_factory.mktemp("server") / "log"
    browsers = as_playwrights_own(tmp_path_factory.mktemp("browsers"))
    options = (f"--port={port}", "--ip=127.0.0.1", "--no-browser", "--allow-root", f"--IdentityProvider.token={TOKEN}")
    with (
        log.open("w") as output,
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "jupyter_server",
                *options,
                f"--ServerApp.root_dir={notebooks}",
                "--WebPDFExporter.disable_sandbox=True",
            ],
            env={**environment, "PLAYWRIGHT_BROWSERS_PATH": str(browsers)},
            stdout=output,
            stderr=output,
        ) as server,
    ):

        def ask(path, **query):
            asked = "&".join(f"{key}={value}" for key, value in {"token": TOKEN, **query}.items())
            with urlopen(f"http://127.0.0.1:{port}/{path}?{asked}", timeout=30) as reply:
                return reply.read()

        def text(path, **query):
            return ask(path, **query).decode()

        text.bytes = ask
        deadline = time.monotonic() + 60
        while True:
            try:
                ask("api/status")
                break
            except URLError:
                assert server.poll() is None, log.read_text()
                assert time.monotonic() < deadline, log.read_text()
                time.sleep(0.05)
        yield text
        server.terminate()


def test_the_menu_offers_what_is_tested_here(get):
    offered = json.loads(get("api/nbconvert"))
    assert {*MARKUP, "html", "notebook", "pdf", "webpdf", "slides"} <= offered.keys()


def test_html(get):
    page = get("nbconvert/html/metered.ipynb", download="true")
    assert SENTENCE in page
    assert '<aside aria-label="Footprint"' in page
    assert "<td>6.20 Wh</td>" in page
    assert "vnd.jupyter-green" not in page


MARKUP = {
    "latex": "\\textbf{Footprint.} Running this notebook used 12.4~Wh",
    "markdown": f"**Footprint.** {SENTENCE}",
    "rst": f"**Footprint.** {SENTENCE}",
    "asciidoc": f"*Footprint.* {SENTENCE}",
}


@pytest.mark.parametrize("form", MARKUP)
def test_markup(get, form):
    text = get(f"nbconvert/{form}/partial.ipynb", download="true")
    assert MARKUP[form].replace("12.4", "at least 1.00").replace(" (11.2 – 13.9)", "") in text
    assert "at least 1.00" in text
    assert "vnd.jupyter-green" not in text


def test_slides(get):
    assert SENTENCE in get("nbconvert/slides/metered.ipynb", download="true")


@pytest.mark.parametrize("form", ["pdf", "webpdf"])
def test_pdf(get, form, tmp_path):
    (tmp_path / "page.pdf").write_bytes(get.bytes(f"nbconvert/{form}/metered.ipynb", download="true"))
    assert SENTENCE in " ".join(pdf_text(tmp_path / "page.pdf").split())


def test_sanitised_html_as_jupyterlab_asks_for_it(get):
    page = get("nbconvert/html/metered.ipynb", download="true", sanitize_html="true")
    assert SENTENCE in page
    assert "[4] train(model, loader)" in page
    assert "&lt;t" not in page


def test_a_notebook_and_one_that_was_not_metered(get):
    assert SENTENCE in get("nbconvert/notebook/metered.ipynb")
    assert "Footprint." not in get("nbconvert/html/plain.ipynb")
