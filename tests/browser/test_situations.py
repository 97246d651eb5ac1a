"""The panel in each situation of a notebook's life, by what a person sees, with real kernels."""

import json
import os
import sys

import nbformat
import pytest
from playwright.sync_api import expect
from rig.desk import BURN, LOAD, Desk, write_notebook
from rig.lab import LabServer

from jupyter_green.schema import MIME_TYPE

INVITATION = "Meter this notebook"
SLEEP = "print('begun'); __import__('time').sleep(600)"
# A Python without our package, and a kernel that says it is of another language.
KERNELS = {
    "bare": ("Bare Python", "python", "import sys; sys.modules['jupyter_green'] = None"),
    "julia": ("Julia 1.12", "julia", ""),
}


@pytest.fixture(scope="module")
def server(root, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    for name, (display_name, language, before) in KERNELS.items():
        folder = home / "data" / "kernels" / name
        folder.mkdir(parents=True)
        code = f"{before}\nfrom ipykernel import kernelapp; kernelapp.launch_new_instance()"
        argv = [sys.executable, "-c", code, "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": display_name, "language": language}
        (folder / "kernel.json").write_text(json.dumps(spec))
    with LabServer(root, home, {"JUPYTER_GREEN_RECORD_THRESHOLD": "0"}) as server:
        yield server


@pytest.fixture(scope="module")
def desk_of_all(browser, server):
    desk = Desk(browser, server)
    yield desk
    desk.page.close()


def test_a_kernel_without_the_extension_is_metered_at_a_click(desk, root, shots):
    desk.open(write_notebook(root / "click.ipynb", BURN))
    button = desk.panel.get_by_role("button", name=INVITATION)
    button.wait_for()
    desk.page.screenshot(path=shots / "invitation.png")
    button.click()
    expect(button).to_have_count(0)
    desk.run("burn")
    assert desk.total() > 0
    expect(desk.panel.locator(".jp-green-cell")).to_have_count(1)


def test_loading_by_hand_ends_the_invitation_at_once(desk, root):
    desk.open(write_notebook(root / "hand.ipynb", LOAD))
    desk.panel.get_by_role("button", name=INVITATION).wait_for()
    desk.run(LOAD)
    expect(desk.panel.get_by_role("button", name=INVITATION)).to_have_count(0)


def test_a_click_while_a_cell_runs_says_that_it_waits(desk, root):
    desk.open(write_notebook(root / "waits.ipynb", SLEEP))
    button = desk.panel.get_by_role("button", name=INVITATION)
    button.wait_for()
    cell = desk.run(SLEEP, wait=False)
    cell.get_by_text("begun", exact=True).wait_for()
    button.click()
    desk.panel.get_by_text("waiting for the running cell").wait_for()
    expect(button).to_be_disabled()
    desk.command("notebook:interrupt-kernel")  # which takes down what waits behind the cell, too
    expect(button).to_have_count(0)
    expect(desk.panel.get_by_text("waiting for the running cell")).to_have_count(0)


def test_a_kernel_without_the_package_gets_the_command_that_installs_it(desk, root, shots):
    desk.open(write_notebook(root / "bare.ipynb", BURN, kernel="bare"))
    command = desk.panel.get_by_text(f"{sys.executable} -m pip install jupyter-green")
    command.wait_for()
    desk.page.screenshot(path=shots / "not-installed.png")
    desk.panel.get_by_role("button", name="Try again").click()
    expect(desk.panel.get_by_role("button", name="Try again")).to_be_enabled()
    expect(command).to_be_visible()


def test_a_kernel_of_another_language_is_told_so(desk, root):
    desk.open(write_notebook(root / "julia.ipynb", "1", kernel="julia"))
    desk.panel.get_by_text("jupyter-green meters Python kernels; this kernel is Julia 1.12.").wait_for()
    expect(desk.panel.get_by_role("button", name=INVITATION)).to_have_count(0)


def test_a_second_tab_on_the_same_notebook_shows_the_same(desk, root, browser, server):
    path = write_notebook(root / "two-tabs.ipynb", LOAD, BURN)
    desk.open(path)
    desk.run(LOAD)
    desk.run("burn")
    total = desk.total()
    other = Desk(browser, server, f"lab/workspaces/other/tree/{path.name}")
    other.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
    other.wait_for_idle()
    other.show_panel()
    assert other.total() >= 0.95 * total
    first, second = desk.joules(), other.joules()
    desk.run("burn")
    assert desk.total(above=first) > 0
    assert other.total(above=second) > 0  # the one that asked for nothing is told, too
    assert other.errors == []
    other.page.close()


def test_a_restart_leaves_the_records_and_invites_again(desk, root):
    desk.open(write_notebook(root / "restart.ipynb", LOAD, BURN))
    desk.run(LOAD)
    desk.run("burn")
    total = desk.total()
    desk.command("kernelmenu:restart")
    desk.accept()
    desk.panel.get_by_role("button", name=INVITATION).click()
    expect(desk.panel.get_by_role("button", name=INVITATION)).to_have_count(0)
    desk.run("burn")
    desk.panel.locator(".jp-green-cell").first.wait_for()
    assert 0 < desk.total() < 20 * total


def test_an_interrupted_cell_is_called_so(desk, root):
    desk.open(write_notebook(root / "interrupt.ipynb", LOAD, "print('begun')\nwhile True: pass  # forever"))
    desk.run(LOAD)
    cell = desk.run("forever", wait=False)
    cell.get_by_text("begun", exact=True).wait_for()
    desk.total()
    desk.command("notebook:interrupt-kernel")
    cell.get_by_text("KeyboardInterrupt").first.wait_for()
    row = desk.panel.locator(".jp-green-cell").first
    row.wait_for()
    expect(cell.locator(".jp-green-badge")).to_contain_text("interrupted")


def test_a_kernel_that_was_killed_is_silent_and_may_be_metered_anew(desk, root):
    kill = "__import__('os').kill(__import__('os').getpid(), 9)"
    desk.open(write_notebook(root / "killed.ipynb", LOAD, BURN, kill))
    desk.run(LOAD)
    desk.run("burn")
    desk.total()
    desk.run(kill, wait=False)
    desk.accept()  # Jupyter's own: the kernel died and is restarted
    button = desk.panel.get_by_role("button", name=INVITATION)
    button.wait_for()
    assert desk.joules()  # what the notebook holds
    button.click()
    expect(button).to_have_count(0)


def test_the_panel_follows_the_notebook_in_view(desk, root):
    first, second = (write_notebook(root / f"{name}.ipynb", LOAD, BURN) for name in ("one", "two"))
    desk.open(first)
    desk.run(LOAD)
    desk.run("burn")
    total = desk.total()
    desk.open(second)
    desk.panel.get_by_role("button", name=INVITATION).wait_for()
    expect(desk.panel.locator(".jp-green-cell")).to_have_count(0)
    desk.page.locator(".lm-TabBar-tab", has_text="one.ipynb").click()
    expect(desk.panel.locator(".jp-green-cell")).to_have_count(1)
    assert desk.joules() >= 0.95 * total


def test_records_of_another_day_are_called_recorded(desk, root):
    path = write_notebook(root / "old.ipynb", LOAD, BURN)
    desk.open(path)
    desk.run(LOAD)
    cell = desk.run("burn")
    cell.locator(".jp-green-badge").wait_for()
    desk.page.keyboard.press("Control+s")
    desk.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    desk.clear()
    saved = nbformat.read(path, 4)
    records = [
        output.data[MIME_TYPE]
        for code in saved.cells
        for output in code.get("outputs", ())
        if MIME_TYPE in output.get("data", {})
    ]
    desk.open(path)
    desk.panel.get_by_text("Recorded in this document.").wait_for()
    assert desk.joules() == pytest.approx(max(record["session"]["joules"] for record in records))
    desk.panel.get_by_role("button", name=INVITATION).wait_for()


def test_a_console_is_followed(desk, root):
    desk.command("console:create", kernelPreference={"name": "python3"}, activate=True)
    console = desk.page.locator(".jp-CodeConsole")
    prompt = console.locator(".jp-CodeConsole-input .cm-content")
    prompt.wait_for()
    desk.wait_for_idle()
    desk.show_panel()
    desk.panel.get_by_role("button", name=INVITATION).click()
    expect(desk.panel.get_by_role("button", name=INVITATION)).to_have_count(0)
    prompt.click()
    desk.page.keyboard.type("sum(range(20_000_000))  # burn")
    desk.page.keyboard.press("Shift+Enter")
    console.locator(".jp-green-badge").wait_for()
    desk.panel.locator(".jp-green-cell", has_text="sum(range").wait_for()
    assert desk.total() > 0


def test_a_files_console_is_followed_from_the_file(desk, root):
    (root / "script.py").write_text("sum(range(20_000_000))  # burn\n")
    desk.command("docmanager:open", path="script.py", factory="Editor")
    editor = desk.page.locator(".jp-FileEditor .cm-content")
    editor.click()
    desk.command("fileeditor:create-console")
    desk.page.locator(".jp-Dialog select").select_option(label="Python 3 (ipykernel)")
    desk.accept()
    desk.page.locator(".jp-CodeConsole-input .cm-content").wait_for()
    editor.click()
    desk.show_panel()
    desk.panel.get_by_role("button", name=INVITATION).click()
    expect(desk.panel.get_by_role("button", name=INVITATION)).to_have_count(0)
    editor.click()
    desk.page.keyboard.press("Control+a")
    desk.page.keyboard.press("Shift+Enter")
    desk.panel.locator(".jp-green-cell", has_text="sum(range").wait_for()


def test_a_read_only_notebook_is_shown_like_any_other(desk, root):
    path = write_notebook(root / "read-only.ipynb", LOAD, BURN)
    os.chmod(path, 0o444)
    desk.page.route("**/api/contents/read-only.ipynb*", _read_only)  # root may write everything
    desk.open(path)
    desk.run(LOAD)
    desk.run("burn")
    assert desk.total() > 0


def _read_only(route):
    reply = route.fetch()
    route.fulfill(response=reply, json=reply.json() | {"writable": False})


def test_two_people_who_edit_one_notebook_see_the_same_figures(browser, root, tmp_path, shots):
    path = write_notebook(root / "shared.ipynb", LOAD, BURN)
    with LabServer(root, tmp_path, {"JUPYTER_GREEN_RECORD_THRESHOLD": "0"}, collaborative=True) as server:
        mine, theirs = (Desk(browser, server, f"lab/workspaces/{name}/tree/{path.name}") for name in ("me", "them"))
        for desk in (mine, theirs):
            desk.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
            desk.wait_for_idle()
            desk.show_panel()
        mine.run(LOAD)
        mine.run("burn")
        total = mine.total()
        theirs.page.locator(".jp-green-badge").wait_for()  # the shared document brings the record
        expect(theirs.panel.locator(".jp-green-cell")).to_have_count(1)
        assert theirs.joules() >= 0.95 * total
        theirs.run("burn")
        assert mine.total(above=total) > 0
        expect(mine.page.locator(".jp-green-badge")).to_have_count(1)
        expect(mine.panel.locator(".jp-green-cell")).to_have_count(1)  # one row, run twice
        mine.page.screenshot(path=shots / "shared.png")
        for desk in (mine, theirs):
            assert [error for error in desk.errors if "jupyter-green" in error] == []
            desk.page.close()


def test_without_a_server_the_last_figures_stay_and_say_so(browser, root, tmp_path, shots):
    path = write_notebook(root / "offline.ipynb", LOAD, BURN)
    with LabServer(root, tmp_path) as server:
        desk = Desk(browser, server, f"lab/tree/{path.name}")
        desk.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
        desk.wait_for_idle()
        desk.show_panel()
        desk.run(LOAD)
        desk.run("burn")
        total = desk.total()
        server.kill()
        desk.panel.get_by_text("No connection to the server; last seen").wait_for()
        assert desk.joules() >= total
        expect(desk.page.locator(".jp-green-status")).not_to_contain_text("W ·")
        desk.page.screenshot(path=shots / "offline.png")
        desk.page.close()


def test_in_notebook_7_a_button_opens_the_panel(browser, root, tmp_path, shots):
    path = write_notebook(root / "classic.ipynb", LOAD, BURN)
    with LabServer(root, tmp_path, app="notebook") as server:
        desk = Desk(browser, server, f"notebooks/{path.name}")
        desk.page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for(timeout=60_000)
        desk.wait_for_idle()
        expect(desk.panel).to_be_hidden()
        desk.page.locator(".jp-NotebookPanel-toolbar").get_by_title("Show or hide the energy").click()
        desk.panel.wait_for()
        desk.run(LOAD)
        cell = desk.run("burn")
        assert desk.total() > 0
        desk.panel.locator(".jp-green-cell").first.wait_for()
        cell.locator(".jp-green-badge").or_(desk.panel).first.wait_for()
        desk.page.screenshot(path=shots / "notebook7.png")
        assert [error for error in desk.errors if "jupyter-green" in error] == []  # Notebook 7.6 has one of its own
        desk.page.close()
