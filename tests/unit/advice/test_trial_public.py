"""``green.trial``: what users call, in a process of its own."""

import os
import subprocess
import sys

SCRIPT = """
import jupyter_green as green
from jupyter_green.advice.trial import experiment
from jupyter_green.work.traits import TRAITS

experiment.LONG["CPU time, modelled watts"] = 0.005
before, noted = green.session().footprint.energy.joules_or_zero, TRAITS.end
trial = green.trial(lambda: TRAITS.note(sum(range(1_000))), variant="same", rounds=3)
assert trial.known and trial.spent.joules > 0
assert green.session().footprint.energy.joules >= before + trial.spent.joules * 0.99
assert TRAITS.end == noted  # no evidence of what a trial repeats

def train(size):
    yield sum(range(100_000 * size)) * 0.0 + 1

assert green.trial_to_target(train, (1, 2), ">= 1").rounds == 3
print("done")
"""


def test_a_trial_enters_the_session_and_is_no_evidence():
    environment = {**os.environ, "JUPYTER_GREEN_LEDGER": "none"}
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, env=environment)
    assert done.stdout.split() == ["done"], done.stderr
