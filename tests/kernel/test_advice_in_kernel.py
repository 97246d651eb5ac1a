"""Suggestions in a real kernel: asked for, in the live feed, taken back when a cell runs anew, dismissed."""

import pytest
from rig.kernel import Kernel
from test_forecast_in_kernel import validate

MODEL = """
import torch
from transformers import GPT2Config, GPT2LMHeadModel

torch.set_num_threads(1)
config = GPT2Config(n_layer=1, n_head=1, n_embd=32, vocab_size=100, bos_token_id=0, eos_token_id=0, pad_token_id=0)
model = GPT2LMHeadModel(config).eval()
ids = torch.ones(1, 4, dtype=torch.long)
"""
# By chance, or a second run would be one of the very same.
UNCACHED = "made = model.generate(ids, max_new_tokens=16, min_new_tokens=16, do_sample=True, use_cache=False)"
TOLD = "[(s.id, s.cell) for s in __import__('jupyter_green').suggestions()]"


@pytest.fixture(scope="module")
def advised(tmp_path_factory):
    folder = tmp_path_factory.mktemp("advised")
    environment = {"JUPYTER_GREEN_ADVICE_THRESHOLD": "0", "JPY_SESSION_NAME": "/somewhere/work.ipynb"}
    with Kernel(folder, environment) as kernel:
        assert kernel.run(MODEL, timeout=120).status == "ok"
        yield kernel


@pytest.fixture
def anew(advised):
    advised.run("%carbon reset")
    return advised


def test_a_cell_says_nothing_unasked_and_everything_when_asked(anew):
    outcome = anew.run(UNCACHED)
    assert outcome.text == ""
    said = anew.run("%carbon suggest").text
    assert f"cell {outcome.execution_count} · R09-{outcome.execution_count}" in said
    assert "use_cache=False" in said
    assert "same result" in said
    assert anew.value(TOLD) == [[f"R09-{outcome.execution_count}", outcome.execution_count]]


def test_the_feed_has_it_with_what_may_be_done(anew):
    outcome = anew.run(UNCACHED)
    anew.listen(2.0)
    snapshot = anew.feed[-1]
    validate(snapshot)
    (suggestion,) = snapshot["suggestions"]
    assert suggestion["execution_count"] == outcome.execution_count
    insert = next(action for action in suggestion["actions"] if action["kind"] == "insert")
    assert insert["before"] == UNCACHED
    assert insert["code"] == UNCACHED.replace("use_cache=False", "use_cache=True")
    assert snapshot["trial"] is None


def test_a_cell_that_runs_anew_is_spoken_of_once(anew):
    anew.run(UNCACHED)
    again = anew.run(UNCACHED)
    assert anew.value(TOLD) == [[f"R09-{again.execution_count}", again.execution_count]]


def test_a_reset_forgets(anew):
    anew.run(UNCACHED)
    anew.run("%carbon reset")
    assert anew.value(TOLD) == []
    assert "Nothing to suggest" in anew.run("%carbon suggest").text


def test_dismissed_for_a_cell_it_stays_silent_when_that_runs_anew_and_speaks_of_others(anew):
    first = anew.run(UNCACHED)
    assert "no more of this cell" in anew.run(f"%carbon dismiss R09-{first.execution_count}").text
    anew.run(UNCACHED)
    assert anew.value(TOLD) == []
    other = anew.run(UNCACHED.replace("made", "other"))
    assert anew.value(TOLD) == [[f"R09-{other.execution_count}", other.execution_count]]


def test_unknown_ids_and_options_are_one_line(anew):
    outcome = anew.run(UNCACHED.replace("made", "another"))
    said = anew.run("%carbon dismiss R99-1").text
    assert f"%carbon dismiss: there is no suggestion 'R99-1'; there are R09-{outcome.execution_count}" in said
    assert "--notebook or --always" in anew.run(f"%carbon dismiss R09-{outcome.execution_count} --forever").text


FRAME = "import pandas as pd\nframe = pd.DataFrame({'a': range(4000), 'b': range(4000)})"
ROWS = "total = 0\nfor _, row in frame.iterrows():\n    total += row['a'] * row['b']"


@pytest.mark.parametrize(("option", "heard_elsewhere"), [("--notebook", True), ("--always", False)])
def test_a_dismissal_outlives_the_kernel(tmp_path, option, heard_elsewhere):
    environment = {"JUPYTER_GREEN_ADVICE_THRESHOLD": "0", "JPY_SESSION_NAME": "/somewhere/work.ipynb"}
    with Kernel(tmp_path, environment) as kernel:
        kernel.run(FRAME)
        outcome = kernel.run(ROWS)
        assert "is silent" in kernel.run(f"%carbon dismiss R27-{outcome.execution_count} {option}").text
    for notebook, heard in (("/somewhere/work.ipynb", False), ("/somewhere/other.ipynb", heard_elsewhere)):
        with Kernel(tmp_path, {**environment, "JPY_SESSION_NAME": notebook}) as kernel:
            kernel.run(FRAME)
            kernel.run(ROWS)
            assert bool(kernel.value(TOLD)) is heard


LONG = "made = model.generate(ids, max_new_tokens=120, min_new_tokens=120, use_cache=False)"


def test_a_suggestion_is_verified_and_says_so_from_then_on(anew):
    tried = anew.run(LONG)
    identity = f"R09-{tried.execution_count}"
    before = len(anew.feed)
    outcome = anew.run(f"%carbon try {identity} --rounds 4", timeout=120)
    assert outcome.status == "ok", outcome.error
    (shown,) = [o["data"] for o in outcome.without_records() if "jupyter-green-trial" in o["data"].get("text/html", "")]
    assert "CPU time" in shown["text/plain"]
    anew.listen(2.0)
    told = list(anew.feed[before:])
    for snapshot in told:
        validate(snapshot)
    progress = [snapshot["trial"]["done"] for snapshot in told if snapshot["trial"] is not None]
    assert len(set(progress)) > 2  # where other work disturbed a round, it is run again
    assert progress[-1] == 16
    assert told[-1]["trial"] is None
    (suggestion,) = told[-1]["suggestions"]  # the trial's own runs are no habit of the user's
    assert suggestion["id"] == identity
    verified = suggestion["verified"]
    assert verified["rounds"] == 4
    assert verified["basis"] == "cpu-time"
    assert verified["low"] <= verified["ratio"] <= verified["high"] < 1
    assert f"×{verified['ratio']:.3g}" in anew.run("%carbon suggest").text


def test_a_function_is_tried_by_variant(anew):
    anew.run("def step():\n    return model(ids).logits.sum()")
    outcome = anew.run("%carbon try step --variant no_grad --rounds 3", timeout=120)
    assert any("no_grad" in o["data"].get("text/plain", "") for o in outcome.without_records() if "data" in o)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "takes the id of a suggestion"),
        ("R99-1", "there is no suggestion 'R99-1'"),
        ("nothing", "no suggestion and no function of that name"),
        ("step", "--variant says it"),
        ("step --variant upside_down", "upside_down"),
        ("step --rounds none", "takes the id of a suggestion"),
        ("step --variant same --batches nowhere", "there is no variable 'nowhere'"),
        ("model --variant same --rounds 1", "rounds"),
    ],
)
def test_what_cannot_be_tried_is_one_line(anew, line, said):
    anew.run("def step():\n    return model(ids).logits.sum()")
    text = anew.run(f"%carbon try {line}").text
    assert said in text
    assert "Traceback" not in text
