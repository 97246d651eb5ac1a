"""The interface in German and French, in a JupyterLab that has the two language packs."""

from urllib.request import Request, urlopen

import nbformat
import pytest
from rig.desk import LOAD, Desk
from rig.lab import TOKEN, LabServer, wait_until
from rig.records import run_once

NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
SAYS = {
    "de_DE": {
        "footprint": "Fußabdruck",
        "cells": "Zellen",
        "badge": "⚡ 1,44 Wh (1,3 – 1,6) · 85 mg CO₂e · 58 s",
        "measured": "84 % gemessen, 16 % modelliert",
        "total": "12,4",
        "idle": "im Leerlauf",
        "state": "Endgültiger Wert",
        "setting": "Badge unter einer Zelle",
    },
    "fr_FR": {
        "footprint": "Empreinte",
        "cells": "Cellules",
        "badge": "⚡ 1,44 Wh (1,3 – 1,6) · 85 mg CO₂e · 58 s",
        "measured": "84 % mesurés, 16 % modélisés",
        "total": "12,4",
        "idle": "au repos",
        "state": "Valeur définitive",
        "setting": "Badge sous une cellule",
    },
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of its own: what it was last asked to speak, it speaks to everybody."""
    root = tmp_path_factory.mktemp("languages")
    run = run_once()
    for cell in (run.cells[0], run.cells[2]):
        cell |= {"execution_count": None, "outputs": []}
    nbformat.write(run, root / "run.ipynb")
    with LabServer(root, tmp_path_factory.mktemp("lab")) as started:
        yield started


def speak(server, language):
    """Choose the language as the settings editor does."""
    setting = f'{{"raw": "{{\\"locale\\": \\"{language}\\"}}"}}'.encode()
    address = server.url("lab/api/settings/@jupyterlab/translation-extension:plugin")
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    with urlopen(Request(address, setting, headers, method="PUT")) as reply:
        assert reply.status == 204


@pytest.mark.parametrize("language", SAYS)
def test_it_speaks(browser, server, shots, language):
    says = SAYS[language]
    speak(server, language)
    desk = Desk(browser, server)
    desk.open(server.root / "run.ipynb")
    panel = desk.panel
    assert says["total"] in panel.locator(".jp-green-energy").first.inner_text()
    plain = panel.inner_text().replace("\u00a0", " ").replace("\u202f", " ")
    assert says["measured"] in plain
    assert says["footprint"].casefold() in plain.casefold()
    panel.get_by_role("heading").filter(has_text=says["cells"]).first.wait_for()

    badge = desk.page.locator(f"{NOTEBOOK} .jp-green-badge").first
    assert says["badge"] in badge.inner_text().replace("\u00a0", " ").replace("\u202f", " ")
    badge.locator("summary").click()
    badge.get_by_text(says["state"]).wait_for()
    desk.page.screenshot(path=shots / f"language-{language}.png")

    desk.run(LOAD)
    desk.run("x = 1")
    wait_until(lambda: says["idle"] in panel.locator(".jp-green-power").inner_text(), "a live panel", page=desk.page)
    desk.command("jupyter-green:settings")
    desk.page.get_by_text(says["setting"]).first.wait_for()
    assert [error for error in desk.errors if "jupyter-green" in error] == []
    desk.clear()
    desk.page.close()
