"""Real nbconvert in a process of its own, as it is after ``pip install``: nothing is configured here."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import nbformat
import pytest
from rig.records import cell, notebook, record, run_once

from jupyter_green.emissions import Embodied
from jupyter_green.energy import Energy
from jupyter_green.footprint import RemoteCalls


@pytest.fixture(scope="session")
def environment(tmp_path_factory):
    """Return the variables for a user without any configuration of their own."""
    home = tmp_path_factory.mktemp("home")
    places = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return {**os.environ, **{place: str(home / place.lower()) for place in places}}


@pytest.fixture(scope="session")
def command(environment):
    """Run ``python -m MODULE ARGUMENTS…`` and return what came of it."""

    def run(module, *arguments, cwd=None, **variables):
        return subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            env={**environment, **variables},
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "`</code><script>alert(2)</script>",
    "a | b || c",
    "[x](javascript:alert(3)) ![y](http://evil.example/z)",
    "$$ \\href{javascript:alert(4)}{x} $$ $a$ \\(b\\) \\\\[c\\\\]",
    "\\begin{equation} \\input{/etc/passwd} \\end{equation}",
    "line\nbreak\r\n\r\n# heading\u2028- item",
    "**bold** _it_ ~~s~~ &lt;b&gt; {{ nb }} {% raw %}",
    "\\",
    ".. include:: /etc/passwd",
    "`x <javascript:alert(10)>`_ |s|_ ``y`` :raw:`z` a_ __",
    "include::/etc/passwd[] xref:a[b] ifdef::c[] {empty} <<a,b>>",
    "pass:[<b>alert(11)</b>] +++<script>alert(12)</script>+++",
    "^^5cinput{/etc/passwd} \\write18{x} %\\end{document}",
]


def hostile():
    """Make a notebook whose every text tries to be more than text."""
    cells = [
        cell(n, record(n, 100.0, session=100.0 * n, label=label), source="pass")
        for n, label in enumerate(HOSTILE, start=1)
    ]
    evil = record(len(HOSTILE) + 1, 100.0, session=100.0 * (len(HOSTILE) + 1))
    evil["components"]["cpu"]["source"] = "<script>alert(5)</script> [x](javascript:alert(6)) | $x$"
    evil["hardware"]["gpu"] = ["<svg onload=alert(7)>", "\\input{/etc/passwd} image:a[] |b| `c`_"]
    nothing = {"joules": 1.0, "low": 1.0, "high": 1.0, "grams": 1.0, "grams_low": 1.0, "grams_high": 1.0}
    calls = {"provider": "\\\\[1ex] & % # _ ^ ~", "model": "<script>alert(13)</script>", "source": "+++<b>+++"}
    evil["remote"] = [{**calls, **nothing, "calls": 1, "output_tokens": None}]
    evil["embodied"] = {"grams": 1.0, "low": 1.0, "high": 1.0, "source": "$x$ \\input{y} include::z[]"}
    evil["emissions"]["intensity"] |= {"name": "<b onmouseover=alert(8)>", "source": "`]()\\input{x}"}
    broken = record(len(HOSTILE) + 2, 1.0)
    broken["energy"]["joules"] = "<script>alert(9)</script>"
    return notebook(*cells, cell(len(HOSTILE) + 1, evil, source="pass"), cell(len(HOSTILE) + 2, broken, source="pass"))


def partial():
    """Make a notebook that calls a hosted model and states its hardware's making, and whose last cell was not run."""
    calls = RemoteCalls("openai", "gpt-4o", 12, 4800, Energy(4320.0, 900.0, 18000.0), 0.5, 0.1, 2.1, "EcoLogits 0.11.3")
    made = Embodied(3.2, 1.1, 5.0, "vendor's figure, 5 years")
    nb = notebook(
        cell(1, source="%load_ext jupyter_green"),
        cell(2, record(2, 3600.0, cells=1, label="ask(client, données)", remote=(calls,), embodied=made)),
        cell(None, source="plot()"),
    )
    nb.cells[0].outputs.append(nbformat.v4.new_output("stream", text="printed: 0.73 mg CO₂e\n"))
    nb.cells.insert(0, nbformat.v4.new_markdown_cell("# Supplement\n\nWith $\\alpha = 0.1$."))
    return nb


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory):
    """Return a folder with ``metered``, ``partial``, ``hostile``, ``hidden`` and ``plain`` notebooks."""
    folder = tmp_path_factory.mktemp("notebooks")
    hidden = run_once()
    hidden.cells[3].metadata["tags"] = ["hide-me"]
    for name, nb in {
        "metered": run_once(),
        "partial": partial(),
        "hostile": hostile(),
        "hidden": hidden,
        "plain": notebook(cell(1), cell(2), nbformat.v4.new_markdown_cell("The end.")),
    }.items():
        nbformat.write(nb, folder / f"{name}.ipynb")
    return folder


@pytest.fixture(scope="session")
def exported(command, notebooks, tmp_path_factory):
    """Export notebooks in one go; return the folder with the results."""
    done = {}

    def export(form, *names, options=(), **variables):
        key = (form, names, tuple(options), tuple(variables.items()))
        if key not in done:
            done[key] = tmp_path_factory.mktemp(form)
            result = command(
                "nbconvert",
                "--to",
                form,
                "--output-dir",
                done[key],
                *options,
                *(notebooks / f"{n}.ipynb" for n in names),
                **variables,
            )
            assert result.returncode == 0, result.stderr
        return done[key]

    return export


@pytest.fixture
def opened(browser):
    """Open an exported page; return it with the list of everything that its scripts did to be seen."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.route(re.compile("^https?:"), lambda route: route.abort())  # nothing is fetched in a test
    alarms = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))

    def open_(path):
        page.goto(path.as_uri(), wait_until="load")
        return page, alarms

    yield open_
    page.close()
