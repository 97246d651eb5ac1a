"""Where a copy of the state goes, and when there is no room for it."""

import pytest
import torch

from jupyter_green.advice.trial import step_up
from jupyter_green.advice.trial.generators import save_global_generators
from jupyter_green.advice.trial.memory import Room, refuse_or_place
from jupyter_green.advice.trial.refusal import Refusal

GB = 10**9


class Free(Room):
    def __init__(self, host, **devices):
        self._host, self._devices = host, devices

    def host(self):
        return self._host * GB

    def device(self, name):
        return self._devices[name.replace(":", "")] * GB


def test_a_copy_stays_on_its_device_where_there_is_room():
    assert refuse_or_place({"cuda:0": 10 * GB, "cpu": GB}, Free(2, cuda0=14)) == frozenset()


def test_it_goes_to_the_host_where_the_device_is_too_full():
    assert refuse_or_place({"cuda:0": 10 * GB, "cuda:1": GB}, Free(20, cuda0=12, cuda1=2)) == {"cuda:0"}


@pytest.mark.parametrize(
    ("sizes", "free"), [({"cpu": 10 * GB}, Free(12)), ({"cuda:0": 10 * GB, "cpu": 5 * GB}, Free(19, cuda0=1))]
)
def test_it_is_refused_where_the_host_is_too_full_as_well(sizes, free):
    with pytest.raises(Refusal, match="does not fit into memory") as told:
        refuse_or_place(sizes, free)
    assert "1.3 times" in str(told.value)


def test_this_machine_has_room():
    assert Room().host() > 0


def test_generators_of_gpus_are_kept_where_cuda_is_in_use(monkeypatch):
    states = [torch.ones(4)]
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_rng_state_all", lambda: [state.clone() for state in states])
    monkeypatch.setattr(torch.cuda, "set_rng_state_all", lambda saved: states.__setitem__(slice(None), saved))
    restores = save_global_generators()
    states[0] = torch.zeros(4)
    for restore in restores:
        restore()
    assert torch.equal(states[0], torch.ones(4))


def test_a_larger_batch_that_would_not_fit_is_foreseen(monkeypatch):
    held = iter([1.0 * GB, 6.0 * GB])
    monkeypatch.setattr(step_up, "_most_resident", lambda: next(held))
    ran = []
    with pytest.raises(Refusal, match="out of memory: a batch 2 times as large would need about 10 GB, and 12 GB"):
        step_up.step_up(2.0, frozenset(), Free(12))(ran.append)
    assert ran == ["A"]


def test_nothing_is_foreseen_where_nothing_was_learned(monkeypatch):
    monkeypatch.setattr(step_up, "_most_resident", lambda: 6.0 * GB)
    step_up.step_up(4.0, frozenset(), Free(1))(lambda arm: None)


def test_the_most_that_was_held_is_known():
    assert step_up._most_resident() > 10**7
