"""Energy per unit of work as a user sees it: in the panel's row while the cell runs and after it, and in its badge."""

import re

import pytest
from playwright.sync_api import expect
from rig.desk import LOAD, Desk, write_notebook
from rig.feed import snapshot, telling

LOOP = """%%carbon
import io, time
from tqdm import tqdm
for _ in tqdm(range(40), unit="step", file=io.StringIO(), mininterval=0.01):  # loop
    end = time.monotonic() + 0.1
    while time.monotonic() < end: pass"""
PLAIN = "%%carbon\nsum(range(10**6))  # plain"
PER_STEP = re.compile(r"^[\d.]+\s(J|mJ)/step$")
NBSP = "\u00a0"


@pytest.fixture(scope="module")
def desk_of_all(browser, lab):
    opened = Desk(browser, lab)
    opened.clear()  # what other tests left open comes back with the workspace
    yield opened
    opened.page.close()


def row(desk, number):
    return desk.panel.locator(f".jp-green-cell[data-execution-count='{number}']")


def test_it_is_told_live_and_settled_in_the_panel_and_below_the_cell(desk, notebooks, shots):
    desk.open(write_notebook(notebooks / "work.ipynb", LOAD, LOOP, PLAIN))
    desk.run(LOAD)
    desk.run("# loop", wait=False)
    live = row(desk, 2).locator(".jp-green-per-unit")
    expect(live).to_have_text(PER_STEP, timeout=30_000)
    expect(desk.panel.locator(".jp-green-running .jp-green-per-unit")).to_have_text(re.compile(r"/step$"))
    expect(row(desk, 2).locator(".jp-green-spinner")).to_be_visible()
    desk.page.screenshot(path=shots / "work-live.png")

    badge = desk.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-green-badge")
    expect(badge.locator("summary")).to_contain_text(re.compile(r" · [\d.]+\s(J|mJ)/step · "), timeout=30_000)
    desk.wait_for_idle()
    expect(desk.panel.locator(".jp-green-running")).to_have_count(0)
    expect(live).to_have_text(PER_STEP)
    badge.locator("summary").click()
    work = badge.locator("dt", has_text="Work").locator("xpath=following-sibling::dd[1]")
    expect(work).to_have_text(re.compile(r"^40 × step · [\d.]+\s(J|mJ)/step \([\d.]+ – [\d.]+\)$"))

    # settled: both say the same
    expect(badge.locator("dd", has_text="Settled figure")).to_be_visible()
    said = live.inner_text()
    expect(badge.locator("summary")).to_contain_text(f" · {said} · ")
    assert "40 × step, " in row(desk, 2).get_attribute("title")

    desk.run("# plain")
    expect(row(desk, 3)).to_have_count(1)
    expect(row(desk, 3).locator(".jp-green-per-unit")).to_have_count(0)
    desk.page.screenshot(path=shots / "work.png")


def test_runs_of_one_cell_and_hostile_units(desk, notebooks, shots):
    run = {"label": "train(model, loader)", "status": "ok", "duration_s": 2.0, "low": None, "high": None}
    run |= {"measured_share": 0.5, "grams": 0.01, "settled": True, "recorded": False}
    cells = [
        {**run, "id": "a", "execution_count": 1, "joules": 300.0, "work": {"amount": 1000, "unit": "token"}},
        {**run, "id": "b", "execution_count": 2, "joules": 800.0},
        {**run, "id": "c", "execution_count": 3, "joules": 500.0, "work": {"amount": 3000, "unit": "token"}},
        {**run, "id": "d", "execution_count": 4, "label": "f()", "joules": 60.0}
        | {"work": {"amount": 3, "unit": "<img src=x onerror='window.intruded=1'>"}},
        {**run, "id": "e", "execution_count": 5, "label": "g()", "joules": 50.0, "status": "error"}
        | {"work": {"amount": 10, "unit": "a unit with a very long name of its own"[:40]}},
        {**run, "id": "f", "execution_count": 19, "label": "h()", "joules": 40.0, "runs": 9, "runs_joules": 90.0}
        | {"work": {"amount": 1, "unit": "step"}, "runs_work": {"amount": 20, "unit": "step", "joules": 80.0}},
    ]
    told = snapshot(cpu=[5.0], machine=[9.0], running=False, cells=cells)
    desk.open(write_notebook(notebooks / "told.ipynb", telling(told)))
    desk.run("import json")
    expect(row(desk, 3).locator(".jp-green-per-unit").first).to_have_text(f"0.20{NBSP}J/token")  # of the runs with work
    expect(row(desk, 19).locator(".jp-green-per-unit")).to_have_text(f"4.0{NBSP}J/step")
    expect(row(desk, 4).locator(".jp-green-per-unit")).to_contain_text("J/<img")
    row(desk, 3).locator(".jp-green-times").click()
    desk.panel.screenshot(path=shots / "work-rows.png")
    runs = desk.panel.locator(".jp-green-runs .jp-green-per-unit")
    expect(runs).to_have_text([f"0.17{NBSP}J/token", f"0.30{NBSP}J/token"])
    assert desk.page.evaluate("window.intruded") is None
    width = desk.panel.evaluate("node => node.scrollWidth - node.clientWidth")
    assert width <= 0
