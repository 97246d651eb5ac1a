"""Student's t against SciPy, and the interval's own properties."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from jupyter_green.log_ratio import log_ratio, t_quantile

AMOUNTS = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=8)


@given(st.floats(0.3, 1e5), st.floats(0.01, 0.999))
def test_the_quantile_is_scipys(freedom, confidence):
    assert t_quantile(freedom, confidence) == pytest.approx(stats.t.ppf(0.5 + confidence / 2, freedom), rel=1e-8)


@pytest.mark.parametrize(("freedom", "confidence"), [(0, 0.95), (-1, 0.95), (math.nan, 0.95), (5, 0), (5, 1)])
def test_a_quantile_of_nothing_is_refused(freedom, confidence):
    with pytest.raises(ValueError, match="Student's t"):
        t_quantile(freedom, confidence)


@given(
    st.lists(st.integers(10, 1000), min_size=2, max_size=8, unique=True),
    st.lists(st.integers(10, 1000), min_size=2, max_size=8, unique=True),
)
def test_the_interval_is_welchs_or_students(a, b):
    found = log_ratio(a, b)
    logs = [list(map(math.log, side)) for side in (b, a)]
    theirs = stats.ttest_ind(*logs, equal_var=min(len(a), len(b)) < 3).confidence_interval(0.95)
    assert found.centre - found.half == pytest.approx(theirs.low, rel=1e-6, abs=1e-9)
    assert found.centre + found.half == pytest.approx(theirs.high, rel=1e-6, abs=1e-9)


@given(AMOUNTS, AMOUNTS, st.floats(0.01, 100))
def test_turned_round_it_is_the_inverse_and_a_common_scale_is_nothing(a, b, scale):
    found, turned = log_ratio(a, b), log_ratio(b, a)
    assert turned.centre == pytest.approx(-found.centre, abs=1e-12)
    assert turned.half == pytest.approx(found.half)
    scaled = log_ratio([scale * value for value in a], [scale * value for value in b])
    assert scaled.centre == pytest.approx(found.centre, abs=1e-9)
    assert scaled.half == pytest.approx(found.half, rel=1e-6, abs=1e-6)
    assert (found.freedom is None) == (len(a) == len(b) == 1)


@pytest.mark.parametrize(("left", "right"), [(2, 2), (3, 5), (4, 4), (1, 4), (8, 2), (1, 2)])
def test_where_there_is_no_difference_it_rarely_sees_one(left, right):
    chance = random.Random(20261124)
    rounds, wrong = 2000, 0
    for _ in range(rounds):
        a, b = ([chance.lognormvariate(1.0, 0.05) for _ in range(n)] for n in (left, right))
        found = log_ratio(a, b)
        wrong += abs(found.centre) > found.half
    assert wrong / rounds < 0.065


@pytest.mark.parametrize(("a", "b"), [([], [1.0]), ([1.0], []), ([0.0], [1.0]), ([1.0], [math.nan]), ([1.0], [-1.0])])
def test_what_is_no_amount_is_refused(a, b):
    with pytest.raises(ValueError, match="ratio needs"):
        log_ratio(a, b)
