"""After a trial, training goes on bit for bit as if there had been none."""

import pytest
import torch
from rig.trainings import TRAININGS, same, seed, state

from jupyter_green.advice.trial.reach import reach
from jupyter_green.advice.trial.snapshot import Snapshot

WITHIN, AFTER = 10, 6


@pytest.fixture(autouse=True)
def _one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def train(name, before, within=None):
    """Return the states after *before* steps and what lies *within*, and after some more."""
    seed()
    step, holders = TRAININGS[name]()
    for _ in range(before):
        step()
    if within is not None:
        within(step)
    at_once = state(holders)
    for _ in range(AFTER):
        step()
    return at_once, state(holders)


def steps_and_restore(step):
    snapshot = Snapshot(reach([("step", step)]))
    for _ in range(2):
        for _ in range(WITHIN):
            step()
        snapshot.restore()


@pytest.mark.parametrize("before", [0, 3])
@pytest.mark.parametrize("name", TRAININGS)
def test_leaves_no_trace(name, before):
    assert same(train(name, before), train(name, before, steps_and_restore))


@pytest.mark.parametrize("name", ["AdamW", "dropout", "batch norm", "generators of its own"])
def test_the_check_sees_steps_that_are_not_put_back(name):
    assert not same(train(name, 3), train(name, 3, lambda step: step()))


def test_parameters_and_gradients_are_the_same_objects():
    seed()
    step, holders = TRAININGS["AdamW"]()
    step()
    model = holders[0]
    before = [(p, p.grad, p.data_ptr()) for p in model.parameters()]
    steps_and_restore(step)
    for (p, grad, place), now in zip(before, model.parameters(), strict=True):
        assert p is now
        assert p.grad is grad
        assert p.data_ptr() == place
