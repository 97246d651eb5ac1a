from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said
from rig.torch_traits import forwards, model

from jupyter_green.advice.evidence import Gpu
from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules.device import RULE
from jupyter_green.work.torch_state import TorchState

FREE = Gpu(0, "NVIDIA L4", utilisation=0.0, memory_used=1e8, memory_total=24e9)


def trained(*traits, gpu=FREE, source="train(model)", state=None, number=1):
    machine = replace(MACHINE, gpus=(gpu,))
    settings = state or TorchState(8, gpu_build=True)
    seen = traits or forwards(4)
    return cell(source, *seen, machine=machine, torch=settings, variables={"model": 1}, number=number)


def test_speaks_of_a_model_on_the_processor_beside_a_free_gpu():
    found = said(RULE, notebook(trained()))
    assert found.patch.code.startswith('model = model.to("cuda")')
    assert "NVIDIA L4" in found.evidence


def test_of_a_generation_too():
    assert said(RULE, notebook(trained(*forwards(1, larger=True, items=1)))) is not None


@pytest.mark.parametrize(
    "gpu",
    [replace(FREE, others=True), replace(FREE, utilisation=0.6), replace(FREE, memory_used=20e9)],
    ids=["others'", "busy", "full"],
)
def test_silent_where_no_gpu_is_free(gpu):
    assert said(RULE, notebook(trained(gpu=gpu))) is None


@pytest.mark.parametrize(
    "traits",
    [
        forwards(4, model(multiplied=1000)),
        forwards(4, seconds=0.001),
        forwards(4, items=1),
        forwards(4, model(devices=(("cuda", 2_000_000),))),
    ],
    ids=["small", "quick", "one row", "there already"],
)
def test_silent_whatever_the_gates(traits):
    assert said(RULE, notebook(trained(*traits)), Gates(joules=0)) is None


@pytest.mark.parametrize(
    ("code", "speaks"),
    [
        ("device = torch.device('cpu')", False),
        ("model.to('cpu')", False),
        ("t = Trainer(accelerator='cpu')", False),
        ("os.environ['CUDA_VISIBLE_DEVICES'] = ''", False),
        ("device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')", True),
        ("loss = out.cpu()", True),
        ("model = model.cpu()", False),
    ],
)
def test_silent_where_the_processor_was_chosen(code, speaks):
    assert (said(RULE, notebook(cell(code), trained(number=2))) is not None) is speaks


def test_silent_where_pytorch_knows_no_gpu():
    assert said(RULE, notebook(trained(state=TorchState(8)))) is None
