"""The best start in a forecast, against trying every minute."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jupyter_green.grid.best_start import HORIZON, best_start
from jupyter_green.grid.live import Period

NOW = 1_795_000_000.0
HALF_HOUR = 1800.0
VALUES = st.lists(st.integers(0, 3000), min_size=1, max_size=60)
MINUTES = st.integers(1, 20 * 60).map(lambda minutes: minutes * 60.0)


def forecast(values, begin=NOW, step=HALF_HOUR):
    return [Period(begin + i * step, begin + (i + 1) * step, float(v), "forecast") for i, v in enumerate(values)]


def mean(periods, start, duration):
    """By adding up what each period has in common with the window."""
    common = (max(0.0, min(p.end, start + duration) - max(p.start, start)) * p.value for p in periods)
    return sum(common) / duration


@given(VALUES, MINUTES, st.integers(0, 29))
def test_no_minute_is_better_and_the_means_are_those_of_the_window(values, duration, minutes_in):
    periods = forecast(values, NOW - minutes_in * 60)
    found = best_start(periods, NOW, duration)
    if periods[-1].end - NOW < duration:
        assert found is None
        return
    last = min(periods[-1].end - duration, NOW + HORIZON)
    tried = [mean(periods, NOW + 60 * minute, duration) for minute in range(int((last - NOW) / 60) + 1)]
    assert found.mean == pytest.approx(mean(periods, found.start, duration), abs=1e-6)
    assert found.mean_now == pytest.approx(tried[0], abs=1e-6)
    assert found.mean <= min(tried) + 1e-6
    assert found.mean == pytest.approx(min(tried), abs=1e-6)  # all edges lie on whole minutes
    assert NOW <= found.start <= last


@given(VALUES, MINUTES, st.floats(0.1, 10))
def test_the_time_does_not_depend_on_the_scale(values, duration, factor):
    periods = forecast(values)
    scaled = [Period(p.start, p.end, p.value * factor, p.kind) for p in periods]
    found, again = best_start(periods, NOW, duration), best_start(scaled, NOW, duration)
    assume(found is not None)
    assert again.mean == pytest.approx(found.mean * factor, abs=1e-6)
    assert mean(periods, again.start, duration) == pytest.approx(found.mean, abs=1e-6)


def test_a_flat_forecast_says_now():
    found = best_start(forecast([180] * 96), NOW, 3600.0)
    assert (found.start, found.mean, found.mean_now) == (NOW, 180.0, 180.0)


def test_what_lies_behind_a_gap_is_not_used():
    periods = forecast([300, 300]) + forecast([1], NOW + 7200)
    assert best_start(periods, NOW, 1800.0).start == NOW
    assert best_start(periods, NOW, 5000.0) is None


def test_a_forecast_that_begins_later_or_ended_says_nothing():
    assert best_start(forecast([100], NOW + 60), NOW, 60.0) is None
    assert best_start(forecast([100], NOW - 7200), NOW, 60.0) is None
    assert best_start([], NOW, 60.0) is None
    assert best_start(forecast([100]), NOW, 0.0) is None
