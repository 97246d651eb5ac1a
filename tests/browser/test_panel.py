"""What a user sees in the panel in each of its states, rare ones told by scripted snapshots of a real kernel."""

import re
import time
import uuid

import nbformat
import pytest
from playwright.sync_api import expect
from rig import feed, scripted
from rig.lab import change_theme, wait_until

from jupyter_green.schema import MIME_TYPE

PANEL = "#jupyter-green-panel"
IDLE = """(() => {
  const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
  const kernel = context?.isReady ? context.session?.kernel : undefined;
  return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
})()"""
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}


def write(folder, name, cells):
    notebook = nbformat.v4.new_notebook(metadata=KERNEL, cells=cells)
    nbformat.write(notebook, folder / name)


def recorded(count, label, joules, *, boot="boot-1", session=None, identity=None, started=None):
    """A cell as it stands in a document after it was metered."""
    total = joules if session is None else session
    factor = scripted.INTENSITY["value"] * 1.2 / 3.6e6
    record = {
        "schema": "jupyter-green/footprint/1",
        "id": identity or str(uuid.uuid4()),
        "boot": boot,
        "execution_count": count,
        "label": label,
        "status": "ok",
        "started": started or "2026-11-20T15:04:05Z",
        "duration_s": 12.0,
        "energy": {"joules": joules, "low": joules * 0.9, "high": joules * 1.1, "measured_share": 0.8},
        "components": {"gpu": scripted.component(joules)},
        "machine_energy": {"joules": None, "low": None, "high": None, "components": {}},
        "emissions": {
            **scripted.EMISSIONS,
            "grams": joules * factor,
            "low": joules * 0.9 * factor * 0.8,
            "high": joules * 1.1 * factor * 1.2,
        },
        "settled": True,
        "flags": [],
        "session": {
            "joules": total,
            "low": total * 0.9,
            "high": total * 1.1,
            "measured_share": 0.8,
            "cells": count,
            "between_joules": 0.0,
            "grams": total * factor,
        },
    }
    output = nbformat.v4.new_output("display_data", data={MIME_TYPE: record, "text/plain": "a footprint"})
    return nbformat.v4.new_code_cell(f"# {label}", execution_count=count, outputs=[output])


@pytest.fixture(scope="module")
def page(browser):
    """One page for all tests of this file."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.errors = []
    opened.on("pageerror", lambda error: opened.errors.append(str(error)))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def panel(page, lab, notebooks):
    """The panel beside an empty notebook."""
    write(notebooks, "panel.ipynb", [nbformat.v4.new_code_cell("1 + 1"), nbformat.v4.new_code_cell("")])
    page.goto(lab.url("lab/workspaces/panel/tree/panel.ipynb"))  # no other page restores what these tests open
    page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell", timeout=60_000)
    wait_until(lambda: page.evaluate(IDLE), "an idle kernel", page=page)
    found = page.locator(PANEL)
    if not found.is_visible():
        page.evaluate("window.jupyterapp.commands.execute('jupyter-green:open')")
    found.wait_for()
    return found


@pytest.fixture(autouse=True)
def no_errors(page):
    yield
    assert page.errors == []


def open_notebook(page, name):
    page.evaluate("path => { void window.jupyterapp.commands.execute('docmanager:open', { path }) }", name)
    wait_until(lambda: page.evaluate("window.jupyterapp.shell.currentWidget?.context?.path") == name, name, page=page)
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)").wait_for()
    wait_until(lambda: page.evaluate(IDLE), "an idle kernel", page=page)


def tell(page, **changes):
    scripted.tell(page, scripted.snapshot(**changes))


def history():
    """Four minutes with two cells."""
    gpu = [4.0] * 24 + [160.0] * 24 + [5.0] * 16 + [175.0] * 32
    told = feed.snapshot(
        gpu=gpu,
        cpu=[8.0 + 0.2 * watts for watts in gpu],
        ram=[7.0] * 96,
        machine=[150.0 + watts for watts in gpu],
        bands=[(24, -180.0, -120.0), (25, -80.0, None)],
    )
    return told["history"]


def row(panel, count):
    return panel.locator(f".jp-green-cell[data-execution-count='{count}']")


def test_an_unmetered_notebook_says_how_to_begin(panel):
    expect(panel).to_contain_text("This kernel is not metered yet.")
    expect(panel.get_by_role("button", name="Meter this notebook")).to_be_enabled()
    expect(panel.get_by_role("tab", name="Notebook")).to_have_attribute("aria-selected", "true")


def test_all_of_the_design_is_there(page, panel, shots):
    tell(page, history=history())
    expect(panel.locator(".jp-green-energy")).to_contain_text("12.4 Wh")
    expect(panel.locator(".jp-green-energy")).to_contain_text("10.9 – 14.1 Wh")
    expect(panel.locator(".jp-green-emissions")).to_contain_text("0.73")
    expect(panel.locator(".jp-green-emissions")).to_contain_text("0.55 – 0.94 g")
    expect(panel).to_contain_text("GPU 9.7")
    expect(panel).to_contain_text("78 % measured, 22 % modelled")
    expect(panel.locator(".jp-green-power")).to_have_text("this kernel 214 W of 390 W machine")
    expect(panel.locator(".jp-green-running")).to_contain_text("1.90 Wh so far")
    expect(panel.locator(".jp-green-forecast")).to_have_text("forecast 8.30 Wh (7.6 – 9.1) · 2 min left")
    expect(panel.locator(".jp-green-between")).to_have_text("between cells: 2.7 Wh – the kernel held the GPU")
    page.screenshot(path=shots / "panel-live.png")


def test_a_forecast_may_be_a_lower_bound_and_has_its_emissions(page, panel):
    foretold = {"joules": 29880.0, "low": 27360.0, "high": 32760.0, "seconds_left": 120.0, "grams": 0.407}
    tell(page, running=[scripted.running(25, "finetune_lora(model)", 6840.0, forecast=foretold)])
    forecast = panel.locator(".jp-green-forecast")
    expect(forecast).to_have_text("forecast 8.30 Wh (7.6 – 9.1) · 0.41 g CO₂e · 2 min left")
    foretold = foretold | {"at_least": True}
    tell(page, running=[scripted.running(25, "finetune_lora(model)", 6840.0, forecast=foretold)])
    expect(forecast).to_have_text("forecast at least 7.6 Wh · 0.37 g CO₂e · 2 min left")
    expect(forecast).to_have_attribute("title", re.compile("^8.30\\sWh .* if it goes on as it does"))


def test_re_runs_are_one_row_that_opens(page, panel):
    tell(page)
    train = row(panel, 24)
    expect(train).to_have_count(1)
    expect(train.locator(".jp-green-figure")).to_have_text("6.2 Wh")
    times = train.get_by_role("button", name="ran 2 times: show the single runs", exact=True)
    expect(times).to_have_attribute("aria-expanded", "false")
    times.click()
    runs = panel.get_by_role("list", name="Runs of cell 24").get_by_role("listitem")
    expect(runs).to_have_count(2)
    expect(runs.nth(0)).to_contain_text("3.1 Wh")
    times.press("Enter")
    expect(runs).to_have_count(0)


def test_cells_stand_by_energy_or_by_time(page, panel):
    tell(page)
    rows = panel.locator(".jp-green-cell")
    counts = lambda: [r.get_attribute("data-execution-count") for r in rows.all()]  # noqa: E731
    assert counts() == ["24", "25", "9", "2"]
    order = panel.get_by_role("combobox", name="Order of the cells")
    order.select_option("by time")
    assert counts() == ["25", "24", "9", "2"]
    order.select_option("by energy")


def test_marks_say_what_became_of_a_cell(page, panel, shots):
    cells = [
        scripted.cell("e", 3, "1 / 0", 900.0, status="error"),
        scripted.cell("i", 4, "wait()", 800.0, status="interrupted"),
        scripted.cell("l", 5, "lost()", 700.0, recorded=True),
        scripted.cell("s", 6, "small()", 1.0),
        scripted.cell("u", 7, "unknown()", None),
    ]
    tell(page, cells=cells, running=[], power=None)
    expect(row(panel, 3)).to_contain_text("✕ stopped by an error")
    expect(row(panel, 4)).to_contain_text("■ interrupted")
    expect(row(panel, 5)).to_contain_text("⊘ not in the document")
    expect(row(panel, 6)).to_contain_text("< 1 mWh")
    expect(row(panel, 7)).to_contain_text("unknown")
    expect(panel.locator(".jp-green-power")).to_have_text("idle")
    page.screenshot(path=shots / "panel-marks.png")


def test_a_row_leads_to_its_cell(page, panel):
    page.evaluate("window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1")
    scripted.execute(page, "get_ipython().execution_count = 41")
    page.locator(".jp-CodeCell").first.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    prompt = page.locator(".jp-CodeCell").first.locator(".jp-InputPrompt")
    expect(prompt).to_contain_text("[41]")
    tell(page, cells=[scripted.cell("r", 41, "1 + 1", 900.0)], running=[], power=None)
    active = "window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    page.evaluate(f"{active} = 1")
    row(panel, 41).click()
    wait_until(lambda: page.evaluate(active) == 0, "the cell", page=page)
    page.evaluate(f"{active} = 1")
    row(panel, 41).get_by_role("button").press("Enter")
    wait_until(lambda: page.evaluate(active) == 0, "the cell, by a key", page=page)


def test_each_gpu_has_a_row(page, panel, shots):
    one = {"name": "nvml:0", "label": "NVIDIA H200", "joules": 30000.0, "watts": 180.0}
    two = {"name": "nvml:1", "label": "NVIDIA H200", "joules": 4920.0, "watts": None}
    tell(page, devices=[one])
    expect(panel.locator(".jp-green-running")).to_be_visible()
    expect(panel.locator(".jp-green-device")).to_have_count(0)
    tell(page, devices=[one, two])
    rows = panel.locator(".jp-green-device")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("180 W")
    expect(rows.nth(1)).to_contain_text("1.4 Wh")
    page.screenshot(path=shots / "panel-gpus.png")


SUGGESTIONS = [
    scripted.suggestion(
        "R02",
        "Train cell [24] in bfloat16",
        "All 124 M parameters are float32; the GPU supports bf16, and has tensor cores for it that lie idle now.",
        scripted.action("insert", "model.to(<script>alert(1)</script>)"),
        scripted.action("details"),
        saving={"low": 0.3, "high": 0.5},
        effect="loss may differ by rounding",
        verified=scripted.verified(0.59, 0.56, 0.63, payback=340.0),
    ),
    scripted.suggestion(
        "R05",
        "Larger batches in cell [24]",
        "Batch 16 keeps the GPU 38 % busy with 61 % of its memory free.",
        scripted.action("measure", joules=3240.0, seconds=120.0),
    ),
    scripted.suggestion(
        "R11",
        "Idle GPU",
        "The kernel held the GPU for 23 min between cells: 2.7 Wh.",
        scripted.action("shut-down"),
        severity="warning",
    ),
]


def card(panel, rule):
    return panel.locator(f".jp-green-suggestion[data-rule='{rule}']")


def test_suggestions_say_what_they_rest_on(page, panel, shots):
    tell(page, suggestions=SUGGESTIONS, running=[], power=None)
    expect(panel.get_by_role("heading", name="Suggestions 3")).to_be_visible()
    expect(card(panel, "R02")).to_contain_text("Published: 30 % to 50 % less energy")
    expect(card(panel, "R02")).to_contain_text(
        "✓ Measured here: −41 % energy per unit of work (−37 … −44), 12 paired runs · pays back after 340 runs"
    )
    details = card(panel, "R02").get_by_role("button", name="Details")
    expect(details).to_have_attribute("aria-expanded", "false")
    details.click()
    expect(card(panel, "R02").get_by_role("button", name="Less")).to_have_attribute("aria-expanded", "true")
    expect(card(panel, "R11")).to_contain_text("⚠ Idle GPU")
    page.screenshot(path=shots / "panel-suggestions.png")


def test_sources_explain_how_to_get_a_measured_figure(page, panel, shots):
    tell(page, running=[], power=None)
    cpu = panel.locator(".jp-green-source", has_text="CPU:")
    cpu.locator("summary").click()
    expect(cpu).to_contain_text("energy_uj: root only")
    expect(cpu).to_contain_text("jupyter green rapl")
    page.screenshot(path=shots / "panel-sources.png")
    cpu.locator("summary").click()


def test_paused_metering_is_said(page, panel, shots):
    tell(page, metering="off", running=[], power=None)
    expect(panel).to_contain_text("Metering is off: what runs now is not counted.")
    expect(panel.locator(".jp-green-unseen[role=status]")).to_have_text("metering is off")
    page.screenshot(path=shots / "panel-paused.png")
    tell(page, running=[], power=None)
    expect(panel).not_to_contain_text("Metering is off")


def test_a_screen_reader_hears_of_finished_cells_only(page, panel):
    tell(page)
    status = panel.locator(".jp-green-unseen[role=status]")
    before = status.inner_text()
    tell(page, power={"kernel_w": 220.0, "machine_w": 390.0})
    expect(panel.locator(".jp-green-power")).to_contain_text("220 W")
    assert status.inner_text() == before
    tell(page, running=[], power=None, cells=[scripted.cell("done", 25, "finetune_lora(model)", 22320.0)])
    expect(status).to_have_text("cell 25 finished: 6.2 Wh")


@pytest.mark.parametrize(
    "data",
    [
        None,
        "text",
        {"schema": "jupyter-green/feed/2"},
        {**scripted.snapshot(), "cells": "many"},
        {**scripted.snapshot(), "power": {"kernel_w": "high"}},
        {**scripted.snapshot(), "session": None},
        {**scripted.snapshot(), "suggestions": [{"title": "x" * 10_000_000}]},
    ],
    ids=["nothing", "text", "future", "types", "power", "session", "10 MB"],
)
def test_what_is_no_snapshot_changes_nothing(page, panel, data):
    tell(page, running=[], power=None)
    expect(panel.locator(".jp-green-power")).to_have_text("idle")
    before = panel.inner_text()
    scripted.tell(page, data)
    assert panel.inner_text() == before


def test_hostile_words_and_figures_are_shown_as_text(page, panel, shots):
    script = "<img src=x onerror=\"document.title='hacked'\">"
    tell(
        page,
        session={
            **scripted.snapshot()["session"],
            "energy": {"joules": 1e308, "low": 1e308, "high": 1e308, "measured_share": 9e9},
            "components": {script: scripted.component(1e308), "gpu": scripted.component(1.0)},
        },
        cells=[scripted.cell(script, 3, script, 1e308), scripted.cell("n", 4, "\u202egnp.exe" * 30, 5.0)],
        running=[scripted.running(5, script, 1e308)],
        suggestions=[
            scripted.suggestion(script[:8], script, script * 5, scripted.action("measure"), id="x; !rm -rf /")
        ],
        devices=[{"name": script[:40], "label": script, "joules": 1e308, "watts": 1e308}] * 16,
    )
    expect(row(panel, 3)).to_contain_text(script)
    expect(panel.locator("img")).to_have_count(0)
    expect(panel.get_by_role("button", name="Measure…")).to_have_count(0)
    assert page.title() != "hacked"
    assert panel.evaluate("node => node.scrollWidth <= node.clientWidth")
    page.screenshot(path=shots / "panel-hostile.png")


HISTORY = {
    "schema": "jupyter-green/history/1",
    "since": 0,
    "energy": {"joules": 180000.0, "low": 160000.0, "high": 210000.0, "measured_share": 0.6},
    "grams": 2.9,
    "components": {"gpu": 120000.0, "cpu": 50000.0},
    "cells": 61,
    "kernels": 4,
    "between_joules": 20000.0,
    "at_least": True,
    "rows": [
        {
            "id": f"h{index}",
            "execution_count": index,
            "label": f"epoch({index})",
            "status": "ok",
            "started": time.time() - 3600 * 24 * index,
            "duration_s": 60.0,
            "joules": 9000.0 / index,
            "low": None,
            "high": None,
            "runs": index,
        }
        for index in range(1, 6)
    ],
}


def test_the_ledgers_tabs_by_keyboard(page, panel, shots):
    asked = []

    def answer(route):
        asked.append(route.request.url)
        route.fulfill(json=HISTORY)

    page.route("**/jupyter-green/history*", answer)
    notebook = panel.get_by_role("tab", name="Notebook")
    notebook.focus()
    page.keyboard.press("ArrowRight")
    today = panel.get_by_role("tab", name="Today")
    expect(today).to_have_attribute("aria-selected", "true")
    expect(today).to_be_focused()
    expect(panel.locator(".jp-green-energy")).to_contain_text("at least")
    expect(panel.locator(".jp-green-energy")).to_contain_text("50.0 Wh")
    expect(panel).to_contain_text("61 cells, 4 kernels")
    expect(panel.locator(".jp-green-power")).to_have_count(0)
    expect(panel.locator(".jp-green-cell").first.get_by_role("button")).to_have_count(0)
    page.screenshot(path=shots / "panel-today.png")
    page.keyboard.press("End")
    expect(panel.get_by_role("tab", name="All time")).to_have_attribute("aria-selected", "true")
    expect(panel.locator(".jp-green-cell")).to_have_count(5)
    page.screenshot(path=shots / "panel-all.png")
    page.keyboard.press("Home")
    expect(panel.locator(".jp-green-power")).to_have_count(1)
    wait_until(lambda: len(asked) >= 2, "two questions", page=page)
    assert asked[-1].partition("since=")[2].startswith("0")
    page.unroute("**/jupyter-green/history*")


def test_a_server_that_is_gone_leaves_the_last_figures(page, panel, shots):
    page.route("**/jupyter-green/history*", lambda route: route.abort())
    panel.get_by_role("tab", name="Today").click()
    expect(panel).to_contain_text("Server not reachable: last figures from")
    expect(panel.locator(".jp-green-energy")).to_contain_text("50.0 Wh")
    page.screenshot(path=shots / "panel-offline.png")
    page.unroute("**/jupyter-green/history*")
    panel.get_by_role("tab", name="Notebook").click()


def test_trouble_with_the_ledger_is_told_in_its_own_words(page, panel, shots):
    refusal = {"message": "the ledger is locked by <b>another</b> machine"}
    page.route("**/jupyter-green/history*", lambda route: route.fulfill(status=500, json=refusal))
    panel.get_by_role("tab", name="Today").click()
    expect(panel).to_contain_text(refusal["message"])
    page.screenshot(path=shots / "panel-refused.png")
    page.unroute("**/jupyter-green/history*")
    panel.get_by_role("tab", name="Notebook").click()


def test_an_empty_day_says_so(page, panel, shots):
    empty = {**HISTORY, "cells": 0, "kernels": 0, "rows": [], "at_least": False}
    page.route("**/jupyter-green/history*", lambda route: route.fulfill(json=empty))
    panel.get_by_role("tab", name="Today").click()
    expect(panel).to_contain_text("Nothing has been metered today")
    page.screenshot(path=shots / "panel-empty-day.png")
    page.unroute("**/jupyter-green/history*")
    panel.get_by_role("tab", name="Notebook").click()


def test_a_restarted_kernel_leaves_its_last_word(page, panel, shots):
    tell(page)
    expect(panel.locator(".jp-green-power")).to_contain_text("214 W")
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    expect(panel).to_contain_text("The kernel has ended; last seen")
    expect(panel.locator(".jp-green-power")).to_contain_text("last seen")
    expect(panel.locator(".jp-green-energy")).to_contain_text("12.4 Wh")
    expect(row(panel, 25)).to_contain_text("■ interrupted")
    page.screenshot(path=shots / "panel-stale.png")
    tell(page, boot="another-boot", running=[], power=None)
    expect(panel).not_to_contain_text("The kernel has ended")
    wait_until(lambda: page.evaluate(IDLE), "the new kernel", page=page)


def test_the_records_of_another_day(page, panel, notebooks, shots):
    cells = [
        recorded(1, "load()", 3600.0, session=4000.0),
        recorded(2, "train()", 18000.0, session=23000.0, started="2026-11-20T15:05:05Z"),
        recorded(1, "plot()", 7200.0, boot="boot-2", session=7300.0, started="2026-11-21T15:04:05Z"),
    ]
    write(notebooks, "recorded.ipynb", cells)
    open_notebook(page, "recorded.ipynb")
    expect(panel).to_contain_text("Recorded in this document")
    expect(panel.locator(".jp-green-energy")).to_contain_text("at least")
    expect(panel.locator(".jp-green-energy")).to_contain_text("8.42 Wh")
    expect(panel.locator(".jp-green-emissions .jp-green-range")).to_contain_text("–")
    expect(panel.locator(".jp-green-cell")).to_have_count(3)
    page.screenshot(path=shots / "panel-recorded.png")


def test_two_thousand_records(page, panel, notebooks, shots):
    cells = [recorded(n, f"step_{n}()", 40.0 + n, session=50.0 * n, identity=f"r{n}") for n in range(1, 2001)]
    write(notebooks, "many.ipynb", cells)
    open_notebook(page, "many.ipynb")
    rows = panel.locator(".jp-green-cell")
    expect(rows).to_have_count(50, timeout=30_000)
    panel.get_by_role("button", name="show all 2,000").click()
    expect(rows).to_have_count(2000)
    panel.get_by_role("button", name="show the first 50").click()
    expect(rows).to_have_count(50)
    page.evaluate("window.jupyterapp.shell.currentWidget.dispose()")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Dark High Contrast"])
def test_other_themes(page, panel, shots, theme):
    open_notebook(page, "panel.ipynb")
    tell(page, boot="another-boot", suggestions=SUGGESTIONS, history=history())
    expect(panel.locator(".jp-green-suggestion")).to_have_count(3)
    change_theme(page, theme)
    page.screenshot(path=shots / f"panel-{theme.lower().replace(' ', '-')}.png")
