"""No joule is counted twice and none is lost: cells, the time between, other kernels and nobody's part add up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.machine import FakeMachine

SECONDS = st.floats(0.001, 2.5).map(lambda s: round(s, 3))
CPUS = st.floats(0.0, 2.0).map(lambda c: round(c, 2))
WATTS = st.floats(0.0, 400.0).map(round)


@st.composite
def histories(draw, kernels):
    """Steps of a machine: how long, each kernel's and others' busy CPUs, the watts, who begins or ends a cell."""
    return draw(
        st.lists(
            st.tuples(SECONDS, st.tuples(*[CPUS] * kernels), CPUS, WATTS, st.integers(0, kernels - 1)),
            min_size=1,
            max_size=12,
        )
    )


def play(machine, history):
    """Play a history; return the closed windows of each kernel."""
    open_windows = {}
    closed = [[] for _ in machine.meters]
    for seconds, busy, others, watts, kernel in history:
        machine.curve.append(machine.clock.boottime(), float(watts))
        meter = machine.meters[kernel]
        if kernel in open_windows:
            window = open_windows.pop(kernel)
            meter.close(window)
            closed[kernel].append(window)
        else:
            open_windows[kernel] = meter.open(f"kernel {kernel}")
        machine.run(seconds, dict(enumerate(busy)), others)
    for kernel, window in open_windows.items():
        machine.meters[kernel].close(window)
        closed[kernel].append(window)
    machine.settle()
    return closed


def truth(machine, start):
    return machine.curve.joules_between(start, machine.clock.boottime())


@given(histories(kernels=3), st.sampled_from([None, 0.0, 15.0]))
def test_kernels_never_add_up_to_more_than_the_machine(history, idle_watts):
    machine = FakeMachine(3, cpus=8, idle_watts=idle_watts)
    start = machine.clock.boottime()
    play(machine, history)
    whole = truth(machine, start)
    shares = [meter.session().footprint.energy.joules for meter in machine.meters]
    assert all(share >= 0 for share in shares)
    assert sum(shares) <= whole * (1 + 1e-9) + 1e-9
    for meter in machine.meters:
        assert meter.session().footprint.machine_energy.joules == pytest.approx(whole, abs=1e-6)


@given(histories(kernels=2))
def test_cells_and_the_time_between_them_are_the_kernels_total(history):
    machine = FakeMachine(2)
    closed = play(machine, history)
    for meter, windows in zip(machine.meters, closed, strict=True):
        total = meter.session()
        cells = sum(window.footprint.energy.joules for window in windows)
        assert total.footprint.energy.joules == pytest.approx(cells + total.between_joules, abs=1e-6)
        assert all(window.footprint.settled for window in windows)
        assert all(window.footprint.energy.joules >= 0 for window in windows)


@given(histories(kernels=2))
def test_the_order_of_the_kernels_changes_nothing(history):
    there = FakeMachine(2)
    play(there, history)
    back = FakeMachine(2)
    play(back, [(seconds, busy[::-1], others, watts, 1 - kernel) for seconds, busy, others, watts, kernel in history])
    mirrored = [meter.session().footprint.energy.joules for meter in back.meters][::-1]
    assert [meter.session().footprint.energy.joules for meter in there.meters] == pytest.approx(mirrored, abs=1e-6)


@given(st.lists(SECONDS, min_size=1, max_size=6), CPUS, CPUS)
def test_a_stretch_costs_the_same_wherever_it_is_cut(parts, own, others):
    cut, whole = FakeMachine(), FakeMachine()
    pieces = []
    window = whole.meter.open()
    for part in parts:
        piece = cut.meter.open()
        cut.run(part, {0: own}, others)
        whole.run(part, {0: own}, others)
        cut.meter.close(piece)
        pieces.append(piece)
    whole.meter.close(window)
    cut.settle()
    whole.settle()
    assert sum(p.footprint.energy.joules for p in pieces) == pytest.approx(window.footprint.energy.joules, abs=1e-6)


@given(st.lists(st.tuples(SECONDS, CPUS), min_size=1, max_size=8))
def test_a_measured_block_is_a_view_and_changes_no_total(parts):
    seen, unseen = FakeMachine(), FakeMachine()
    for machine in (seen, unseen):
        cell = machine.meter.open()
        for seconds, own in parts:
            block = machine.meter.open(is_view=True) if machine is seen else None
            machine.run(seconds, {0: own})
            if block is not None:
                machine.meter.close(block)
        machine.meter.close(cell)
        machine.settle()
        machine.cell = cell
    assert seen.cell.footprint.energy.joules == pytest.approx(unseen.cell.footprint.energy.joules, abs=1e-6)
    assert seen.meter.session().footprint.energy.joules == unseen.meter.session().footprint.energy.joules


@given(histories(kernels=1))
def test_settled_totals_never_fall(history):
    machine = FakeMachine()
    totals = []
    machine.meter.on_tick = lambda: totals.append(machine.meter.session().footprint.energy.joules)
    play(machine, history)
    assert totals == sorted(totals)


def test_a_sleeping_cell_beside_a_busy_neighbour_gets_nothing_of_its_activity():
    machine = FakeMachine(2, cpus=2, watts=60.0, idle_watts=10.0)
    sleeper, worker = (meter.open() for meter in machine.meters)
    machine.run(10, {0: 0.0, 1: 2.0})
    machine.meters[0].close(sleeper)
    machine.meters[1].close(worker)
    machine.settle()
    assert sleeper.footprint.energy.joules == 0.0
    assert worker.footprint.energy.joules == pytest.approx(600.0)


def test_zero_activity_has_no_dynamic_energy_and_the_idle_machine_is_nobodys():
    machine = FakeMachine(watts=10.0, idle_watts=10.0)
    window = machine.meter.open()
    machine.run(5)
    machine.meter.close(window)
    machine.settle()
    assert window.footprint.energy.joules == 0.0
    assert window.footprint.machine_energy.joules == pytest.approx(50.0)


def test_two_overlapping_cells_share_each_piece_equally_and_say_so():
    machine = FakeMachine(cpus=1, watts=30.0, idle_watts=0.0)
    first = machine.meter.open("first")
    machine.run(2, {0: 1.0})
    second = machine.meter.open("second")
    machine.run(2, {0: 1.0})
    machine.meter.close(first)
    machine.run(2, {0: 1.0})
    machine.meter.close(second)
    machine.settle()
    assert first.footprint.energy.joules == pytest.approx(60 + 30)
    assert second.footprint.energy.joules == pytest.approx(30 + 60)
    assert "overlapping-cells" in first.footprint.flags
    assert machine.meter.session().between_joules == pytest.approx(0.0, abs=1e-9)


def test_a_source_that_fails_leaves_its_part_unknown_and_flagged():
    machine = FakeMachine(sources=("cpu", "ram"), idle_watts=None)
    source = machine.meter.sources[0]
    window = machine.meter.open()
    machine.run(2, {0: 1.0})
    source.failure = "the counter is gone"
    machine.run(3, {0: 1.0})
    source.failure = None
    machine.run(4, {0: 1.0})
    machine.meter.close(window)
    machine.settle()
    footprint = window.footprint
    assert "cpu-partial" in footprint.flags
    assert 2 * 40 <= footprint.components["cpu"].energy.joules < 9 * 40
    assert machine.meter.sampler.failing == {}


def test_a_component_without_any_reading_is_unknown_and_not_zero():
    machine = FakeMachine(sources=("cpu", "gpu"), idle_watts=None)
    machine.meter.sources[1].failure = "lost"
    machine.meter.start()
    machine.meter.sampler.stop()
    window = machine.meter.open()
    machine.run(3, {0: 1.0})
    machine.meter.close(window)
    machine.settle()
    assert math.isnan(window.footprint.components["gpu"].energy.joules)
    assert window.footprint.energy.known
    assert "gpu-partial" in window.footprint.flags


def test_idle_power_is_learned_from_quiet_seconds_and_not_applied_backwards():
    machine = FakeMachine(cpus=1, watts=50.0, idle_watts=None)
    before = machine.meter.open()
    machine.run(2, {0: 0.5}, others=0.5)
    machine.meter.close(before)
    machine.settle()
    machine.curve.append(machine.clock.boottime(), 20.0)
    machine.run(3)
    machine.curve.append(machine.clock.boottime(), 50.0)
    after = machine.meter.open()
    machine.run(2, {0: 0.5}, others=0.5)
    machine.meter.close(after)
    machine.settle()
    assert before.footprint.components["cpu"].idle_joules is None
    assert "idle-power-unknown" in before.footprint.flags
    assert after.footprint.components["cpu"].idle_joules == pytest.approx(20.0)
    assert after.footprint.energy.joules == pytest.approx(50.0)


def test_a_gap_in_the_samples_of_a_running_cell_is_flagged_and_its_energy_kept():
    machine = FakeMachine(cpus=1, watts=30.0, idle_watts=0.0)
    window = machine.meter.open()
    machine.clock.advance(7)  # something held the interpreter: no sample came through
    machine.tree.seconds += 7
    machine.load.seconds += 7
    machine.meter.sampler.take()
    machine.meter.close(window)
    machine.settle()
    assert "sampling-gap" in window.footprint.flags
    assert window.footprint.energy.joules == pytest.approx(7 * 30, rel=1e-6)


@given(SECONDS, st.floats(0.0, 1.0), WATTS)
def test_what_is_published_at_once_is_what_settles_when_power_is_steady(seconds, own, watts):
    machine = FakeMachine(cpus=2, watts=float(watts), idle_watts=0.0)
    window = machine.meter.open()
    machine.run(seconds, {0: own}, 0.5)
    machine.meter.close(window)
    published = machine.meter.peek(window)
    machine.run(1.2, {0: own}, 0.5)
    machine.settle()
    assert published.settled == (window.closed % 10**9 == 0)
    assert published.energy.joules == pytest.approx(window.footprint.energy.joules, abs=1e-6)


def test_a_suspend_drops_its_slice_and_says_so():
    machine = FakeMachine(cpus=1, watts=30.0, idle_watts=0.0)
    window = machine.meter.open()
    machine.run(2, {0: 1.0})
    machine.clock.suspend(3600)
    machine.run(2, {0: 1.0})
    machine.meter.close(window)
    machine.settle()
    assert "suspended" in window.footprint.flags
    assert window.footprint.energy.joules <= 4 * 30
    assert machine.meter.session().footprint.energy.joules <= 4 * 30 + 1e-6


def test_a_clock_that_is_set_changes_no_duration():
    machine = FakeMachine()
    window = machine.meter.open()
    machine.run(1.5, {0: 1.0})
    machine.clock.step_wall(-7200)
    machine.run(1.5, {0: 1.0})
    machine.meter.close(window)
    machine.settle()
    assert window.footprint.duration == pytest.approx(3.0)
    assert window.footprint.flags == ()
