"""Grams where the grid's factor changes with the hours: they add up, never fall, and never mix two kinds."""

import itertools
from bisect import bisect_right
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.machine import FRANCE, FakeMachine

from jupyter_green.emissions import blend, same_kind
from jupyter_green.timed_factor import FLAG

LIVE = replace(FRANCE, year=None, source="a live service", status="live", basis="consumption")
DIRECT = replace(LIVE, boundary="direct")
MARGINAL = replace(DIRECT, method="marginal")
SECONDS = st.floats(0.001, 4.0).map(lambda s: round(s, 3))
CPUS = st.floats(0.0, 2.0).map(lambda c: round(c, 2))
VALUES = st.lists(st.integers(0, 3000), min_size=1, max_size=8)
PUE = st.sampled_from([1.0, 1.2, 1.56])
START = 1_000 * 10**9


def by_hours(values, of=LIVE, hour=2):
    """A factor that changes every *hour* seconds, and then begins anew."""
    made = [replace(of, value=float(v), low=v / 1.2, high=v * 1.2) for v in values]
    return lambda at: made[(at - START) // (hour * 10**9) % len(made)]


def grams(footprint):
    return footprint.emissions.grams


def exact(footprint):
    """Whether the published figures obey the formula to the last digit."""
    e = footprint.emissions
    return e.grams == footprint.energy.joules * e.intensity.value * (e.pue / 3.6e6)


@given(VALUES, st.lists(st.tuples(SECONDS, CPUS, st.booleans()), min_size=1, max_size=8), PUE)
def test_each_slice_is_charged_with_the_factor_of_its_time(values, steps, pue):
    """Against the integral of power x factor: one CPU source, all of its power ours."""
    factor_at = by_hours(values)
    machine = FakeMachine(cpus=1, watts=36.0, idle_watts=0.0, pue=pue, factor_at=factor_at)
    inside, outside = [], []
    for seconds, _, in_cell in steps:
        window = machine.meter.open() if in_cell else None
        begun = machine.clock.boottime()
        machine.run(seconds, {0: 1.0})
        span = (begun, machine.clock.boottime())
        if window is not None:
            machine.meter.close(window)
            inside.append((window, span))
        else:
            outside.append(span)
    begun = machine.clock.boottime()
    machine.run(((begun // 10**9 + 1) * 10**9 - begun) * 1e-9, {0: 1.0})
    outside.append((begun, machine.clock.boottime()))

    def expected(span):
        edges = sorted({*span, *(s * 10**9 for s in range(span[0] // 10**9 + 1, span[1] // 10**9 + 1))})
        pieces = itertools.pairwise(edges)
        return sum(36.0 * (b - a) * 1e-9 * factor_at(a).value for a, b in pieces) * pue / 3.6e6

    for window, span in inside:
        assert grams(window.footprint) == pytest.approx(expected(span), rel=1e-6, abs=1e-12)
        assert exact(window.footprint)
    whole = machine.meter.session().footprint
    assert exact(whole)
    everything = sum(map(expected, (*(span for _, span in inside), *outside)))
    assert grams(whole) == pytest.approx(everything, rel=1e-6, abs=1e-12)


@given(VALUES, st.lists(SECONDS, min_size=1, max_size=6), CPUS, CPUS)
def test_a_stretch_emits_the_same_wherever_it_is_cut(values, parts, own, others):
    cut, whole = (FakeMachine(factor_at=by_hours(values)) for _ in range(2))
    pieces = []
    window = whole.meter.open()
    for part in parts:
        piece = cut.meter.open()
        for machine in (cut, whole):
            machine.run(part, {0: own}, others)
        cut.meter.close(piece)
        pieces.append(piece)
    whole.meter.close(window)
    cut.settle()
    whole.settle()
    assert sum(grams(p.footprint) for p in pieces) == pytest.approx(grams(window.footprint), rel=1e-6, abs=1e-12)
    added = pieces[0].footprint
    for piece in pieces[1:]:
        added += piece.footprint
    assert grams(added) == pytest.approx(grams(window.footprint), rel=1e-6, abs=1e-12)


@given(VALUES, st.lists(st.tuples(SECONDS, CPUS), min_size=1, max_size=8))
def test_settled_grams_never_fall(values, steps):
    machine = FakeMachine(factor_at=by_hours(values))
    seen = []
    machine.meter.on_tick = lambda: seen.append(grams(machine.meter.session().footprint))
    for seconds, own in steps:
        window = machine.meter.open()
        machine.run(seconds, {0: own})
        machine.meter.close(window)
    machine.settle()
    assert all(b >= a * (1 - 1e-12) for a, b in itertools.pairwise(seen))


@given(VALUES)
def test_the_mean_lies_between_its_factors_and_its_range_around_it(values):
    machine = FakeMachine(factor_at=by_hours(values, hour=1))
    window = machine.meter.open()
    machine.run(len(values), {0: 1.0})
    machine.meter.close(window)
    machine.settle()
    mean = window.footprint.intensity
    assert min(values) - 1e-9 <= mean.value <= max(values) + 1e-9
    assert mean.low <= mean.value <= mean.high
    if len(set(values)) == 1:
        assert mean == by_hours(values)(START)


@pytest.mark.parametrize("worst", ["cached", "fallback"])
def test_a_mean_is_only_as_good_as_its_worst_hour(worst):
    factors = [replace(LIVE, value=100.0), replace(LIVE, value=200.0, status=worst), replace(LIVE, value=300.0)]
    machine = FakeMachine(factor_at=lambda at: factors[(at - START) // 10**9 % 3])
    window = machine.meter.open()
    machine.run(3, {0: 1.0})
    machine.meter.close(window)
    machine.settle()
    assert window.footprint.intensity.status == worst
    assert window.footprint.intensity.value == pytest.approx(200.0)


def test_a_new_region_applies_to_the_whole_session_where_the_factor_is_the_years():
    machine = FakeMachine(cpus=1, watts=36.0, idle_watts=0.0)
    machine.run(5, {0: 1.0})
    before = machine.meter.session().footprint
    machine.annual = replace(FRANCE, value=FRANCE.value * 10, zone="PL")
    after = machine.meter.session().footprint
    assert grams(after) == pytest.approx(grams(before) * 10)
    assert after.intensity is machine.annual


def outage(of, since, until, value=100.0):
    """A service without an answer from one second to another."""
    factor = replace(of, value=value, low=value, high=value)
    return lambda at: None if since * 10**9 <= at - START < until * 10**9 else factor


@pytest.mark.parametrize("kind", [DIRECT, MARGINAL])
def test_joules_before_the_first_answer_get_it_as_soon_as_it_is_there(kind):
    machine = FakeMachine(cpus=1, watts=36.0, idle_watts=0.0, factor_at=outage(kind, 0, 3))
    window = machine.meter.open()
    machine.run(2, {0: 1.0})
    early = machine.meter.session().footprint
    assert (early.intensity.value, early.intensity.method) == (FRANCE.value, "average")
    machine.run(8, {0: 1.0})
    machine.meter.close(window)
    machine.settle()
    found = window.footprint.intensity
    assert (found.value, found.status) == (pytest.approx(100.0), "cached")
    assert (found.boundary, found.method) == (kind.boundary, kind.method)
    assert exact(window.footprint)


@pytest.mark.parametrize("kind", [DIRECT, MARGINAL])
def test_where_a_kind_has_no_stand_in_the_annual_mean_stands_for_the_whole_sum(kind):
    """Never average beside marginal, never lifecycle beside direct in one sum."""
    machine = FakeMachine(cpus=1, watts=36.0, idle_watts=0.0, factor_at=outage(kind, 10, 10**6))
    first = machine.meter.open()
    machine.run(5, {0: 1.0})
    machine.meter.close(first)
    second = machine.meter.open()
    machine.run(10, {0: 1.0})
    machine.meter.close(second)
    machine.settle()
    assert same_kind(first.footprint.intensity, kind)
    assert FLAG not in first.footprint.flags
    for footprint in (second.footprint, machine.meter.session().footprint):
        assert (footprint.intensity.value, footprint.intensity.status) == (FRANCE.value, "fallback")
        assert FLAG in footprint.flags
        assert exact(footprint)


def test_an_answer_that_comes_too_late_is_not_taken_for_hours_long_past():
    machine = FakeMachine(cpus=1, watts=36.0, idle_watts=0.0, factor_at=outage(MARGINAL, 0, 7300))
    machine.run(1, {0: 1.0})
    machine.clock.advance(7400)
    machine.tree.seconds += 7400
    machine.meter.sampler.take()
    machine.run(5, {0: 1.0})
    found = machine.meter.session().footprint
    assert (found.intensity.status, found.intensity.method) == ("fallback", "average")
    assert FLAG in found.flags


def test_a_service_that_is_changed_for_one_of_another_kind_is_not_added_to():
    factors = [DIRECT, LIVE]
    machine = FakeMachine(factor_at=lambda at: factors[(at - START) // (3 * 10**9) % 2])
    machine.run(6, {0: 1.0})
    found = machine.meter.session().footprint
    assert (found.intensity.status, found.intensity.value) == ("fallback", FRANCE.value)


@given(st.lists(st.integers(1, 12), min_size=1, max_size=5), st.sampled_from([LIVE, DIRECT, MARGINAL]))
def test_no_sum_ever_holds_two_kinds(lengths, kind):
    """Outages of any length, at any time."""
    edges, on, now = [], [], 0
    for index, length in enumerate(lengths):
        edges.append(now)
        on.append(index % 2 == 0)
        now += length
    values = by_hours([50, 100, 400], kind, hour=1)

    def factor_at(at):
        answering = on[bisect_right(edges, (at - START) // 10**9) - 1]
        return values(at) if answering else FRANCE if kind is LIVE else None

    machine = FakeMachine(cpus=1, watts=36.0, idle_watts=0.0, factor_at=factor_at)
    for _ in range(now):
        machine.run(1, {0: 1.0})
        found = machine.meter.session().footprint
        assert found.intensity.method in (kind.method, "average")
        if found.intensity.boundary == kind.boundary and found.intensity.method == kind.method:
            assert found.intensity.value >= min(50, FRANCE.value)
        else:
            assert found.intensity.value == FRANCE.value
        assert exact(found)


def test_adding_footprints_of_two_kinds_gives_no_figure():
    machine = FakeMachine(factor_at=lambda at: MARGINAL)
    other = FakeMachine()
    for one in (machine, other):
        one.run(3, {0: 1.0})
    added = machine.meter.session().footprint + other.meter.session().footprint
    assert added.energy.known
    assert added.emissions.grams != added.emissions.grams  # not a number
    assert not same_kind(DIRECT, LIVE)
    assert not same_kind(MARGINAL, DIRECT)
    assert blend(LIVE, 0.5, FRANCE, 0.5).basis == "unknown"
