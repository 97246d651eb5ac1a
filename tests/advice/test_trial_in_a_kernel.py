"""Trials in a real kernel: the session's own meter, the notebook's own names."""

import pytest

CELL = """
import torch, jupyter_green as green
from jupyter_green.advice.trial import experiment
torch.set_num_threads(1)
torch.manual_seed(0)
experiment.LONG["CPU time, modelled watts"] = 0.01
model = torch.nn.Sequential(torch.nn.Linear(16, 32), torch.nn.Dropout(0.2), torch.nn.Linear(32, 2))
optimizer = torch.optim.AdamW(model.parameters())
steps = 0

def step():
    global steps
    steps += 1
    optimizer.zero_grad()
    loss = model(torch.randn(8, 16)).square().mean()
    loss.backward()
    optimizer.step()
    return loss
"""


@pytest.fixture
def notebook(adviser_kernel):
    adviser_kernel.run("%reset -f")
    assert adviser_kernel.run(CELL).status == "ok"
    return adviser_kernel


def test_training_goes_on_as_if_nothing_had_been(notebook):
    losses = "[step().item() for _ in range(4)]"
    notebook.run("torch.manual_seed(1); first = " + losses)
    assert notebook.run(CELL).status == "ok"
    outcome = notebook.run("torch.manual_seed(1); trial = green.trial(step, 'bf16', rounds=3)", timeout=240)
    assert outcome.status == "ok", outcome.error
    assert notebook.value("steps") == 0
    assert notebook.value("trial.known and trial.feasible")
    assert notebook.value("trial.spent.joules > 0")
    assert notebook.value("trial.basis in ('energy', 'CPU time, modelled watts')")
    assert notebook.value(losses + " == first")


def test_a_suggestion_is_tried_in_the_notebooks_own_names(notebook):
    code = (
        "from jupyter_green.advice import Edit, Suggestion\n"
        "from jupyter_green.advice.trial import Options, try_suggestion\n"
        "before = 'for i in range(400): step()'\n"
        "edit = Edit(90, before, before.replace('400', '100'))\n"
        "told = Suggestion('R00-90', 'R00', 90, '', '', None, '', 'same result', edit, 1.0)\n"
        "names, tools = get_ipython().user_ns, green.session().for_trial()\n"
        "trial = try_suggestion(told, names, {90: before}, tools, Options(rounds=3))"
    )
    outcome = notebook.run(code, timeout=240)
    assert outcome.status == "ok", outcome.error
    assert notebook.value("trial.reason") == ""
    assert notebook.value("trial.high") < 0.6
    assert notebook.value("steps") == 0
    assert notebook.value("'i' in globals()") is False
