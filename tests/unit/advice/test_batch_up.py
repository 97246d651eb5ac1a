from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said
from rig.loading import gone_through

from jupyter_green.advice.evidence import Gpu
from jupyter_green.advice.rules.batch_up import RULE
from jupyter_green.work import Reading

GPU = Gpu(
    0, "NVIDIA H200", utilisation=0.6, power=200.0, power_limit=700.0, memory_used=20e9, memory_total=141e9, ours=True
)
SOURCE = "loader = DataLoader(data, batch_size=32, shuffle=True)\ntrain(loader)"


def trained(source=SOURCE, *, gpus=(GPU,), stall=2.0, batches=500, size=32, **facts):
    work = Reading(samples=3 * batches * size, steps=3 * batches, backwards=3 * batches, stall_seconds=stall)
    traits = gone_through(passes=3, batches=batches, size=size)
    machine = replace(MACHINE, gpus=gpus)
    return cell(source, *traits, work=work, machine=machine, components={"gpu": 4500.0}, **facts)


def test_power_and_memory_to_spare():
    found = said(RULE, notebook(trained()))
    assert "200 W of 700 W" in found.evidence
    assert "accuracy was not tested" in found.evidence
    assert found.patch.after == SOURCE.replace("32", "64")
    assert found.share == 0.75


def test_the_size_is_changed_where_it_is_said():
    cells = cell("BATCH = 32\nLR = 32"), trained("train(DataLoader(data, BATCH))")
    found = said(RULE, notebook(*cells))
    assert found.patch.before == cells[0].code.source
    assert found.patch.after == "BATCH = 64\nLR = 32"


def test_a_trainers_size():
    source = "args = TrainingArguments('out', per_device_train_batch_size=32)"
    assert said(RULE, notebook(trained(source))).patch.after == source.replace("32", "64")


def test_a_size_that_nobody_says_plainly_is_not_changed():
    assert said(RULE, notebook(trained("train(make_loader(2 * n))"))).patch is None


@pytest.mark.parametrize(
    "gpu",
    [
        replace(GPU, power=400.0),
        replace(GPU, memory_used=120e9),
        replace(GPU, power=float("nan")),
        replace(GPU, memory_total=float("nan")),
        replace(GPU, others=True),
        replace(GPU, ours=False),
        replace(GPU, utilisation=0.0),
    ],
)
def test_no_reason(gpu):
    assert said(RULE, notebook(trained(gpus=(gpu,)))) is None


def test_no_gpu_and_several():
    assert said(RULE, notebook(trained(gpus=()))) is None
    assert said(RULE, notebook(trained(gpus=(GPU, replace(GPU, index=1))))) is None


def test_where_data_come_late_the_batch_is_not_too_small():
    assert said(RULE, notebook(trained(stall=30.0))) is None


def test_steps_have_to_be_left_to_learn_in():
    assert said(RULE, notebook(trained(batches=60))) is None


def test_a_cell_that_failed_says_nothing_of_its_size():
    assert said(RULE, notebook(trained(status="error"))) is None
