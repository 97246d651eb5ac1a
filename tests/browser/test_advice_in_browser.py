"""A real suggestion from its card to a cell that needs less: measured on a click, taken over on a click, run."""

from dataclasses import dataclass

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
GENERATE = """for prompt in range(1):
    out = model.generate(ids, max_new_tokens=96, min_new_tokens=96, use_cache=False)"""


DATA = """import numpy as np
import torch
from torch import nn

torch.set_num_threads(1)
rng = np.random.default_rng(0)
X = rng.normal(size=(512, 512))
Y = X @ rng.normal(size=(512, 1))"""
TRAIN = """x = torch.from_numpy(X)
y = torch.from_numpy(Y)
model = nn.Sequential(nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 1)).to(x)
optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
for step in range(25):
    loss = nn.functional.mse_loss(model(x), y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()"""


@dataclass(frozen=True)
class Work:
    """A notebook of two cells, the rule that speaks of its second, and what its energy is per."""

    rule: str
    unit: str
    cells: tuple[str, str]
    after: str


WORKS = [
    Work("R09", "token", (MODEL, GENERATE), GENERATE.replace("use_cache=False", "use_cache=True")),
    Work("R01", "sample", (DATA, TRAIN), TRAIN.replace("(X)", "(X).float()").replace("(Y)", "(Y).float()")),
]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server of its own, whose kernels speak of small cells too, and record them."""
    root = tmp_path_factory.mktemp("advised")
    environment = {"JUPYTER_GREEN_ADVICE_THRESHOLD": "0", "JUPYTER_GREEN_RECORD_THRESHOLD": "0"}
    with LabServer(root, tmp_path_factory.mktemp("lab"), environment) as started:
        yield started


@pytest.mark.parametrize("work", WORKS, ids=lambda work: f"{work.rule}, per {work.unit}")
def test_a_suggestion_is_measured_taken_over_and_saves(browser, server, shots, work):
    desk = Desk(browser, server)
    desk.open(write_notebook(server.root / f"{work.rule}.ipynb", LOAD, *work.cells))
    cards = SuggestionCards(desk)
    for text in ("load_ext", "set_num_threads", "in range"):
        desk.run(text)
    card = cards.of(work.rule)
    card.wait_for()
    before = cards.per_unit(2)
    assert before
    assert f"/{work.unit}" in desk.page.locator(".jp-green-badge").last.inner_text()

    progress = cards.measure(work.rule)
    expect(progress).to_be_visible()
    wait_until(lambda: float(progress.get_attribute("value") or 0) > 0, "progress", page=desk.page)
    desk.page.screenshot(path=shots / f"advice-{work.rule}-measuring.png")
    assert "CPU time, modelled watts: ×0." in cards.finding(work.rule, 240.0)
    desk.page.screenshot(path=shots / f"advice-{work.rule}-measured.png")
    expect(progress).to_have_count(0)

    cards.insert(work.rule)
    assert cards.sources()[2] == work.after
    desk.run("in range")
    after = wait_until(lambda: (now := cards.per_unit(2)) != before and now, "the record", page=desk.page)
    desk.page.screenshot(path=shots / f"advice-{work.rule}-taken.png")
    assert after < before
    assert [error for error in desk.errors if "jupyter-green" in error] == []
    desk.clear()
    desk.page.close()
