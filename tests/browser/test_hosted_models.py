"""Calls of hosted models as a user sees them: below the cell and in the panel, live and from the document alone."""

import re

import pytest
from playwright.sync_api import expect
from rig.desk import LOAD, Desk, write_notebook
from rig.lab import LabServer
from rig.llm_server import llm_server

CALL = """import openai, anthropic
says = [{"role": "user", "content": "hello"}]
for _ in range(2):
    _ = openai.OpenAI().chat.completions.create(model="gpt-4o", messages=says)
_ = anthropic.Anthropic().messages.create(model="claude-sonnet-4-6", max_tokens=9, messages=says)"""


@pytest.fixture(scope="module")
def desk(browser, tmp_path_factory):
    root, home = tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("home")
    with llm_server() as environment, LabServer(root, home, environment) as server:
        desk = Desk(browser, server)
        desk.root = root
        yield desk
        desk.clear()
        desk.page.close()


def test_they_stand_beside_the_figures_and_stay_in_the_document(desk, shots):
    page = desk.page
    desk.open(write_notebook(desk.root / "hosted.ipynb", LOAD, CALL))
    desk.run(LOAD)
    hosted = desk.panel.locator(".jp-green-hosted")
    expect(hosted).to_have_count(0)
    desk.run("openai")
    badge = page.locator(".jp-green-badge")
    expect(badge.locator("summary")).to_contain_text("), modelled, not included")
    expect(badge.locator("summary")).to_contain_text(" · hosted models ≈")
    expect(hosted).to_contain_text("Hosted models: ≈")
    expect(hosted).to_contain_text("), modelled, not included")
    expect(hosted).to_have_attribute("title", re.compile("^3 calls · EcoLogits "))  # of a snapshot before it were 2
    live = hosted.inner_text()

    badge.locator("summary").click()
    details = badge.locator("dt", has_text="Hosted model").locator("xpath=following-sibling::dd[1]")
    expect(details).to_have_count(2)
    expect(details.nth(0)).to_contain_text("gpt-4o · 2 calls · 824 tokens generated · ≈")
    expect(details.nth(0)).to_contain_text("openai · EcoLogits")
    expect(details.nth(1)).to_contain_text("claude-sonnet-4-6 · one call · 412 tokens generated")
    page.screenshot(path=shots / "hosted-models.png")

    desk.command("docmanager:save")
    page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    desk.clear()
    desk.open(desk.root / "hosted.ipynb")
    expect(desk.panel).to_contain_text("Recorded in this document.")
    expect(hosted).to_have_text(live)  # a new kernel has called nobody
    assert [error for error in desk.errors if "jupyter-green" in error] == []
