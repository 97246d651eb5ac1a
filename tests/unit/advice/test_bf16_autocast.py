from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said
from rig.torch_traits import forwards, model

from jupyter_green.advice.evidence import Gpu
from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules.bf16_autocast import RULE
from jupyter_green.work import Reading

LOOP = """import torch
for x, y in loader:
    out = model(x)
    loss = criterion(out, y)
    loss.backward()
    optimizer.step()"""
PATCHED = """import torch
for x, y in loader:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = model(x)
        loss = criterion(out, y)
    loss.backward()
    optimizer.step()"""
WORK = Reading(steps=30, backwards=30)


def trained(source=LOOP, *traits, **facts):
    return cell(source, *(traits or forwards(4)), **{"work": WORK, "variables": {"model": 1}, **facts})


def test_forward_and_loss_are_put_under_autocast():
    found = said(RULE, notebook(trained()))
    assert found.patch.after == PATCHED
    assert "20 ms" in found.evidence


def test_a_loop_in_a_function_of_another_cell_is_changed_there():
    inner = "def train(net):\n" + "\n".join(f"    {line}" for line in LOOP.splitlines()[1:]).replace("model(", "net(")
    found = said(RULE, notebook(cell("import torch\n" + inner), trained("train(model)", number=2)))
    assert found.patch.cell == 1
    assert "with torch.autocast" in found.patch.after


def test_trainers_have_a_setting_for_it():
    found = said(RULE, notebook(trained("args = TrainingArguments('x')\nTrainer(model, args).train()")))
    assert found.patch.after.startswith("args = TrainingArguments('x', bf16=True)")
    found = said(RULE, notebook(trained("L.Trainer(max_epochs=2).fit(model)")))
    assert found.patch.after == 'L.Trainer(max_epochs=2, precision="bf16-mixed").fit(model)'


@pytest.mark.parametrize(
    "traits",
    [
        forwards(4, autocast="bfloat16"),
        forwards(4, autocast="wrapped"),
        forwards(4, seconds=0.002),
        forwards(4, items=2),
        forwards(4, model(multiplied=400_000)),
        forwards(4, model(parameters=900_000)),
        forwards(4, model(recurrent=144 * 48)),
        forwards(4, model(dtypes=(("bfloat16", 2_000_000),))),
        forwards(4, larger=True),
        forwards(1),
    ],
    ids=["on", "Accelerate's", "quick", "few rows", "embeddings", "small", "LSTM", "16 bits", "generation", "one pass"],
)
def test_silent_where_it_would_not_save_whatever_the_gates(traits):
    assert said(RULE, notebook(trained(LOOP, *traits)), Gates(joules=0)) is None


@pytest.mark.parametrize(
    "chosen",
    [
        "torch.set_float32_matmul_precision('highest')",
        "args = TrainingArguments(bf16=False)",
        "model = model.to(torch.float32)",
        "m = AutoModel.from_pretrained(name, dtype='float32')",
        "with torch.autocast('cpu', enabled=False): pass",
    ],
)
def test_silent_where_the_user_chose_a_precision(chosen):
    assert said(RULE, notebook(cell(chosen), trained(number=2))) is None


def test_the_processor_has_to_multiply_such_numbers():
    assert said(RULE, notebook(trained(machine=replace(MACHINE, bf16=False)))) is None


def test_a_gpu_from_ampere_on_does():
    on_gpu = forwards(4, model(devices=(("cuda", 2_000_000),)))
    for capability, speaks in (((8, 0), True), ((7, 5), False)):
        machine = replace(MACHINE, gpus=(Gpu(0, "A100", ours=True, capability=capability),))
        found = said(RULE, notebook(trained(LOOP, *on_gpu, machine=machine)))
        assert (found is not None) is speaks
