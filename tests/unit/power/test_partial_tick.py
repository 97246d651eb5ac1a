from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.curve import Curve

from jupyter_green.power.partial_tick import PartialTick

SECOND = 10**9
TICK = 0.1


class Follower:
    """Reads a counter that refreshes at multiples of *tick* plus *phase*, as a GPU's does."""

    def __init__(self, curve, *, tick=TICK, phase=0.0):
        self._curve = curve
        self._tick, self._phase = round(tick * SECOND), round(phase * SECOND)
        self._fill = PartialTick(TICK)
        self.joules = 0.0

    def read(self, at):
        published = at - (at - self._phase) % self._tick
        step = self._fill.advance(at, self._curve.joules(published), self._curve.watts(at))
        assert step >= 0
        self.joules += step
        return self.joules


def burst(start, seconds=0.12, step=0.005):
    return [start + round(i * step * SECOND) for i in range(round(seconds / step) + 1)]


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1000)), min_size=2, max_size=50))
def test_without_power_it_is_the_plain_difference_of_counts(steps):
    fill = PartialTick(TICK)
    at, count, total, first = 0, 5.0, 0.0, None
    for seconds, joules in steps:
        at, count = at + round(seconds * SECOND), count + joules
        total += fill.advance(at, count, 0.0)
        first = count if first is None else first
        assert total == pytest.approx(count - first)


@given(
    power=st.floats(20, 1000),
    tick=st.sampled_from([0.02, 0.05, 0.1]),
    phase=st.floats(0, 0.1),
    window=st.floats(0.01, 2),
    pause=st.floats(0, 100),
)
def test_constant_power_is_right_in_any_window_once_the_refresh_is_known(power, tick, phase, window, pause):
    start = 1000 * SECOND
    follower = Follower(Curve([(start, power)]), tick=tick, phase=phase)
    for at in burst(start):
        follower.read(at)
    opens = start + SECOND + round(pause * SECOND)
    before = follower.read(opens)
    after = follower.read(opens + round(window * SECOND))
    assert after - before == pytest.approx(power * window, abs=power * 0.006)


@given(
    tick=st.floats(0.02, 0.1),
    phase=st.floats(0, 0.1),
    reads=st.lists(st.floats(0.001, 0.5), min_size=1, max_size=30),
)
def test_before_that_half_a_refresh_is_the_worst(tick, phase, reads):
    at = start = 1000 * SECOND
    follower = Follower(Curve([(start, 300.0)]), tick=tick, phase=phase)
    follower.read(at)
    for seconds in reads:
        at += round(seconds * SECOND)
        used = follower.read(at)
        assert used == pytest.approx(300.0 * (at - start) * 1e-9, abs=300.0 * TICK / 2 * 1.001)


@given(
    st.lists(st.tuples(st.floats(0.001, 3), st.floats(50, 700)), min_size=1, max_size=60),
    st.floats(0, 0.1),
)
def test_it_never_drifts_from_the_counter(steps, phase):
    """Whatever the power did between two reads, the sum stays within a refresh of the counter's."""
    at, points = 1000 * SECOND, []
    for seconds, watts in steps:
        points.append((at, watts))
        at += round(seconds * SECOND)
    curve = Curve(points)
    follower = Follower(curve, phase=phase)
    for when, _ in [*points, (at, 0.0)]:
        follower.read(when)
    assert follower.joules == pytest.approx(curve.joules_between(points[0][0], at), abs=2 * 700 * TICK)


@pytest.mark.parametrize(("seconds", "bound"), [(0.1, 0.05), (0.2, 0.03), (1.0, 0.01), (10.0, 0.002)])
def test_a_cell_that_starts_from_an_idle_gpu(seconds, bound):
    """Mean error over many phases, read as the sampler may: densely at the start, then each second."""
    errors, plain = [], []
    for seed in range(200):
        random = Random(seed)
        begin = 1000 * SECOND
        opens = begin + 20 * SECOND + random.randrange(SECOND)
        closes = opens + round(seconds * SECOND)
        curve = Curve([(begin, 60.0), (opens + round(random.uniform(0, 0.03) * SECOND), 300.0), (closes, 60.0)])
        phase = random.uniform(0, TICK)
        follower = Follower(curve, phase=phase)
        for at in burst(begin):
            follower.read(at)
        before = follower.read(opens)
        on_grid = range((opens // SECOND + 1) * SECOND, closes, SECOND)
        for at in sorted({*burst(opens), *on_grid} - {opens}):
            if at < closes:
                follower.read(at)
        truth = curve.joules_between(opens, closes)
        errors.append(abs(follower.read(closes) - before - truth) / truth)
        at_edges = [edge - (edge - round(phase * SECOND)) % round(TICK * SECOND) for edge in (opens, closes)]
        plain.append(abs(curve.joules_between(*at_edges) - truth) / truth)
    assert mean(errors) < bound
    assert mean(errors) < mean(plain) / 5
