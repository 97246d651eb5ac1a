from dataclasses import replace

from rig.evidence import MACHINE, cell, notebook, said
from rig.torch_traits import forwards, model

from jupyter_green.advice.evidence import Gpu
from jupyter_green.advice.rules.tf32 import RULE
from jupyter_green.work.torch_state import TorchState

ON_GPU = model(devices=(("cuda", 2_000_000),))


def trained(*traits, capability=(8, 0), precision="none", source="import torch\ntrain(model)", number=1):
    machine = replace(MACHINE, gpus=(Gpu(0, "NVIDIA A100", ours=True, capability=capability),))
    state = TorchState(8, fp32_precision=precision, gpu_build=True)
    return cell(source, *(traits or forwards(4, ON_GPU)), machine=machine, torch=state, number=number)


def test_speaks_of_float32_on_tensor_cores():
    found = said(RULE, notebook(trained()))
    assert found.patch.code == 'torch.set_float32_matmul_precision("high")'
    assert "NVIDIA A100" in found.evidence


def test_silent_on_older_gpus_and_on_the_processor():
    assert said(RULE, notebook(trained(capability=(7, 5)))) is None
    assert said(RULE, notebook(trained(*forwards(4)))) is None


def test_silent_where_a_precision_was_chosen():
    assert said(RULE, notebook(trained(precision="tf32"))) is None
    assert said(RULE, notebook(trained(precision="ieee"))) is None
    chosen = cell("torch.backends.cuda.matmul.allow_tf32 = False")
    assert said(RULE, notebook(chosen, trained(number=2))) is None


def test_silent_under_autocast_and_for_small_models():
    assert said(RULE, notebook(trained(*forwards(4, ON_GPU, autocast="bfloat16")))) is None
    assert said(RULE, notebook(trained(*forwards(4, replace(ON_GPU, multiplied=1000))))) is None
