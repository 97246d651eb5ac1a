"""Everybody can use it: axe's rules in each theme and state, the keyboard, and less motion where that is wished."""

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import expect
from rig import scripted
from rig.desk import Desk
from rig.lab import change_theme, wait_until
from rig.records import run_once
from rig.suggestion_cards import SuggestionCards

AXE = Path(__file__).parents[2] / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
THEMES = ["JupyterLab Light", "JupyterLab Dark", "JupyterLab Dark High Contrast"]
OURS = [
    "#jupyter-green-panel",
    ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-green-badge",
    "#jp-main-statusbar .jp-green-status",
]
FOCUS = """() => {
  const { activeElement } = document;
  const focusable = 'button, summary, a[href], input, select, [tabindex="0"]';
  const all = [...document.querySelectorAll(`#jupyter-green-panel :is(${focusable})`)];
  return all.indexOf(activeElement);
}"""
FOCUSABLE = """element => [...element.querySelectorAll(
  'button, summary, a[href], input, select, [tabindex="0"]'
)].flatMap((found, index) => found.checkVisibility() && found.tabIndex >= 0 && !found.disabled ? index : [])"""


@pytest.fixture(scope="module")
def desk(browser, lab, notebooks):
    """A notebook with records beside the panel, and one whose kernel says what we have it say."""
    nbformat.write(run_once(), notebooks / "recorded.ipynb")
    told = nbformat.v4.new_notebook(
        metadata=run_once().metadata, cells=[nbformat.v4.new_code_cell(f"cell_{count} = 1") for count in (1, 2)]
    )
    nbformat.write(told, notebooks / "told.ipynb")
    opened = Desk(browser, lab)
    # Lab's body has no height and hides what overflows: axe would take all text for invisible, and pass its contrast.
    opened.page.add_style_tag(content="body { height: 100vh }")
    opened.page.evaluate(AXE.read_text())
    yield opened
    opened.page.emulate_media(reduced_motion="no-preference")
    change_theme(opened.page, THEMES[0])
    opened.clear()
    opened.page.close()


def complaints(desk, *others):
    """What axe calls serious or critical, in all themes; of others that are open, too."""
    present = [selector for selector in (*OURS, *others) if desk.page.locator(selector).count()]
    assert {OURS[0], *others} <= set(present)
    found = []
    for theme in THEMES:
        change_theme(desk.page, theme)
        result = desk.page.evaluate("present => axe.run({ include: present.map(one => [one]) })", present)
        rules = {rule["id"]: rule for outcome in ("passes", "violations") for rule in result[outcome]}
        assert rules["color-contrast"]["nodes"][1:], "axe sees the text"
        found += [
            (theme, violation["id"], node["html"][:120], node["failureSummary"])
            for violation in result["violations"]
            if violation["impact"] in ("serious", "critical")
            for node in violation["nodes"]
        ]
    return found


def design():
    """The snapshot of the design, and what it shows seldom."""
    return scripted.snapshot(
        devices=[],
        cells=[
            scripted.cell("c1", 1, "cell_1 = 1", 5184.0),
            scripted.cell("c2", 2, "cell_2 = 1", 11320.0, status="error"),
        ],
        suggestions=[
            scripted.suggestion(
                "R02",
                "Train cell [24] in bfloat16",
                "All 124 M parameters are float32; the GPU supports bf16.",
                scripted.action("measure", joules=3240.0, seconds=120.0),
                scripted.action("insert", code="model.bfloat16()"),
            )
        ],
    )


def suggesting(desk):
    """Cards in all their states: one is measured, one was, one is a warning, one is refused, one was dismissed."""
    edit = scripted.action("insert", "cell_1 = 2\ncell_3 = 3", before="cell_1 = 1", execution_count=1)
    measure = scripted.action("measure", joules=3240.0, seconds=120.0)
    gone = scripted.action("insert", "x = 2", before="x = 1", execution_count=99)
    said = {
        "R02": ([measure, edit], {}),
        "R03": ([measure], {"verified": scripted.verified(0.41, 0.38, 0.44, basis="cpu-time", payback=12.0)}),
        "R11": ([gone], {"severity": "warning"}),
        "R12": ([measure], {}),
    }
    suggestions = [
        scripted.suggestion(rule, f"What {rule} says", "What was seen.", *actions, **changes)
        for rule, (actions, changes) in said.items()
    ]
    told = {"running": [], "power": None, "suggestions": suggestions}
    scripted.tell(desk.page, design() | told | {"trial": scripted.trial("R12-1", 6)})
    cards = SuggestionCards(desk)
    cards.button("R11", "Insert code…").click()
    cards.of("R11").get_by_role("alert").wait_for()
    return cards


def test_axe_finds_nothing_serious_with_nothing_open(desk):
    desk.show_panel()
    assert complaints(desk) == []


def test_axe_finds_nothing_serious_in_a_notebook_that_is_not_metered(desk, notebooks):
    desk.open(notebooks / "told.ipynb")
    assert complaints(desk) == []


def test_axe_finds_nothing_serious_while_a_cell_runs(desk, notebooks, shots):
    desk.open(notebooks / "told.ipynb")
    scripted.tell(desk.page, design())
    expect(desk.panel).to_contain_text("12.4")
    assert complaints(desk) == []
    change_theme(desk.page, THEMES[2])
    desk.panel.screenshot(path=shots / "panel-high-contrast.png")


def test_axe_finds_nothing_serious_among_suggestions(desk, notebooks):
    desk.open(notebooks / "told.ipynb")
    cards = suggesting(desk)
    assert complaints(desk) == []
    cards.button("R03", "Dismiss").click()
    desk.panel.get_by_role("menu").wait_for()
    assert complaints(desk) == []
    cards.of("R03").get_by_role("menuitem", name="For good").click()
    desk.panel.get_by_role("button", name="show dismissed (1)").click()
    assert complaints(desk) == []


def test_axe_finds_nothing_serious_in_the_dialogs_of_suggestions(desk, notebooks):
    desk.open(notebooks / "told.ipynb")
    desk.run("cell_1")
    cards = suggesting(desk)
    dialog = cards.open_code("R02")
    expect(dialog.get_by_role("status")).to_have_text("1 line removed, 2 lines added")
    assert complaints(desk, ".jp-Dialog .jp-green-dialog") == []
    desk.page.keyboard.press("Escape")
    scripted.tell(desk.page, design() | {"running": [], "power": None})
    cards.button("R02", "Measure…").click()
    assert complaints(desk, ".jp-Dialog .jp-green-dialog") == []
    desk.page.keyboard.press("Escape")


def test_axe_finds_nothing_serious_among_records(desk, notebooks, shots):
    desk.open(notebooks / "recorded.ipynb")
    badge = desk.page.locator(OURS[1]).first
    badge.locator("summary").click()
    badge.locator("dl").wait_for()
    assert complaints(desk) == []
    for theme in THEMES:
        change_theme(desk.page, theme)
        badge.screenshot(path=shots / f"badge-{theme.removeprefix('JupyterLab ').lower().replace(' ', '-')}.png")


def test_the_keyboard_reaches_everything_in_its_order(desk, notebooks):
    desk.open(notebooks / "told.ipynb")
    scripted.tell(desk.page, design())
    expect(desk.panel.locator(".jp-green-cell[data-execution-count='2']")).to_be_visible()
    expected = desk.panel.evaluate(FOCUSABLE)
    desk.panel.locator("button, summary, a[href], [tabindex='0']").first.focus()
    seen = [desk.page.evaluate(FOCUS)]
    while desk.page.keyboard.press("Tab") or (now := desk.page.evaluate(FOCUS)) >= 0:
        seen.append(now)
        assert len(seen) <= len(expected)
    assert seen == expected[expected.index(seen[0]) :]


def test_enter_on_a_row_leads_to_its_cell(desk, notebooks):
    desk.open(notebooks / "told.ipynb")
    first, second = (desk.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").nth(i) for i in (0, 1))
    desk.run("cell_1")
    desk.run("cell_2")
    count = int(first.locator(".jp-InputPrompt").inner_text().strip("[]: "))
    scripted.tell(desk.page, design() | {"cells": [scripted.cell("row", count, "cell_1 = 1", 5184.0)]})
    row = desk.panel.locator(f".jp-green-cell[data-execution-count='{count}']")
    row.wait_for()
    second.click()
    button = row.locator("button").first if row.evaluate("row => row.tagName") != "BUTTON" else row
    button.focus()
    desk.page.keyboard.press("Enter")
    wait_until(lambda: "jp-mod-selected" in first.get_attribute("class"), "the row's cell", page=desk.page)


def test_the_mark_turns_with_the_figures_and_not_where_less_motion_is_wished(desk, notebooks):
    desk.open(notebooks / "told.ipynb")
    told = design()
    (running,) = told["running"]
    scripted.tell(desk.page, told | {"running": [running | {"duration_s": 3.0}]})
    spinner = desk.panel.locator(".jp-green-spinner").first
    spinner.wait_for()
    motion = "element => getComputedStyle(element).transform"
    first = spinner.evaluate(motion)
    later = told | {"sequence": told["sequence"] + 1, "running": [running | {"duration_s": 4.0}]}
    scripted.tell(desk.page, later)
    wait_until(lambda: spinner.evaluate(motion) != first, "the mark to turn", page=desk.page)
    moving = "panel => document.getAnimations().filter(a => panel.contains(a.effect?.target ?? null)).length"
    assert desk.panel.evaluate(moving) == 0
    desk.page.emulate_media(reduced_motion="reduce")
    assert spinner.evaluate(motion) == "none"
