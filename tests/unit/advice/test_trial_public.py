"""``green.trial``: what users call."""

import jupyter_green as green
from jupyter_green.advice.trial import experiment


def test_a_trial_enters_the_session(monkeypatch):
    monkeypatch.setitem(experiment.LONG, "CPU time, modelled watts", 0.005)
    before = green.session().footprint.energy.joules_or_zero
    trial = green.trial(lambda: sum(range(1_000)), variant="same", rounds=3)
    assert trial.known
    assert trial.spent.joules > 0
    assert green.session().footprint.energy.joules >= before + trial.spent.joules * 0.99


def test_training_to_a_target():
    def train(size):
        yield sum(range(100_000 * size)) * 0.0 + 1

    assert green.trial_to_target(train, (1, 2), ">= 1").rounds == 3
