"""Cells with a budget, as a person runs them: each stops by itself, says why, and leaves everything as it was."""

import pytest
from playwright.sync_api import expect
from rig import feed
from rig.desk import LOAD, Desk, write_notebook
from rig.gpu import StubGpu, StubNvml, steady
from rig.lab import LabServer
from rig.stalls import LONGEST, WATCH

from jupyter_green.schema import MIME_TYPE

WATTS = 100.0  # of the GPU that the kernel holds all the time
JOULES = 150.0
OUTPUTS = """index => {
  const cells = window.jupyterapp.shell.currentWidget.content.widgets;
  return cells[index].model.outputs.toJSON();
}"""
CELLS = [
    LOAD,
    f"import subprocess, sys\n{WATCH}\nmodel = ['trained']",
    f"%%carbon --budget {JOULES:.0f}J\n# loop\nmodel.append('loop')\nwhile True: len(model)",
    f"%%carbon --budget {JOULES / 3.6:.4f}mWh\n# sleep\nmodel.append('sleep')\ntime.sleep(600)",
    f"%%carbon --budget {JOULES:.0f} J\n# process\nmodel.append('process')\nsubprocess.run(['sleep', '600'])",
    f"print('model', *model, {LONGEST})",
    "%%carbon --budget 10Wh\n# panel\ntime.sleep(600)",
]


@pytest.fixture(scope="module")
def server(root, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    stub = StubNvml(home, StubGpu(steady(WATTS)))
    with LabServer(root, home, stub.environment) as server:
        yield server


@pytest.fixture(scope="module")
def desk_of_all(browser, server):
    desk = Desk(browser, server)
    yield desk
    desk.page.close()


def outputs(desk, index):
    return desk.page.evaluate(OUTPUTS, index)


def record(desk, index):
    """The record below a cell, as its badge has it."""
    made = [output["data"][MIME_TYPE] for output in outputs(desk, index) if MIME_TYPE in output.get("data", {})]
    assert len(made) == 1, outputs(desk, index)
    return made[0]


def test_a_loop_a_sleep_and_a_subprocess_stop_when_their_budget_is_spent(desk, root, shots):
    desk.open(write_notebook(root / "budgets.ipynb", *CELLS))
    desk.run(LOAD)
    desk.run("_watch_stalls")
    for name in ("loop", "sleep", "process"):
        cell = desk.run(f"# {name}")
        badge = cell.locator(".jp-green-badge summary")
        expect(badge).to_contain_text("■ interrupted: budget spent", timeout=30_000)
        expect(cell.locator(".jp-OutputArea-output", has_text="the cell was interrupted, at")).to_have_count(1)
    badge.click()
    expect(cell.locator(".jp-green-badge dl")).to_contain_text("interrupted once")
    badge.scroll_into_view_if_needed()
    desk.page.screenshot(path=shots / "budget-spent.png")
    expect(desk.panel.locator(".jp-green-remark")).to_contain_text("interrupted · budget spent")

    desk.run("print('model'")
    (printed,) = [output["text"] for output in outputs(desk, 5) if output["output_type"] == "stream"]
    *objects, stall = "".join(printed).split()
    assert objects == ["model", "trained", "loop", "sleep", "process"]

    # By the record's own figures; how long this machine kept the kernel itself waiting is not the budget's fault.
    patience = 1.0 + 10 * float(stall)
    for index in (2, 3, 4):
        made = record(desk, index)
        budget = made["budget"]
        assert (made["status"], budget["interruptions"]) == ("interrupted", 1)
        assert "budget-spent" in made["flags"]
        assert budget["limit"] == pytest.approx(JOULES, rel=1e-3)
        assert (budget["spent"] - budget["limit"]) / WATTS <= patience
        assert budget["late_s"] <= patience


def test_the_panel_tells_how_it_stands_with_a_running_cells_budget(desk, root, shots):
    desk.open(write_notebook(root / "standing.ipynb", *CELLS))
    desk.run(LOAD)
    desk.run("_watch_stalls")
    desk.run("# panel", wait=False)
    told = desk.panel.locator(".jp-green-running .jp-green-budget")
    expect(told).to_contain_text("% of 10 Wh", timeout=60_000)
    desk.panel.screenshot(path=shots / "budget-running.png")


def test_the_panel_warns_of_budgets_that_become_scarce(desk, root, shots):
    def budget(scope, spent, state):
        return {"scope": scope, "limit": 18_000.0, "unit": "J", "spent": spent, "state": state}

    told = feed.snapshot(2, gpu=[100.0], bands=[(1, -60.0, None)])
    told["running"][0]["budget"] = budget("cell", 6840.0, "foretold")
    told["budgets"] = [budget("session", 15_300.0, "near"), budget("day", 19_000.0, "spent")]
    desk.open(write_notebook(root / "scarce.ipynb", feed.telling(told)))
    desk.run("import json")
    shown = desk.panel.locator(".jp-green-budget")
    expect(shown).to_have_text(
        [
            "⚠ Budget of the session: 85 % of 5.0 Wh · nearly spent",
            "■ Budget of the day, all kernels: 106 % of 5.0 Wh · spent",
            "⚠ budget: 38 % of 5.0 Wh · not enough, by the forecast",
        ]
    )
    desk.panel.screenshot(path=shots / "budget-scarce.png")
