from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said
from rig.loading import gone_through

from jupyter_green.advice.rules.batch_down import RULE
from jupyter_green.work import Reading

SOURCE = "train(DataLoader(data, batch_size=1024))"


def trained(source=SOURCE, *, batches=2, size=1024, machine=MACHINE, **options):
    faults = options.pop("major_faults", 0)
    passes = options.get("passes", 3)
    steps = options.pop("steps", batches) * passes
    work = Reading(samples=passes * batches * size, steps=steps, backwards=options.pop("in_cell", 0))
    traits = gone_through(batches=batches, size=size, **options)
    return cell(source, *traits, work=work, machine=machine, major_faults=faults)


def test_few_steps_an_epoch():
    found = said(RULE, notebook(trained()))
    assert "2 optimizer steps, in 3 epochs" in found.evidence
    assert "accuracy was not tested" in found.evidence
    assert found.patch.after == SOURCE.replace("1024", "512")
    assert RULE.saving is None  # per sample it costs more


@pytest.mark.parametrize(
    "options",
    [
        {"batches": 60},
        {"size": 64},
        {"size": 128, "batches": 8},
        {"size": 256, "batches": 20},
        {"passes": 1},
        {"backwards": 0},
        {"steps": 0},
    ],
)
def test_no_reason(options):
    assert said(RULE, notebook(trained(**options))) is None


def test_steps_are_counted_and_not_batches():
    found = said(RULE, notebook(trained(batches=200, size=512, steps=10)))
    assert "10 optimizer steps" in found.evidence


def test_a_pass_of_one_batch_that_was_asked_for_ahead():
    assert "1 optimizer step," in said(RULE, notebook(trained(batches=1, backwards=0, in_cell=3))).evidence


@pytest.mark.parametrize("name", ["torch.optim.LBFGS(parameters)", "LARS(parameters)", "NTXentLoss()"])
def test_large_on_purpose(name):
    assert said(RULE, notebook(cell(f"x = {name}"), trained())) is None


def test_no_room_on_the_gpu():
    short = replace(MACHINE, memory_retries=5)
    before = cell("x = 1", machine=replace(MACHINE, memory_retries=2))
    found = said(RULE, notebook(before, trained(batches=500, size=32, machine=short)))
    assert "no room on the GPU 3 times" in found.evidence
    same = cell("x = 1", machine=short)
    assert said(RULE, notebook(same, trained(batches=500, size=32, machine=short))) is None


def test_paging():
    swapped = replace(MACHINE, swapped=2e9)
    assert "2000 pages" in said(RULE, notebook(trained(size=32, machine=swapped, major_faults=2000))).evidence
    assert said(RULE, notebook(trained(size=32, major_faults=2000))) is None  # libraries that were read, and no swap
    assert said(RULE, notebook(trained(size=32, machine=swapped))) is None  # swapped long ago


def test_one_sample_cannot_be_less():
    short = replace(MACHINE, memory_retries=5)
    assert said(RULE, notebook(trained(size=1, machine=short))) is None
