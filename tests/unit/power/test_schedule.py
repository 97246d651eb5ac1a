"""When the sampling thread's next sample is due, after any edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.power.schedule import GRID, IDLE_INTERVAL, SECOND, Schedule

MS = SECOND // 1000
NOW = 1000 * SECOND + 300 * MS


def schedule(*, watches=True, dense=True):
    plan = Schedule(watches=watches)
    plan.dense = dense
    plan.sampled(NOW - 250 * MS)
    return plan


def samples(plan, until):
    """Times of the samples up to a time, ns after NOW, when the thread is never late; in ms."""
    found = []
    while (due := plan.due()) <= NOW + until:
        found.append((due - NOW) / MS)
        plan.sampled(due)
    return found


def test_idle_samples_are_rare():
    plan = schedule()
    assert plan.due() == NOW - 250 * MS + IDLE_INTERVAL


@pytest.mark.parametrize(("watches", "dense"), [(False, False), (True, False), (True, True)])
def test_a_long_cell_is_sampled_at_whole_seconds(watches, dense):
    plan = schedule(watches=watches, dense=dense)
    plan.opened(NOW)
    steady = [at for at in samples(plan, 5 * SECOND) if at > 600]
    assert steady == [700, *([800] if dense else []), 1700, 2700, 3700, 4700]


def test_dense_samples_surround_an_edge_and_the_first_one_waits_for_the_edge_itself():
    plan = schedule()
    plan.opened(NOW)
    first, *others = samples(plan, 200 * MS)
    assert 0 < first < 10
    assert others[:10] == [10 * i for i in range(1, 11)]


def test_what_is_not_ours_is_watched_and_not_sampled_densely():
    plan = schedule(dense=False)
    plan.opened(NOW)
    assert len(samples(plan, 650 * MS)) == 4
    assert samples(plan, 1100 * MS) == [700]
    plan.closed(NOW + 1100 * MS)
    (after, grid) = samples(plan, 20 * SECOND)
    assert 1100 < after < grid == 1700


def test_nothing_slow_means_no_samples_but_those_of_the_grid():
    plan = schedule(watches=False, dense=False)
    plan.opened(NOW)
    plan.closed(NOW + 10 * MS)
    assert samples(plan, 20 * SECOND) == [700]
    assert plan.lag(NOW) == 0


def test_a_slice_is_complete_soon_after_its_last_cell():
    plan = schedule(watches=False, dense=False)
    plan.opened(NOW)
    plan.closed(NOW + 10 * MS)
    assert plan.due() == NOW + 700 * MS
    plan.sampled(plan.due())
    assert plan.due() == NOW + 700 * MS + IDLE_INTERVAL


@given(st.lists(st.integers(1, 30), min_size=1, max_size=200), st.booleans())
def test_a_row_of_cells_neither_puts_samples_off_nor_asks_for_one_each(gaps, dense):
    plan = schedule(dense=dense)
    now, last, found = NOW, NOW - 250 * MS, 0
    for i, gap in enumerate(gaps):
        plan.closed(now) if i % 2 else plan.opened(now)
        now += gap * MS
        while (due := plan.due()) <= now:
            assert due > last
            plan.sampled(due)
            last, found = due, found + 1
        if dense:
            assert now - max(last, NOW) <= 40 * MS
    step = 5 if dense else 50
    assert found <= (now - NOW) / (step * MS) + 2 + (now - NOW) / GRID


def test_while_dense_samples_follow_a_slice_waits_for_the_refresh_after_its_end():
    plan = schedule()
    plan.opened(NOW)
    assert plan.lag(NOW + 100 * MS) > 100 * MS
    plan.dense = False
    assert plan.lag(NOW + 100 * MS) == 0
    plan.dense = True
    plan.closed(NOW + 100 * MS)
    last = NOW + round(max(samples(plan, 600 * MS)) * MS)
    assert plan.lag(last - 5 * MS) > 0
    assert plan.lag(last) == 0


@given(st.integers(0, 999_999), st.integers(1, 3_000_000), st.integers(0, 2_000), st.booleans())
def test_every_cell_settles_soon_after_its_slice(phase, length, late, dense):
    plan = schedule(dense=dense)
    opened = NOW + phase * 1000
    closed = opened + length * 1000
    end = (closed // GRID + 1) * GRID
    edges = [(opened, plan.opened), (closed, plan.closed)]
    while True:
        at = plan.due() + late * 1000
        if edges and edges[0][0] <= at:
            edges[0][1](edges[0][0])
            del edges[0]
            continue
        plan.sampled(at)
        if not edges and at - plan.lag(at) >= end:
            break
    assert at <= end + 300 * MS
