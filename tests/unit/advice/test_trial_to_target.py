"""Energy to accuracy: by batch size, over seeds, until a metric reaches a target."""

import random

import pytest
import torch
from rig.arms import CountedWork, instruments

from jupyter_green.advice.trial import Options
from jupyter_green.advice.trial.to_target import Target, try_to_target

WORK = CountedWork()
spin = WORK.spin


def train(size):
    """A larger batch takes fewer epochs' work each, but twice as many of them."""
    reached = 0.0
    while reached < 1:
        spin(20_000)
        reached += 0.25 if size == 32 else 0.125
        yield reached


def test_the_cheaper_per_sample_may_be_the_dearer_to_the_target():
    told = []
    trial = try_to_target(
        train, (32, 64), ">= 1", WORK.instruments(), options=Options(progress=lambda *a: told.append(a))
    )
    assert (trial.low, trial.ratio, trial.high) == pytest.approx((2, 2, 2))
    assert trial.rounds == 3
    assert "64 instead of 32" in str(trial)
    assert [done for done, *_ in told] == [1, 2, 3, 4, 5, 6]


def test_of_several_sizes_the_one_that_needs_least_is_told():
    def quicker(size):
        spin(4_000_000 // size)
        yield 1.0

    trial = try_to_target(quicker, (10, 20, 40), ">= 1", WORK.instruments())
    assert [factor for factor, _ in trial.sizes] == [2.0, 4.0]
    assert "batch 40" in trial.label


def test_each_pair_has_one_seed_and_generators_are_put_back():
    drawn = []

    class Elsewhere:
        __module__ = "jupyter_green.of_this_test"  # whose state is not looked into

        def note(self, *values):
            drawn.append(values)

    note = Elsewhere().note

    def seeded(size):
        note(size, random.random(), torch.rand(1).item())
        yield 0.1

    before = random.getstate(), torch.get_rng_state()
    assert try_to_target(seeded, (1, 2), "<= 0.2", instruments()).rounds == 3
    assert random.getstate() == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])


@pytest.mark.parametrize(
    ("sizes", "said"), [((8, 4), "a batch of 4 did not reach"), ((4, 8), "a batch of 4 did not"), ((8, 2), "memory")]
)
def test_what_does_not_reach_it_is_a_result(sizes, said):
    def unsteady(size):
        if size == 2:
            raise MemoryError
        yield 0.5 if size == 4 else 0.95

    trial = try_to_target(unsteady, sizes, ">= 0.9", instruments())
    assert not trial.known
    assert not trial.feasible
    assert said in trial.reason


def test_an_interrupt_gives_what_is_known():
    def stop(done, of, seconds, joules):
        if done == 3:
            raise KeyboardInterrupt

    trial = try_to_target(train, (32, 64), ">= 1", instruments(), options=Options(progress=stop))
    assert trial.feasible
    assert "stopped after 1 of 3 seeds" in trial.reason


@pytest.mark.parametrize("said", [">= 0.9", "> 0.9", " >=0.9 "])
def test_a_target_that_is_risen_to(said):
    assert Target.parse(said).reached(0.91)
    assert not Target.parse(said).reached(0.89)


def test_a_target_that_is_fallen_to():
    assert Target.parse("<= 3e-1").reached(0.29)
    assert not Target.parse("<= 3e-1").reached(0.31)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"target": "0.9"}, "a target is said"),
        ({"sizes": (32,)}, "at least one other"),
        ({"seeds": 2}, "3 seeds"),
    ],
)
def test_what_cannot_be_is_an_error(options, said):
    with pytest.raises(ValueError, match=said):
        try_to_target(**{"train": train, "sizes": (1, 2), "target": ">= 1", "instruments": instruments(), **options})
