"""The interval on the ratio of paired blocks, against known distributions."""

import math
import random
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.advice.trial.design import blocks
from jupyter_green.advice.trial.paired_ratio import block_log, paired_ratio

LOGS = st.lists(st.floats(-3, 3), min_size=3, max_size=30)


def test_blocks_are_balanced_in_themselves_and_in_turn():
    found = ["".join(block) for block in islice(blocks(random.Random(0)), 40)]
    assert all(set(pair) == {"ABBA", "BAAB"} for pair in zip(found[::2], found[1::2], strict=True))
    assert len({found[at] for at in range(0, 40, 2)}) == 2  # by chance which is first
    assert all(sum(i for i, arm in enumerate(block) if arm == "A") == 3 for block in found)  # an even drift cancels


def test_the_users_generator_is_not_touched():
    before = random.getstate()
    list(islice(blocks(), 8))
    assert random.getstate() == before


def test_a_known_interval():
    # Mean 0.1, standard deviation 0.1, n = 4: t(0.975, 3) = 3.182446, t(0.8, 3) = 0.978472.
    logs = [0.1 + 0.1 * math.sqrt(3) / 2 * sign for sign in (1, -1, 1, -1)]
    found = paired_ratio(logs)
    assert math.log(found.ratio) == pytest.approx(0.1)
    assert math.log(found.high) - 0.1 == pytest.approx(3.182446 * 0.05, rel=1e-6)
    assert -math.log1p(-found.detectable) == pytest.approx((3.182446 + 0.978472) * 0.05, rel=1e-6)


@given(LOGS)
def test_the_ratio_lies_in_its_interval(logs):
    found = paired_ratio(logs)
    assert found.low <= found.ratio * (1 + 1e-12)
    assert found.ratio <= found.high * (1 + 1e-12)
    assert 0 <= found.detectable < 1 + 1e-12


@given(LOGS, st.floats(-2, 2))
def test_a_constant_factor_moves_it_and_changes_no_width(logs, shift):
    one, other = paired_ratio(logs), paired_ratio([log + shift for log in logs])
    assert other.ratio == pytest.approx(one.ratio * math.exp(shift), rel=1e-9)
    assert other.high / other.low == pytest.approx(one.high / one.low, rel=1e-6)


@given(LOGS)
def test_exchanging_the_arms_turns_it_over(logs):
    one, other = paired_ratio(logs), paired_ratio([-log for log in logs])
    assert other.ratio == pytest.approx(1 / one.ratio, rel=1e-9)
    assert other.low == pytest.approx(1 / one.high, rel=1e-9)


def test_runs_that_are_all_alike_have_no_width():
    found = paired_ratio([block_log([2.0, 2.0], [1.0, 1.0])] * 5)
    assert (found.low, found.ratio, found.high) == pytest.approx((0.5, 0.5, 0.5))
    assert found.detectable == pytest.approx(0)


def test_a_drift_within_a_block_cancels():
    assert block_log([1.0, 1.3], [1.1, 1.3 / 1.1]) == pytest.approx(0)


def test_too_few_are_refused():
    with pytest.raises(ValueError, match="3 blocks"):
        paired_ratio([0.1, 0.2])


def _blocks(chance, number, effect, *, drift=0.0, bursts=0.0):
    """Simulate blocks on a machine that drifts, and on which others now and then make a run dearer."""
    level, logs = 0.0, []
    for block in islice(blocks(chance), number):
        values = {"A": [], "B": []}
        for arm in block:
            level += chance.gauss(0, drift)
            run = level + chance.gauss(0, 0.03) + (chance.expovariate(5) if chance.random() < bursts else 0.0)
            values[arm].append(math.exp(run) * (effect if arm == "B" else 1.0))
        logs.append(block_log(values["A"], values["B"]))
    return logs


@pytest.mark.parametrize(("drift", "bursts"), [(0.0, 0.0), (0.05, 0.0), (0.02, 0.1)])
def test_no_difference_is_seen_where_there_is_none(drift, bursts):
    chance = random.Random(20261130)
    seen = sum(
        not found.low <= 1 <= found.high
        for found in (paired_ratio(_blocks(chance, 12, 1.0, drift=drift, bursts=bursts)) for _ in range(2000))
    )
    assert seen / 2000 <= 0.06


def test_a_tenth_is_seen():
    chance = random.Random(1)
    seen = sum(paired_ratio(_blocks(chance, 12, 0.9, drift=0.02)).high < 1 for _ in range(500))
    assert seen / 500 >= 0.9


def test_the_detectable_effect_is_seen_in_four_of_five():
    chance = random.Random(2)
    spread = 0.03  # of a block's logarithm: that of the difference of two means of two
    effect = 1 - paired_ratio([spread * math.sqrt(11 / 12) * sign for sign in (1, -1) * 6]).detectable
    seen = sum(paired_ratio(_blocks(chance, 12, effect)).high < 1 for _ in range(1000))
    assert 0.75 <= seen / 1000 <= 0.88
