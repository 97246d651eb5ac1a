"""A real suggestion from its card to a cell that needs less: measured on a click, taken over on a click, run."""

import pytest
from playwright.sync_api import expect
from rig.desk import LOAD, Desk, write_notebook
from rig.lab import LabServer, wait_until
from rig.suggestion_cards import SuggestionCards

MODEL = """import torch
from transformers import GPT2Config, GPT2LMHeadModel

torch.set_num_threads(1)
config = GPT2Config(n_layer=2, n_head=2, n_embd=64, vocab_size=200, bos_token_id=0, eos_token_id=0, pad_token_id=0)
model = GPT2LMHeadModel(config).eval()
ids = torch.randint(1, 200, (1, 8))"""
UNCACHED = """for prompt in range(4):
    out = model.generate(ids, max_new_tokens=96, min_new_tokens=96, use_cache=False)"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of its own, whose kernels speak of small cells too, and record them."""
    root = tmp_path_factory.mktemp("advised")
    environment = {"JUPYTER_GREEN_ADVICE_THRESHOLD": "0", "JUPYTER_GREEN_RECORD_THRESHOLD": "0"}
    with LabServer(root, tmp_path_factory.mktemp("lab"), environment) as started:
        yield started


def test_a_suggestion_is_measured_taken_over_and_saves(browser, server, shots):
    desk = Desk(browser, server)
    desk.open(write_notebook(server.root / "generation.ipynb", LOAD, MODEL, UNCACHED))
    cards = SuggestionCards(desk)
    for text in ("load_ext", "GPT2Config", "generate"):
        desk.run(text)
    card = cards.of("R09")
    card.wait_for()
    before = cards.per_unit(2)
    assert before

    progress = cards.measure("R09")
    expect(progress).to_be_visible()
    wait_until(lambda: float(progress.get_attribute("value") or 0) > 0, "progress", page=desk.page)
    desk.page.screenshot(path=shots / "advice-measuring.png")
    assert "×0." in (found := cards.finding("R09", 240.0)) or "−" in found
    desk.page.screenshot(path=shots / "advice-measured.png")
    expect(progress).to_have_count(0)

    cards.insert("R09")
    assert cards.sources()[2] == UNCACHED.replace("use_cache=False", "use_cache=True")
    desk.run("generate")
    after = wait_until(lambda: (now := cards.per_unit(2)) != before and now, "the record", page=desk.page)
    desk.page.screenshot(path=shots / "advice-taken.png")
    assert after < before
    assert [error for error in desk.errors if "jupyter-green" in error] == []
    desk.clear()
    desk.page.close()
