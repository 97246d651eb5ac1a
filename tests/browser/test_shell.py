"""What stands around the panel: status bar, commands, settings, control of the kernel, the report's tab."""

import json

import pytest
from playwright.sync_api import expect
from rig.desk import BURN, LOAD, PANEL, Desk, write_notebook
from rig.lab import LabServer, wait_until

INVITATION = "Meter this notebook"


@pytest.fixture(scope="module")
def desk_of_all(browser, root, tmp_path_factory):
    with LabServer(root, tmp_path_factory.mktemp("home"), {"JUPYTER_GREEN_RECORD_THRESHOLD": "0"}) as server:
        desk = Desk(browser, server)
        yield desk
        desk.page.close()


@pytest.fixture
def settings(desk):
    """Changes a setting in Jupyter's editor of settings, and puts it back afterwards."""
    changed = []

    def change(name, value):
        desk.command("jupyter-green:settings")
        field = desk.page.locator(f"[id='jp-SettingsEditor-jupyter-green:settings_{name}']")
        field.wait_for()
        if isinstance(value, bool):
            before = field.is_checked()
            field.set_checked(value)
        else:
            before = field.locator("option:checked").inner_text()
            field.select_option(label=value)
        changed.append((name, before))
        desk.page.wait_for_function("!window.jupyterapp.shell.currentWidget.title.className.includes('jp-mod-dirty')")

    yield change
    for name, before in list(changed):
        change(name, before)


def status(desk):
    return desk.page.locator(".jp-green-status")


def test_the_status_bar_tells_the_total_and_toggles_the_panel(desk, root, shots):
    desk.open(write_notebook(root / "status.ipynb", LOAD, BURN.replace("1.2", "4")))
    expect(status(desk)).to_be_hidden()  # nothing is known
    desk.run(LOAD)
    desk.run("burn", wait=False)
    expect(status(desk)).to_contain_text("W ·")  # power and energy
    desk.page.screenshot(path=shots / "status.png")
    desk.wait_for_idle()
    expect(status(desk)).not_to_contain_text("W ·")
    expect(desk.page.locator("[aria-live], [role=status]").filter(has=status(desk))).to_have_count(0)  # no chatter
    button = desk.page.get_by_title("Footprint of this notebook: show or hide the panel")
    button.click()
    expect(desk.panel).to_be_hidden()
    button.click()
    expect(desk.panel).to_be_visible()


def test_metering_is_paused_and_resumed(desk, root):
    desk.open(write_notebook(root / "pause.ipynb", LOAD, BURN))
    assert not desk.enabled("jupyter-green:pause")  # nothing to pause
    desk.run(LOAD)
    wait_until(lambda: desk.enabled("jupyter-green:pause"), "the command", page=desk.page)
    desk.panel.get_by_role("button", name="Pause metering").click()
    expect(desk.panel).to_contain_text("Metering is off")
    cell = desk.run("burn")
    expect(cell.locator(".jp-green-badge")).to_have_count(0)
    assert cell.locator(".jp-InputPrompt").inner_text() == "[2]:"  # the request left no trace
    desk.command("jupyter-green:pause")
    expect(desk.panel).not_to_contain_text("Metering is off")
    desk.run("burn").locator(".jp-green-badge").wait_for()


def test_pausing_by_hand_is_seen_in_the_panel(desk, root):
    desk.open(write_notebook(root / "by-hand.ipynb", LOAD, "%carbon off", "%carbon on  # again"))
    desk.run(LOAD)
    desk.run("%carbon off")
    expect(desk.panel).to_contain_text("Metering is off")
    desk.run("# again")
    expect(desk.panel).not_to_contain_text("Metering is off")


def test_pausing_a_busy_kernel_says_that_it_waits(desk, root):
    desk.open(write_notebook(root / "busy.ipynb", LOAD, "print('begun'); __import__('time').sleep(600)"))
    desk.run(LOAD)
    cell = desk.run("begun", wait=False)
    cell.get_by_text("begun", exact=True).wait_for()
    desk.panel.get_by_role("button", name="Pause metering").click()
    desk.panel.get_by_text("waiting for the running cell").wait_for()
    desk.command("notebook:interrupt-kernel")
    expect(desk.panel).to_contain_text("Metering is off")
    expect(desk.panel.get_by_text("waiting for the running cell")).to_have_count(0)


def test_a_new_total_begins_when_that_is_confirmed(desk, root):
    desk.open(write_notebook(root / "reset.ipynb", LOAD, BURN))
    desk.run(LOAD)
    desk.run("burn")
    expect(desk.panel.locator(".jp-green-cell")).to_have_count(1)
    desk.command("jupyter-green:reset")
    desk.accept()
    expect(desk.panel.locator(".jp-green-cell")).to_have_count(0)


def test_kernels_are_metered_from_the_start_if_so_set(desk, root, settings):
    settings("autoload", True)
    desk.open(write_notebook(root / "auto.ipynb", BURN))
    wait_until(lambda: desk.enabled("jupyter-green:pause"), "metering", page=desk.page)
    cell = desk.run("burn")
    cell.locator(".jp-green-badge").wait_for()
    assert cell.locator(".jp-InputPrompt").inner_text() == "[1]:"
    desk.command("kernelmenu:restart")
    with desk.page.expect_response(lambda response: "/restart" in response.url, timeout=60_000):
        desk.accept()
    wait_until(lambda: desk.enabled("jupyter-green:pause"), "metering after the restart", page=desk.page)
    desk.wait_for_idle()  # a server that is asked to end a kernel in the midst of a restart answers with an error
    expect(desk.panel.get_by_role("button", name=INVITATION)).to_have_count(0)


def test_energy_is_told_in_joules_if_so_set(desk, root, settings):
    settings("energyUnit", "J, kJ or MJ")
    desk.open(write_notebook(root / "joules.ipynb", LOAD, BURN))
    desk.run(LOAD)
    desk.run("burn")
    expect(desk.panel.locator(".jp-green-energy").first).to_contain_text("J")
    expect(status(desk)).to_contain_text("J")
    expect(desk.panel).not_to_contain_text("mWh")


def test_figures_are_saved_with_the_cell_if_so_set(desk, root, settings):
    settings("saveInMetadata", True)
    path = write_notebook(root / "metadata.ipynb", LOAD, BURN, "%carbon off")
    desk.open(path)
    desk.run(LOAD)
    desk.run("burn")
    first = saved(desk, path)
    assert "jupyter_green" not in first[0]["metadata"]
    figures = first[1]["metadata"]["jupyter_green"]
    assert figures["energy"]["joules"] > 0
    assert figures["emissions"]["grams"] > 0
    assert saved(desk, path)[1] == first[1]
    desk.run("%carbon off")
    desk.run("burn")  # unmetered: figures of an earlier run would be wrong
    assert "jupyter_green" not in saved(desk, path)[1]["metadata"]


def saved(desk, path):
    desk.page.evaluate("window.jupyterapp.shell.currentWidget.context.save()")
    return json.loads(path.read_text())["cells"]


def test_nothing_is_saved_with_a_cell_otherwise(desk, root):
    path = write_notebook(root / "no-metadata.ipynb", LOAD, BURN)
    desk.open(path)
    desk.run(LOAD)
    desk.run("burn").locator(".jp-green-badge").wait_for()
    assert all("jupyter_green" not in cell["metadata"] for cell in saved(desk, path))


def test_the_report_opens_in_a_tab(desk, root, shots):
    desk.open(write_notebook(root / "report.ipynb", LOAD, BURN))
    desk.run(LOAD)
    desk.run("burn")
    desk.command("jupyter-green:report")
    frame = desk.page.locator("iframe.jp-green-report-tab")
    frame.wait_for()
    assert frame.get_attribute("sandbox") == "allow-scripts"
    frame.content_frame.get_by_role("heading", name="Energy and carbon").wait_for()
    frame.content_frame.locator("canvas").first.wait_for()
    desk.page.screenshot(path=shots / "report-tab.png")


def test_everything_can_be_found_in_the_palette(desk, root):
    desk.open(write_notebook(root / "palette.ipynb", LOAD))
    desk.run(LOAD)
    desk.command("apputils:activate-command-palette")
    desk.page.locator(".lm-CommandPalette-input").fill("footprint")
    entries = desk.page.locator(".lm-CommandPalette-item")
    for label in ("Show Footprint", "Footprint Settings", "Footprint Report", "Pause Metering", "Start a New Total"):
        expect(entries.filter(has_text=label).first).to_be_visible()
    desk.page.keyboard.press("Escape")


def test_without_our_other_plugins_the_panel_works_all_the_same(browser, root, tmp_path):
    path = write_notebook(root / "alone.ipynb", LOAD, BURN)
    off = ("settings", "badge", "status", "control", "report", "autoload", "metadata", "toolbar")
    server = LabServer(root, tmp_path)
    server.disable(*(f"jupyter-green:{name}" for name in off))
    with server:
        desk = Desk(browser, server, f"lab/tree/{path.name}")
        desk.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
        desk.wait_for_idle()
        desk.show_panel()
        desk.run(LOAD)
        desk.run("burn")
        assert desk.total() > 0
        expect(desk.page.locator(".jp-green-status")).to_have_count(0)
        expect(desk.page.locator(f"{PANEL} button", has_text="Pause")).to_have_count(0)
        assert [error for error in desk.errors if "jupyter-green" in error] == []
        desk.page.close()
