"""The badge below a cell: what it says, what it tells when opened, and what becomes of records that nobody expects."""

import copy
import itertools

import nbformat
import pytest
from rig.desk import BURN, LOAD, Desk
from rig.lab import change_theme, wait_until
from rig.records import cell, notebook, record

from jupyter_green.schema import MIME_TYPE

BADGE = ".jp-green-badge"
number = itertools.count(1)
NOTEBOOK = ".jp-NotebookPanel:not(.lm-mod-hidden)"
SCRIPT = "<img src=x onerror='window.intruded = true'><script>window.intruded = true</script>"
QUIET = "A footprint that this version of jupyter-green cannot read."


def train(**changes):
    """The record of the design: 6.20 Wh in 1 min 44 s."""
    made = record(24, 22320.0, duration=104.2, units=53000.0, unit="sample", **changes)
    return {**made, "settled": True}


@pytest.fixture(scope="module")
def shared_desk(browser, lab):
    opened = Desk(browser, lab)
    yield opened
    opened.clear()
    opened.page.close()


@pytest.fixture
def desk(shared_desk):
    """The page of all tests here, with nothing open."""
    shared_desk.clear()
    yield shared_desk
    errors, shared_desk.errors[:] = list(shared_desk.errors), []
    assert [error for error in errors if "jupyter-green" in error] == []  # others' throw when a notebook is closed


@pytest.fixture
def badges(desk, notebooks):
    """Open a notebook of these cells; return its badges."""

    def show(*cells):
        path = notebooks / f"badge-{next(number)}.ipynb"
        nbformat.write(notebook(*cells), path)
        desk.open(path, panel=False)
        return desk.page.locator(f"{NOTEBOOK} {BADGE}")

    return show


def entry(badge, term):
    """What the details say under a term."""
    return badge.locator("dt", has_text=term).first.locator("xpath=following-sibling::dd[1]").inner_text()


def test_one_line_opens_to_tell_how_each_figure_is_known(desk, badges, shots):
    made = {**train(), "flags": ["gpu-shared", "cpu-partial", "from-a-later-kernel"]}
    shown = badges(cell(24, made, source="train(model, loader)"))
    summary = shown.locator("summary")
    summary.wait_for()
    line = summary.inner_text().replace("\u00a0", " ")
    assert line.startswith("⚡ 6.20 Wh (")
    for part in ["0.36 g CO₂e", "1 min 44 s", "0.42 J/sample", "GPU 84 % CPU 12 % RAM 4 %"]:
        assert part in line
    assert shown.locator("dl").count() == 0

    summary.focus()
    desk.page.keyboard.press("Enter")
    shown.locator("dl").wait_for()
    assert "84 % measured, 16 % modelled" in entry(shown, "Energy").replace("\u00a0", " ")
    assert "· measured · NVML energy counter" in entry(shown, "GPU")
    assert "· modelled · AMD EPYC 9654, 16 of 192 threads" in entry(shown, "CPU")
    assert "France 49 g/kWh, 2025 mean · PUE 1.2" in entry(shown, "Electricity").replace("\u00a0", " ")
    assert "Ember" in entry(shown, "Electricity")
    assert "an upper bound" in entry(shown, "Whole machine")
    assert "53,000 × sample" in entry(shown, "Work")
    notes = entry(shown, "Notes")
    assert "Other processes used the GPU too" in notes
    assert "part of the time (CPU)" in notes
    assert "from-a-later-kernel" in notes
    assert entry(shown, "State") == "Settled figure"
    assert entry(shown, "Record") == made["id"]
    shown.screenshot(path=shots / "badge-open.png")
    desk.page.keyboard.press("Enter")
    wait_until(lambda: shown.locator("dl").count() == 0, "closed details", page=desk.page)


def test_it_marks_what_did_not_end_well(desk, badges):
    failed, stopped = train(), train()
    failed |= {"id": "failed", "status": "error"}
    stopped |= {"id": "stopped", "status": "interrupted"}
    shown = badges(cell(1, failed), cell(2, stopped))
    shown.nth(1).wait_for()
    assert shown.nth(0).inner_text().startswith("✕ stopped by an error")
    assert shown.nth(1).inner_text().startswith("■ interrupted")


def test_an_untrusted_notebook_shows_it_too(desk, badges):
    markup = nbformat.v4.new_output("display_data", {"text/html": "<b id='unsafe'>html</b>", "text/plain": "plain"})
    metered = cell(2, train())
    metered.outputs.append(markup)
    shown = badges(metered)
    shown.first.wait_for()
    assert desk.page.locator(f"{NOTEBOOK} #unsafe").count() == 0
    assert "6.20" in shown.first.inner_text()


def hostile():
    """Records that no kernel of ours writes, each with whether it can be read at all."""
    marked = train(label=SCRIPT)
    marked["components"]["gpu"]["source"] = SCRIPT[:120]
    marked["work"]["unit"] = "<b>bold</b>"
    marked["emissions"]["intensity"] |= {"name": SCRIPT[:80], "source": SCRIPT[:120]}
    marked["hardware"] = {"gpu": [SCRIPT[:120]] * 64, "cpu": SCRIPT[:120]}
    marked["flags"] = [SCRIPT[:64]]
    yield marked, True
    huge = train()
    huge["energy"] |= {"joules": 1e308, "high": 1e308}
    huge["emissions"]["grams"] = 1e308
    huge["components"]["gpu"]["joules"] = 1e308
    huge["duration_s"] = 1e308
    yield huge, True
    negative = train()
    negative["energy"] |= {"joules": -5.0, "low": -1e308}
    yield negative, True
    for changes in [
        {"schema": "jupyter-green/footprint/2"},
        {"energy": {"joules": "NaN", "low": "NaN", "high": "NaN", "measured_share": "NaN"}},
        {"components": ["gpu"]},
        {"status": "<script>"},
        {"duration_s": None},
    ]:
        yield {**train(), **changes}, False
    for nothing in ({}, [], "text", 7, None):
        yield nothing, False


def test_hostile_records_are_text_or_one_quiet_line(desk, badges):
    records = [(copy.deepcopy(made), readable) for made, readable in hostile()]
    for index, (made, readable) in enumerate(records):
        if readable:
            made["id"] = f"record-{index}"
    cells = []
    for index, (made, _) in enumerate(records):
        cells.append(cell(index + 1, train()))
        cells[-1].outputs[-1]["data"][MIME_TYPE] = made
    shown = badges(*cells)
    for index, (_, readable) in enumerate(records):
        badge = desk.page.locator(f"{NOTEBOOK} .jp-CodeCell").nth(index).locator(BADGE)
        badge.scroll_into_view_if_needed()
        badge.wait_for()
        if not readable:
            wait_until(
                lambda shown=badge: shown.inner_text() == QUIET, f"a quiet line for record {index}", page=desk.page
            )
            continue
        badge.locator("summary").click()
        badge.locator("dl").wait_for()
    marked = shown.first
    assert "<b>bold</b>" in marked.inner_text()
    assert marked.locator("img, script, b").count() == 0
    assert "Wh" in shown.nth(1).inner_text()
    assert "energy unknown" in shown.nth(2).inner_text()
    assert desk.page.evaluate("window.intruded") is None


def test_it_settles_when_the_kernel_says_so(desk, badges):
    shown = badges(cell(None, source=LOAD), cell(None, source=f"%%carbon\n{BURN}"))
    desk.run(LOAD)
    desk.run("burn")
    shown.locator("summary").click()
    wait_until(lambda: entry(shown, "State") == "Settled figure", "the settled figure", page=desk.page)
    assert "–" in entry(shown, "Emissions")  # whose range follows from the energy's


def test_it_hides_below_the_threshold_or_when_switched_off(desk, badges):
    small = {**train(), "id": "small", "energy": {**train()["energy"], "joules": 7.2}}
    shown = badges(cell(1, train()), cell(2, small))
    shown.nth(1).wait_for()
    rows = desk.page.locator(f"{NOTEBOOK} .jp-OutputArea-child", has=desk.page.locator(BADGE))

    def set_in_the_editor(field, value):
        """Change a setting as a user does, and come back to the notebook."""
        desk.command("jupyter-green:settings")
        box = desk.page.locator(f"[id$='jupyter-green:settings_{field}']")
        box.set_checked(value) if isinstance(value, bool) else box.fill(value)
        desk.command("application:activate-previous-tab")
        shown.first.wait_for(state="attached")

    set_in_the_editor("badgeThreshold", "36 J")
    wait_until(lambda: [row.is_visible() for row in rows.all()] == [True, False], "one badge", page=desk.page)
    set_in_the_editor("badgeThreshold", "0")
    wait_until(lambda: [row.is_visible() for row in rows.all()] == [True, True], "both badges", page=desk.page)
    set_in_the_editor("badge", False)
    wait_until(lambda: [row.is_visible() for row in rows.all()] == [False, False], "no badge", page=desk.page)
    set_in_the_editor("badge", True)
    shown.first.wait_for()


def test_on_paper_it_is_black_whatever_the_theme(desk, badges):
    shown = badges(cell(1, train()))
    shown.locator("summary").wait_for()

    change_theme(desk.page, "JupyterLab Dark")
    colour = "element => getComputedStyle(element).color"
    on_screen = shown.locator("summary").evaluate(colour)
    shown.locator("summary").hover()
    desk.page.emulate_media(media="print")
    assert shown.locator("summary").evaluate(colour) == "rgb(0, 0, 0)" != on_screen
    desk.page.emulate_media(media="screen")
    change_theme(desk.page, "JupyterLab Light")
