"""What a user does with suggestions: measures them, takes their code over, dismisses them."""

import json

import pytest
from playwright.sync_api import expect
from rig import scripted
from rig.desk import Desk, write_notebook
from rig.lab import change_theme, wait_until
from rig.suggestion_cards import SuggestionCards

PLAIN = "for batch in []:\n    loss = step(batch)\n    print(loss)"
BETTER = "with torch.autocast('cpu'):\n    for batch in []:\n        loss = step(batch)\n    print(loss)"
# Instead of the real magic: what it is asked is kept, and a trial lasts until it is interrupted, or told to end.
MAGIC = """
import time
asked = []
patience = 600
def _carbon(line):
    asked.append(line)
    if line.startswith("try"):
        time.sleep(patience)
        get_ipython().display_pub.publish({"text/plain": "no result;\\n  the steps vary."}, {})
get_ipython().register_magic_function(_carbon, magic_name="carbon")
"""


@pytest.fixture(scope="module")
def desk_of_all(browser, lab):
    opened = Desk(browser, lab)
    yield opened
    opened.page.close()


@pytest.fixture
def cards(desk, lab, request):
    """A notebook whose cells ran, beside the panel."""
    return beside(desk, lab.root / f"{request.node.name.partition('[')[0]}.ipynb")


@pytest.fixture
def cards_of_their_own(browser, lab):
    """The same on a page of its own: what a reload brings back may come late, and would come into the next test."""
    own = Desk(browser, lab)
    yield beside(own, lab.root / "reloaded.ipynb")
    own.clear()
    own.page.close()


def beside(desk, path):
    desk.open(write_notebook(path, "step = 1", PLAIN, "end = 1"))
    for text in ("step = 1", "for batch in", "end = 1"):
        desk.run(text)
    scripted.execute(desk.page, MAGIC)
    return SuggestionCards(desk)


def tell(cards, *suggestions, **changes):
    quiet = {"running": [], "power": None, "cells": []}
    scripted.tell(cards.page, scripted.snapshot(suggestions=list(suggestions), **{**quiet, **changes}))


def edit(**changes):
    """A suggestion that changes the second cell."""
    insert = scripted.action("insert", BETTER, before=PLAIN, execution_count=2)
    return scripted.suggestion(
        "R02",
        "Train cell [2] in bfloat16",
        "All 124 M parameters are float32.",
        scripted.action("measure", joules=3240.0, seconds=120.0),
        insert,
        **{"execution_count": 2, "effect": "numerics change", **changes},
    )


def snippet(**changes):
    """A suggestion whose code is a cell of its own."""
    insert = scripted.action("insert", "model.to(<script>alert(1)</script>)", execution_count=2)
    return scripted.suggestion("R05", "Larger batches", "Batch 16.", scripted.action("measure"), insert, **changes)


def asked(cards):
    """What the kernel was asked by the magic, as it answers when it is its turn."""
    told = cards.page.evaluate(
        """async () => {
          const { session } = window.jupyterapp.shell.currentWidget.sessionContext;
          const future = session.kernel.requestExecute({ code: 'import json; print(json.dumps(asked))' });
          let text = '';
          future.onIOPub = ({ content }) => { text += content.text ?? ''; };
          await future.done;
          return text;
        }"""
    )
    return json.loads(told)


# -- code --------------------------------------------------------------------------------------------------------------


def test_an_edit_is_shown_beside_what_it_stands_for(cards, shots):
    tell(cards, edit())
    dialog = cards.open_code("R02")
    expect(dialog).to_contain_text("Cell [2] is changed as shown, in one step that can be undone. Nothing is run.")
    removed = dialog.locator("pre .jp-mod-removed")
    expect(removed).to_have_text(["−for batch in []:\n", "−    loss = step(batch)\n"])
    expect(dialog.locator(".jp-green-edit .jp-mod-added")).to_have_count(3)
    expect(dialog.get_by_role("status")).to_have_text("2 lines removed, 3 lines added")
    assert dialog.get_by_role("textbox").input_value() == BETTER
    cards.page.screenshot(path=shots / "suggestion-diff.png")
    dialog.get_by_role("button", name="Cancel").click()
    assert cards.sources()[1] == PLAIN


def test_an_edit_is_applied_to_its_cell_in_one_step_and_not_run(cards, shots):
    tell(cards, edit())
    cards.insert("R02")
    assert cards.sources() == ["step = 1", BETTER, "end = 1"]
    assert cards.counts() == [1, 2, 3]
    expect(cards.of("R02").get_by_role("status")).to_have_text(
        "✓ The cell was changed, nothing was run. Undo takes it back."
    )
    cards.page.screenshot(path=shots / "suggestion-edited.png")
    cards.undo_in_cell()
    assert cards.sources()[1] == PLAIN
    cards.insert("R02")
    cards.page.keyboard.press("Escape")
    cards.desk.command("editmenu:undo")
    wait_until(lambda: cards.sources()[1] == PLAIN, "the menu to take it back", page=cards.page)


def test_the_user_may_edit_it_before(cards, shots):
    tell(cards, edit())
    dialog = cards.open_code("R02")
    code = dialog.get_by_role("textbox")
    code.press("Control+End")
    code.press("Enter")
    code.type("# mine")
    expect(dialog.get_by_role("status")).to_have_text("2 lines removed, 4 lines added")
    cards.page.screenshot(path=shots / "suggestion-diff-edited.png")
    cards.desk.accept()
    wait_until(lambda: cards.sources()[1] == f"{BETTER}\n# mine", "the edit", page=cards.page)
    cards.undo_in_cell()
    assert cards.sources()[1] == PLAIN


def test_a_cell_that_has_changed_is_left_alone(cards, shots):
    tell(cards, edit())
    cards.set_source(1, f"{PLAIN}  # changed")
    cards.button("R02", "Insert code…").click()
    expect(cards.of("R02").get_by_role("alert")).to_have_text("✕ Not inserted: cell [2] has changed since it was run.")
    expect(cards.page.get_by_role("dialog")).to_have_count(0)
    cards.page.screenshot(path=shots / "suggestion-refused.png")
    cards.set_source(1, PLAIN)
    cards.open_code("R02")
    cards.set_source(1, "somebody = 'else'")
    cards.desk.accept()
    expect(cards.of("R02").get_by_role("alert")).to_contain_text("cell [2] has changed")
    assert cards.sources()[1] == "somebody = 'else'"


def test_a_cell_that_is_gone_or_locked_is_said_to_be(cards):
    tell(cards, edit())
    cards.page.evaluate("window.jupyterapp.shell.currentWidget.content.widgets[1].model.setMetadata('editable', false)")
    cards.button("R02", "Insert code…").click()
    expect(cards.of("R02").get_by_role("alert")).to_have_text("✕ Not inserted: it may not be edited.")
    cards.page.evaluate("window.jupyterapp.shell.currentWidget.content.model.sharedModel.deleteCell(1)")
    cards.button("R02", "Insert code…").click()
    expect(cards.of("R02").get_by_role("alert")).to_have_text(
        "✕ Not inserted: cell [2] cannot be found in this notebook."
    )


def test_both_sides_of_a_long_cell_stand_line_by_line(cards, shots):
    lines = [f"value_{n} = {n}" for n in range(80)]
    before, after = "\n".join(lines), "\n".join([*lines[:70], "value_70 = 'seventy'", *lines[71:]])
    cards.set_source(1, before)
    tell(cards, edit(actions=[scripted.action("insert", after, before=before, execution_count=2)]))
    dialog = cards.open_code("R02")
    removed, added = dialog.locator("pre .jp-mod-removed"), dialog.locator(".jp-green-edit .jp-mod-added")
    expect(removed).to_be_in_viewport()
    assert removed.bounding_box()["y"] == pytest.approx(added.bounding_box()["y"], abs=0.5)
    height = dialog.get_by_role("textbox").evaluate("area => [area.scrollHeight, area.clientHeight]")
    marks = dialog.locator(".jp-green-edit .jp-green-lines span").evaluate_all(
        "lines => lines.at(-1).getBoundingClientRect().bottom - lines[0].getBoundingClientRect().top"
    )
    assert height[0] == height[1] == pytest.approx(marks * 81 / 80 + 8, abs=2.0)
    cards.page.screenshot(path=shots / "suggestion-diff-long.png")
    dialog.get_by_role("button", name="Cancel").click()


def test_code_of_its_own_comes_into_a_new_cell_below(cards, shots):
    tell(cards, snippet())
    dialog = cards.open_code("R05")
    expect(dialog).to_contain_text("This code comes into a new cell below cell [2]. Nothing is run.")
    cards.page.screenshot(path=shots / "suggestion-insert.png")
    cards.desk.accept()
    wait_until(lambda: len(cards.sources()) == 4, "the cell", page=cards.page)
    assert cards.sources()[2] == "model.to(<script>alert(1)</script>)"
    assert cards.counts() == [1, 2, None, 3]
    cards.undo_in_notebook()
    wait_until(lambda: len(cards.sources()) == 3, "the cell to go", page=cards.page)


def test_code_that_was_cut_off_is_not_offered(cards):
    tell(cards, snippet(actions=[scripted.action("insert", "x = 1\n" * 1000), scripted.action("shut-down")]))
    expect(cards.button("R05", "Shut kernel down…")).to_be_visible()
    expect(cards.button("R05", "Insert code…")).to_have_count(0)


# -- measurements ------------------------------------------------------------------------------------------------------


def test_a_measurement_states_its_cost_first(cards, shots):
    tell(cards, edit())
    cards.button("R02", "Measure… 0.90 Wh, 2 min").click()
    dialog = cards.page.get_by_role("dialog")
    expect(dialog).to_contain_text("0.90 Wh, 2 min")
    expect(dialog.locator("pre").first).to_have_text("%carbon try R02-1")
    cards.page.screenshot(path=shots / "suggestion-measure.png")
    dialog.get_by_role("button", name="Cancel").click()
    expect(cards.progress("R02")).to_have_count(0)
    assert asked(cards) == []


def test_a_measurement_shows_how_far_it_has_come_and_can_be_stopped(cards, shots):
    tell(cards, edit(), snippet())
    progress = cards.measure("R02")
    expect(progress).to_have_attribute("aria-label", "Measurement: Train cell [2] in bfloat16")
    expect(cards.button("R05", "Measure…")).to_be_disabled()
    expect(cards.button("R05", "Measure…")).to_have_attribute("title", "Another measurement is under way")
    wait_until(lambda: cards.desk.is_busy(), "a busy kernel", page=cards.page)
    cards.stop("R02")
    expect(cards.of("R02").get_by_role("alert")).to_have_text("■ The measurement was stopped.")
    expect(progress).to_have_count(0)
    expect(cards.button("R05", "Measure…")).to_be_enabled()
    assert asked(cards) == ["try R02-1"]


def test_the_feed_tells_of_a_measurement_even_after_a_reload(cards_of_their_own, lab, shots):
    cards = cards_of_their_own
    tell(cards, edit(), snippet(), trial=scripted.trial("R02-1", 5))
    progress = cards.progress("R02")
    expect(progress).to_have_attribute("value", "0.20833333333333334")
    cards.desk.command("docmanager:save")
    cards.desk.reload()
    cards.desk.open(lab.root / "reloaded.ipynb")
    tell(cards, edit(), snippet(), trial=scripted.trial("R02-1", 6))
    expect(progress).to_have_attribute("value", "0.25")
    expect(cards.of("R02")).to_contain_text("6 of 24 runs · 40 s left · 0.12 Wh so far")
    expect(cards.button("R02", "Stop")).to_be_visible()
    expect(cards.button("R02", "Measure…")).to_have_count(0)
    expect(cards.button("R05", "Measure…")).to_be_disabled()
    cards.page.screenshot(path=shots / "suggestion-progress.png")
    tell(cards, edit(), snippet(), trial=scripted.trial("R02-1", 24, seconds_left=None, joules=None))
    expect(cards.of("R02")).to_contain_text("24 of 24 runs")
    tell(cards, edit(verified=scripted.verified(0.59, 0.56, 0.63)), snippet())
    expect(progress).to_have_count(0)
    assert cards.finding("R02") == "✓ Measured here: −41 % energy per unit of work (−37 … −44), 12 paired runs"
    expect(cards.desk.panel.locator(".jp-green-unseen[role=status]")).to_contain_text("−41 %")


def test_a_measurement_without_a_finding_is_told_in_the_kernels_words(cards, shots):
    tell(cards, edit())
    scripted.execute(cards.page, "patience = 0")
    cards.measure("R02")
    told = cards.of("R02").locator(".jp-green-told")
    expect(told.get_by_text("no result; the steps vary.")).to_be_visible()
    cards.page.screenshot(path=shots / "suggestion-told.png")
    tell(cards, edit(verified=scripted.verified(0.98, 0.9, 1.05)))
    expect(told.get_by_text("no result; the steps vary.")).to_be_hidden()


def test_a_measurement_of_the_users_own_function_is_shown_too(cards):
    tell(cards, trial=scripted.trial(None, 3))
    section = cards.desk.panel.get_by_role("region", name="Suggestions")
    expect(section.get_by_role("progressbar", name="Measurement: a function of yours")).to_be_visible()
    expect(section.get_by_role("button", name="Stop")).to_be_visible()
    tell(cards)
    expect(section).to_have_count(0)


@pytest.mark.parametrize(
    ("verified", "words"),
    [
        (
            scripted.verified(0.41, 0.38, 0.44, basis="cpu-time", payback=12.0),
            "✓ CPU time, modelled watts: ×0.41 (0.38 – 0.44), 12 paired runs · pays back after 12 runs",
        ),
        (
            scripted.verified(0.98, 0.9, 1.05),
            "≈ Measured here: no detectable difference (+5 … −10 %), 12 paired runs",
        ),
        (
            scripted.verified(1.02, 0.97, 1.07, basis="cpu-time"),
            "≈ CPU time, modelled watts: no detectable difference, ×1.02 (0.97 – 1.07), 12 paired runs",
        ),
    ],
    ids=["cpu-time", "no-difference", "no-difference-in-cpu-time"],
)
def test_a_finding_says_what_was_compared(cards, verified, words):
    tell(cards, edit(verified=verified))
    assert cards.finding("R02") == words


# -- dismissal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("how", "line"),
    [
        ("For this cell", "dismiss R02-1"),
        ("For this notebook", "dismiss R02-1 --notebook"),
        ("For good", "dismiss R02-1 --always"),
    ],
)
def test_a_dismissed_suggestion_stays_away_until_it_is_called_back(cards, shots, how, line):
    tell(cards, edit(), snippet())
    cards.button("R02", "Dismiss").click()
    cards.page.screenshot(path=shots / "suggestion-dismiss.png")
    cards.of("R02").get_by_role("menuitem", name=how).click()
    expect(cards.of("R02")).to_have_count(0)
    expect(cards.of("R05")).to_be_visible()
    link = cards.desk.panel.get_by_role("button", name="show dismissed (1)")
    expect(link).to_be_focused()
    assert asked(cards) == [line]
    tell(cards, snippet())  # the kernel says it no more
    expect(cards.of("R02")).to_have_count(0)
    link.click()
    expect(cards.of("R02")).to_contain_text("dismissed")
    expect(cards.button("R02", "Insert code…")).to_be_visible()
    cards.page.screenshot(path=shots / "suggestion-dismissed.png")
    cards.desk.panel.get_by_role("button", name="hide dismissed").click()
    expect(cards.of("R02")).to_have_count(0)


def test_a_busy_kernel_hears_of_it_when_it_is_its_turn(cards):
    tell(cards, edit(), snippet())
    cards.measure("R05")
    cards.dismiss("R02", "For this cell")
    expect(cards.of("R02")).to_have_count(0)
    cards.stop("R05")
    expect(cards.of("R05").get_by_role("alert")).to_be_visible()
    assert asked(cards) == ["try R05-1", "dismiss R02-1"]


def test_the_menu_by_keyboard(cards):
    tell(cards, edit())
    button = cards.button("R02", "Dismiss")
    button.focus()
    cards.page.keyboard.press("ArrowDown")
    items = cards.of("R02").get_by_role("menuitem")
    expect(items.nth(0)).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    for key, index in (("ArrowDown", 1), ("End", 2), ("ArrowDown", 0), ("ArrowUp", 2), ("Home", 0)):
        cards.page.keyboard.press(key)
        expect(items.nth(index)).to_be_focused()
    cards.page.keyboard.press("Escape")
    expect(items).to_have_count(0)
    expect(button).to_be_focused()
    cards.page.keyboard.press("Enter")
    expect(items.nth(0)).to_be_focused()
    cards.page.keyboard.press("Tab")
    expect(items).to_have_count(0)


def test_in_other_themes(cards, shots):
    tell(
        cards,
        edit(verified=scripted.verified(0.41, 0.38, 0.44, basis="cpu-time")),
        snippet(),
        trial=scripted.trial("R05-1", 9),
    )
    for theme in ("JupyterLab Dark", "JupyterLab Dark High Contrast", "JupyterLab Light"):
        change_theme(cards.page, theme)
        short = theme.lower().replace(" ", "-")
        cards.desk.panel.screenshot(path=shots / f"suggestion-{short}.png")
        dialog = cards.open_code("R02")
        cards.page.screenshot(path=shots / f"suggestion-diff-{short}.png")
        dialog.get_by_role("button", name="Cancel").click()
