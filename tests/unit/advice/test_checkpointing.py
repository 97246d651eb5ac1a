from dataclasses import replace

from rig.evidence import MACHINE, cell, notebook, said
from rig.torch_traits import forwards, model

from jupyter_green.advice.evidence import Gpu
from jupyter_green.advice.rules.checkpointing import RULE
from jupyter_green.work import Reading
from jupyter_green.work.forward_traits import Recomputed

WORK = Reading(steps=30, backwards=30)
ROOMY = replace(MACHINE, memory=16 * 2**30, peak_memory=2 * 2**30)


def trained(source="train(model)", *traits, **facts):
    seen = traits or (*forwards(4), Recomputed("Block"))
    return cell(source, *seen, **{"work": WORK, "machine": ROOMY, "variables": {"model": 1}, **facts})


def test_the_switch_of_a_model_is_turned():
    found = said(RULE, notebook(trained("model.gradient_checkpointing_enable()\ntrain(model)")))
    assert found.patch.after == "model.gradient_checkpointing_disable()\ntrain(model)"
    assert "12% of 16 GiB" in found.evidence


def test_the_trainers_setting_is_turned():
    found = said(RULE, notebook(trained("args = TrainingArguments('x', gradient_checkpointing=True)")))
    assert found.patch.after == "args = TrainingArguments('x', gradient_checkpointing=False)"


def test_a_call_of_pytorchs_function_becomes_the_call_itself():
    source = "class Net(M):\n    def forward(self, x):\n        return checkpoint(self.block, x, use_reentrant=False)"
    found = said(RULE, notebook(cell(source), trained(number=2)))
    assert found.patch.cell == 1
    assert found.patch.after.endswith("return self.block(x)")


def test_silent_where_memory_is_needed_or_nothing_was_computed_twice():
    full = replace(MACHINE, memory=16 * 2**30, peak_memory=9 * 2**30)
    assert said(RULE, notebook(trained(machine=full))) is None
    assert said(RULE, notebook(trained(machine=MACHINE))) is None
    assert said(RULE, notebook(trained("train(model)", *forwards(4)))) is None


def test_silent_where_batches_grow():
    growing = [one for i in range(4) for one in forwards(1, first=i, width=64 * (i + 1))]
    assert said(RULE, notebook(trained("train(model)", *growing, Recomputed()))) is None


def test_on_a_gpu_its_memory_counts():
    on_gpu = (*forwards(4, model(devices=(("cuda", 2_000_000),))), Recomputed())
    for used, speaks in ((10e9, True), (60e9, False)):
        gpus = (Gpu(0, "A100", ours=True, memory_used=used, memory_total=80e9),)
        found = said(RULE, notebook(trained("train(model)", *on_gpu, machine=replace(MACHINE, gpus=gpus))))
        assert (found is not None) is speaks
