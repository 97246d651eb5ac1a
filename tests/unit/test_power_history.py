"""The chart's figures: power by step, from cumulative energy that was read now and then."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.kernel.power_history import STEP, STEPS, PowerHistory


@given(
    st.lists(st.tuples(st.floats(0.2, 40), st.floats(0, 700)), min_size=2, max_size=80),
    st.floats(0, 1e6),
)
def test_the_steps_energy_is_the_sessions(parts, start):
    history = PowerHistory()
    at, joules = start, 0.0
    history.add(at, {"cpu": joules}, 2 * joules)
    begins = [(at, joules)]
    for seconds, watts in parts:
        at, joules = at + seconds, joules + seconds * watts
        history.add(at, {"cpu": joules}, 2 * joules)
        begins.append((at, joules))
    found = history.to_json(1000.0)
    if at - start < STEP:
        assert found is None
        return
    steps = len(found["machine_w"])
    assert steps <= STEPS
    assert found["end"] == pytest.approx(at + 1000.0)
    since = at - steps * STEP
    i = next(i for i, (time, _) in enumerate(begins) if time >= since - 1e-6)
    if i == 0:
        before = 0.0
    else:
        (left, low), (right, high) = begins[i - 1], begins[i]
        before = low + (high - low) * (since - left) / (right - left)
    assert sum(found["watts"]["cpu"]) * STEP == pytest.approx(joules - before, rel=0.01, abs=0.5)
    assert sum(found["machine_w"]) == pytest.approx(2 * sum(found["watts"]["cpu"]), rel=0.02, abs=0.5)


def test_it_stays_small_and_forgets_what_is_long_past():
    history = PowerHistory()
    for second in range(5000):
        used = 123.4567 * second + second % 7
        history.add(float(second), {"cpu": used, "gpu": 3 * used, "ram": used / 7}, 9 * used)
    found = history.to_json(1.7e9)
    assert len(found["machine_w"]) == STEPS
    assert len(json.dumps(found, separators=(",", ":"))) < 3000
    history.clear()
    assert history.to_json(0.0) is None
