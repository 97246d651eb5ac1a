"""The range beside each figure: what it must hold, and how often it holds the truth."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.machine import FakeMachine

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("sensor", [0.0, 0.025], ids=["live sensor", "sensor per tick"])
def test_the_range_holds_the_truth_as_often_as_it_should(sensor):
    """The benchmark's cells, fewer of them; the same ones in each run."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.coverage", "--cells", "200", "--sensor", str(sensor)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=300,
        check=True,
    )
    found = json.loads(run.stdout)
    for state in ("published", "settled"):
        energy = found[f"any_{state}"]["energy"]
        assert energy["n"] == 200
        assert energy["covered_percent"] >= 95, state
        assert found[f"1s_{state}"]["energy"]["half_width_percent"] <= 12, state


@given(
    before=st.floats(0.0, 0.999),
    seconds=st.floats(0.02, 3.0),
    own=st.floats(0.05, 2.0),
    others=st.one_of(st.just(0.0), st.floats(0.01, 4.0)),
)
def test_a_published_range_holds_what_settles_when_we_stop_and_others_go_on(before, seconds, own, others):
    machine = FakeMachine(cpus=8, watts=30.0, idle_watts=30.0)
    machine.run(3 + before, {0: 0.0}, others)
    window = machine.meter.open()
    machine.run(seconds, {0: own}, others)
    machine.meter.close(window)
    published = machine.meter.peek(window)
    machine.run(1.2, {0: 0.0}, others)
    machine.settle()
    settled = window.footprint.energy.joules
    assert published.energy.low - 1e-9 <= settled <= published.energy.high + 1e-9


def test_what_a_refresh_hides_is_ours_only_as_far_as_the_energy_is():
    doubts = []
    for others in (0.0, 3.0):
        machine = FakeMachine(cpus=4, watts=100.0, idle_watts=0.0)
        (source,) = machine.meter.sources
        source.tick = 0.1
        machine.run(2, {0: 0.0}, others)
        window = machine.meter.open()
        machine.run(1, {0: 1.0}, others)
        machine.meter.close(window)
        machine.run(1.2, {}, others)
        machine.settle()
        doubts.append(window.footprint.components["cpu"].estimate.quantisation)
    alone, beside_three = doubts
    assert alone == pytest.approx(100.0 * 0.1, rel=0.01)
    assert beside_three == pytest.approx(alone / 4, rel=0.05)
