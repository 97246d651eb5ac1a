from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said
from rig.torch_traits import forwards, model

from jupyter_green.advice.rules.threads import RULE
from jupyter_green.work import Reading
from jupyter_green.work.torch_state import TorchState

TINY = model(largest=64 * 64)
WORK = Reading(samples=64_000)


def ran(threads, *traits, source="import torch\ntrain(model)", process=20.0, thread=10.0, work=WORK, number=1):
    times = {"process_seconds": process, "thread_seconds": thread, "torch": TorchState(threads)}
    return cell(source, *traits, machine=replace(MACHINE, cpus=4), work=work, number=number, **times)


def test_more_threads_than_processors():
    found = said(RULE, notebook(ran(16, *forwards(4), source="import torch\ntorch.set_num_threads(16)\ntrain(model)")))
    assert "16 threads" in found.evidence
    assert found.patch.after == "import torch\ntorch.set_num_threads(4)\ntrain(model)"


def test_without_a_model_the_cell_has_to_call_pytorch():
    calls = "import torch\nfor _ in range(9):\n    torch.tanh(a @ b)"
    assert said(RULE, notebook(ran(16, source=calls, work=Reading()))) is not None
    assert said(RULE, notebook(ran(16, source="frame.sort()", work=Reading()))) is None


def test_threads_for_tiny_operations():
    found = said(RULE, notebook(ran(4, *forwards(4, TINY))))
    assert found.patch.code == "torch.set_num_threads(1)"
    assert "2.0 times" in found.evidence


def test_a_recurrent_layer_takes_one_step_after_the_other():
    """Of 32 rows at once, however long they are; what reads all steps at once is no smaller for it."""
    sequences = {"rows": 32, "items": 32 * 200}
    found = said(RULE, notebook(ran(4, *forwards(4, model(largest=48, recurrent=144 * 48), **sequences))))
    assert "307 k" in found.evidence
    assert said(RULE, notebook(ran(4, *forwards(4, model(largest=48 * 5000, recurrent=144 * 48), **sequences)))) is None


@pytest.mark.parametrize(
    "ended",
    [
        ran(4, *forwards(4)),
        ran(1, *forwards(4, TINY)),
        ran(4, *forwards(4, TINY), process=10.5),
        ran(16, *forwards(4), process=10.5),
        ran(4, *forwards(4, TINY), work=Reading(samples=320)),
        ran(4, *forwards(4, TINY), source="torch.set_num_threads(2)"),
        ran(4, *forwards(4, TINY), source="RandomForestClassifier(n_jobs=2).fit(x, y)"),
        ran(4, *forwards(4, model(largest=64 * 64, devices=(("cuda", 9),)))),
        ran(4),
    ],
    ids=["large", "one", "unused", "none too many", "few passes", "chosen", "scikit-learn's", "GPU", "no model"],
)
def test_silent(ended):
    assert said(RULE, notebook(ended)) is None
