"""What a user sees: the tour in JupyterLab, live while a cell runs, and again after a reload."""

import json
import subprocess
import sys

from rig.lab import wait_until

from jupyter_green.schema import MIME_TYPE

PANEL = "#jupyter-green-panel"
CONNECTED = """(() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = context?.isReady ? context.session?.kernel : undefined;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
})()"""


def open_tour(page, lab):
    page.goto(lab.url("lab/tree/notebooks/tour.ipynb?reset"))
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", timeout=60_000)
    # before it is connected the page calls the kernel idle, too, and asks for one if a cell is run
    wait_until(lambda: page.evaluate(CONNECTED), "an idle kernel", page=page)
    if not page.locator(PANEL).is_visible():
        page.evaluate("window.jupyterapp.commands.execute('jupyter-green:open')")
    page.wait_for_selector(PANEL)


def kernel_status(page):
    return (
        page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook-ExecutionIndicator")
        .first.get_attribute("data-status")
        .capitalize()
    )


def run_cell(page, text):
    """Click into the cell with this text and run it, as a user does."""
    cell = page.locator(".jp-CodeCell", has_text=text).first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    return cell


def joules(page):
    value = page.locator(f"{PANEL} .jp-green-energy").first.get_attribute("data-joules")
    return float(value) if value else None


def test_the_panel_grows_while_the_cell_runs_and_all_is_there_after_a_reload(page, lab, notebooks, shots):
    open_tour(page, lab)
    run_cell(page, "%load_ext jupyter_green")
    wait_until(lambda: kernel_status(page) == "Idle", "the extension", page=page)
    cell = run_cell(page, "multiply matrices")

    seen = []

    def grown():
        value = joules(page)
        if value is not None and kernel_status(page) == "Busy" and (not seen or value > seen[-1]):
            seen.append(value)
        return len(seen) >= 4

    wait_until(grown, "four growing figures while the cell is busy", page=page)
    assert kernel_status(page) == "Busy"
    assert page.locator(f"{PANEL} .jp-green-power").inner_text().strip()
    page.screenshot(path=shots / "running.png")

    wait_until(lambda: kernel_status(page) == "Idle", "the end of the cell", page=page)
    badge = cell.locator(".jp-green-badge")
    badge.wait_for()
    assert "CO₂e" in badge.inner_text()
    row = page.locator(f"{PANEL} .jp-green-cell", has_text="multiply matrices")
    row.wait_for()
    count = row.first.get_attribute("data-execution-count")
    assert f"[{count}]" in cell.locator(".jp-InputPrompt").inner_text()
    total = wait_until(lambda: joules(page), "a total", page=page)
    page.wait_for_timeout(1500)  # the settled figure
    page.screenshot(path=shots / "done.png")

    page.keyboard.press("Control+s")
    path = notebooks / "notebooks" / "tour.ipynb"
    wait_until(lambda: MIME_TYPE in path.read_text(), "the saved notebook", page=page)
    page.reload()
    page.wait_for_selector(".jp-green-badge", timeout=60_000)
    if not page.locator(PANEL).is_visible():
        page.evaluate("window.jupyterapp.commands.execute('jupyter-green:open')")
    page.locator(f"{PANEL} .jp-green-cell", has_text="multiply matrices").wait_for()
    assert joules(page) >= 0.95 * total
    page.screenshot(path=shots / "reloaded.png")
    saved = json.loads(path.read_text())
    records = [
        o["data"][MIME_TYPE] for c in saved["cells"] for o in c.get("outputs", []) if MIME_TYPE in o.get("data", {})
    ]
    assert [r["label"] for r in records] == ["multiply matrices"]
    assert page.errors == []


def test_a_reload_in_the_midst_of_a_cell_goes_on_live(page, lab):
    open_tour(page, lab)
    run_cell(page, "%load_ext jupyter_green")
    wait_until(lambda: kernel_status(page) == "Idle", "the extension", page=page)
    run_cell(page, "multiply matrices")
    wait_until(lambda: joules(page), "a first figure", page=page)
    page.reload()
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=60_000)
    if not page.locator(PANEL).is_visible():
        page.evaluate("window.jupyterapp.commands.execute('jupyter-green:open')")
    first = wait_until(lambda: joules(page), "figures after the reload", page=page)
    wait_until(lambda: joules(page) > first, "growing figures after the reload", page=page)
    page.locator(f"{PANEL} .jp-green-cell", has_text="multiply matrices").first.wait_for(timeout=20_000)


def test_the_tours_workspace_opens_the_notebook_with_the_panel_in_view(page, lab, notebooks, shots):
    workspace = notebooks / "notebooks" / "tour.jupyterlab-workspace"
    command = [sys.executable, "-m", "jupyterlab.labapp", "workspaces", "import", str(workspace)]
    subprocess.run(command, env=lab.environment, check=True, capture_output=True)
    page.goto(lab.url("lab/workspaces/tour"))
    page.locator(PANEL).wait_for(timeout=60_000)
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
    assert page.locator(PANEL).is_visible()
    page.get_by_role("heading", name="Five minutes with jupyter-green").wait_for()
    page.screenshot(path=shots / "workspace.png")
