from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said
from rig.loading import gone_through

from jupyter_green.advice.evidence import Gpu
from jupyter_green.advice.rules.loader_stall import RULE
from jupyter_green.work import Reading

SOURCE = "train(DataLoader(data, batch_size=32, shuffle=True))"
IDLE = replace(MACHINE, gpus=(Gpu(0, "NVIDIA H200", utilisation=0.3, ours=True),))


def waited(source=SOURCE, *, stall=60.0, machine=IDLE, **facts):
    return cell(source, *gone_through(**facts), work=Reading(stall_seconds=stall), machine=machine)


def test_a_gpu_that_waits():
    found = said(RULE, notebook(waited()))
    assert "waited for 50% of the time; the GPU computed 30%" in found.evidence
    assert found.patch.after == "train(DataLoader(data, batch_size=32, shuffle=True, num_workers=4))"


def test_a_loader_of_an_earlier_cell():
    made = cell("loader = DataLoader(data)", number=3)
    found = said(RULE, notebook(made, waited("train(loader)")))
    assert (found.patch.cell, found.patch.after) == (3, "loader = DataLoader(data, num_workers=4)")


@pytest.mark.parametrize(
    "made",
    [
        "loader = DataLoader(data, num_workers=0)",
        "loaders = [DataLoader(part, num_workers=workers) for part in parts]",
        "arguments = TrainingArguments('out', dataloader_num_workers=0)",
    ],
)
def test_who_has_said_how_many_is_not_asked_again(made):
    assert said(RULE, notebook(cell(made, number=3), waited("train(loader)"))) is None


def test_only_loaders_without_a_number_are_given_one():
    made = cell("one = DataLoader(data, num_workers=0)\nother = DataLoader(more)", number=3)
    found = said(RULE, notebook(made, waited("train(other)")))
    assert found.patch.after == "one = DataLoader(data, num_workers=0)\nother = DataLoader(more, num_workers=4)"


def test_tensors_in_memory_are_sliced():
    found = said(RULE, notebook(waited(dataset="TensorDataset")))
    assert found.patch is None
    assert "slices" in found.evidence


def test_a_class_that_workers_could_not_have_is_no_reason_to_start_some():
    assert said(RULE, notebook(waited(portable=False))).patch is None


def test_a_processor_that_waits_for_a_disk():
    found = said(RULE, notebook(waited(machine=MACHINE, waited=10.0, worked=1.0)))
    assert "the processor had nothing to do in 90%" in found.evidence


@pytest.mark.parametrize(
    "facts",
    [
        {"stall": 20.0},
        {"workers": 2},
        {"machine": replace(IDLE, gpus=(replace(IDLE.gpus[0], utilisation=0.9),))},
        {"machine": replace(IDLE, gpus=(replace(IDLE.gpus[0], utilisation=float("nan")),))},
        {"machine": replace(IDLE, cpus=1)},
        {"machine": MACHINE, "waited": 10.0, "worked": 9.5},  # it loads by itself: workers would take its time
        {"machine": MACHINE},  # nobody looked
        {"stall": 60.0, "first": 1, "passes": 400},  # short passes: workers take longer to start
    ],
)
def test_no_reason(facts):
    assert said(RULE, notebook(waited(**facts))) is None
