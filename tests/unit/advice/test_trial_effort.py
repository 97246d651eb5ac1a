"""What runs are compared by, and what they take, where a counter sees them and where none does."""

import time

import pytest
from rig.arms import OwnTree, QuietLoad, instruments
from rig.machine import FRANCE, GIGABYTE

from jupyter_green.advice.trial import Instruments, Options, experiment, try_step
from jupyter_green.advice.trial.effort import Effort
from jupyter_green.advice.trial.outcome import CPU_TIME, ENERGY
from jupyter_green.clock import SystemClock
from jupyter_green.meter import Meter
from jupyter_green.power.throttling import Throttling


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setitem(experiment.LONG, CPU_TIME, 0.01)


class Counter:
    """Twenty joules for each CPU second of ours."""

    name, component, method, scope, label = "counter", "cpu", "counter", "package", "scripted"
    spread, tick, idle_watts, at_edges = 0.02, 0.0, 0.0, True

    def __init__(self, component="cpu", method="counter"):
        self.component, self.method = component, method

    def read(self):
        return 20.0 * time.process_time()


@pytest.fixture
def metered():
    """Instruments with a meter that reads these sources."""
    meters = []

    def make(*sources):
        tree, load = OwnTree(), QuietLoad()
        meter = Meter(sources, tree, load, SystemClock(), lambda: (FRANCE, 1.0), total_memory=GIGABYTE)
        meter.start()
        meters.append(meter)
        return Instruments(tree, load, meter)

    yield make
    for meter in meters:
        meter.stop()


NOTHING = frozenset()


def test_what_runs_are_compared_by(metered):
    assert instruments().basis(NOTHING) == CPU_TIME
    assert instruments().basis(frozenset({"cuda"})) is None
    with_counter = metered(Counter(), Counter("ram", "modelled"))
    assert with_counter.basis(frozenset({"cpu"})) == ENERGY
    assert with_counter.basis(frozenset({"cuda", "cpu"})) is None
    assert metered(Counter(method="modelled")).basis(frozenset({"cpu"})) == CPU_TIME
    gpu = metered(Counter(method="modelled"), Counter("gpu"))
    assert gpu.basis(frozenset({"cuda"})) == ENERGY
    assert gpu.basis(frozenset({"cpu"})) == CPU_TIME


def test_without_a_counter_it_is_never_called_measured():
    trial = try_step(lambda: sum(range(1000)), "same", instruments(), Options(rounds=3))
    assert trial.basis == CPU_TIME
    assert "modelled" in str(trial)
    assert "Measured" not in str(trial)
    assert not trial.spent.known
    assert trial.payback_steps is None


def test_with_a_counter_energy_is_compared(metered, monkeypatch):
    monkeypatch.setitem(experiment.LONG, ENERGY, 0.25)

    def step():
        return sum(range(40_000))

    def half():
        return sum(range(20_000))

    trial = try_step(step, half, metered(Counter()), Options(rounds=3))
    assert trial.basis == ENERGY
    assert trial.ratio == pytest.approx(0.5, rel=0.25)
    assert "Measured" in str(trial)
    assert trial.spent.joules > 0
    assert all(run.joules > 0 for run in trial.arms)
    a = [run.joules for run in trial.arms if run.arm == "A"]
    saved = sum(a) / len(a) * (1 - trial.ratio)
    assert trial.payback_steps == pytest.approx(trial.spent.joules / saved, abs=1)


def test_with_modelled_watts_joules_follow_cpu_time(metered):
    trial = try_step(lambda: sum(range(10_000)), "same", metered(Counter(method="modelled")), Options(rounds=3))
    assert trial.basis == CPU_TIME
    assert all(run.joules == pytest.approx(20 * run.cpu_seconds, rel=0.5) for run in trial.arms)


def test_what_the_trial_took_is_a_view_of_the_cell(metered):
    with_counter = metered(Counter(method="modelled"))
    cell = with_counter.meter.open("cell")
    trial = try_step(lambda: sum(range(10_000)), "same", with_counter, Options(rounds=3))
    with_counter.meter.close(cell)
    assert 0 < trial.spent.joules <= with_counter.meter.settled(cell, 3).energy.joules * 1.01


def test_others_load_is_what_is_left_of_the_machines():
    class BusyLoad(QuietLoad):
        def busy_seconds(self):
            return 2.0 * time.process_time()

    effort = Effort(Instruments(OwnTree(), BusyLoad()), CPU_TIME, NOTHING)
    taken = effort.measure(lambda: sum(range(5_000_000)))
    assert taken.foreign == pytest.approx(taken.cpu_seconds, rel=0.2)


def test_rounds_in_which_others_were_busy_with_one_arm_only_are_repeated_up_to_a_limit():
    elsewhere = {"busy": 0.0}

    class OneSided(QuietLoad):
        def busy_seconds(self):
            return time.process_time() + elsewhere["busy"]

    load = OneSided()
    load.add = lambda seconds: elsewhere.__setitem__("busy", elsewhere["busy"] + seconds)

    class Arm:
        __module__ = "jupyter_green.of_this_test"  # whose state is not looked into

        def __call__(self):
            load.add(1.0)
            return sum(range(2_000))

    trial = try_step(lambda: sum(range(2_000)), Arm(), Instruments(OwnTree(), load), Options(rounds=4))
    assert trial.known
    assert [run.used for run in trial.arms].count(False) == 4 * 2
    assert "2 rounds repeated" in trial.notes[0]
    assert "4 rounds kept though" in trial.notes[1]


def test_throttling_is_told_by_a_counter_that_rises(tmp_path):
    folder = tmp_path / "cpu0" / "thermal_throttle"
    folder.mkdir(parents=True)
    counter = folder / "core_throttle_count"
    counter.write_text("3\n")
    watch = Throttling([], tmp_path)
    watch.begin()
    assert not watch.rose()
    counter.write_text("4\n")
    assert watch.rose()


def test_throttling_is_told_by_a_gpu():
    class Hot:
        hot = True

        def throttled(self):
            if self.hot is None:
                raise RuntimeError
            return self.hot

    gpu = Hot()
    watch = Throttling([gpu, object()])
    watch.begin()
    assert watch.rose()
    gpu.hot = False
    assert not watch.rose()
    gpu.hot = None
    assert not watch.rose()
