"""What GPUs have been doing over cells and between them, by the looks that are taken anyway."""

import math

import pytest
from rig.clock import FakeClock
from rig.curve import Curve
from rig.machine import FRANCE, GIGABYTE, FakeLoad, FakeTree
from rig.sources import ScriptedGpu

from jupyter_green.advice.gpu_evidence import gpus_over
from jupyter_green.meter import Meter
from jupyter_green.power.gpu_state import Memory, holders
from jupyter_green.power.gpu_use import Look, Part

OURS, ANOTHER = 1, 2


class WorkingGpu(ScriptedGpu):
    """Tells all that an NVIDIA GPU tells."""

    capability = (9, 0)

    def __init__(self, clock, curve):
        super().__init__(clock, curve, tick=0.1, pids={OURS})
        self.share = 0.0

    def parts(self):
        return (Part(self.processes()),)

    def activity(self):
        return None

    def utilisation(self):
        return self.share

    def memory(self):
        return Memory(40e9, 141e9)

    def power_limit(self):
        return 700.0


class Rig:
    """One GPU at 75 W that this process holds."""

    def __init__(self):
        self.clock = FakeClock()
        self.curve = Curve([(self.clock.boottime(), 75.0)])
        self.gpu = WorkingGpu(self.clock, self.curve)
        load = FakeLoad(2)
        self.meter = Meter([self.gpu], FakeTree(OURS), load, self.clock, lambda: (FRANCE, 1.0), total_memory=GIGABYTE)
        self.sampler = self.meter.sampler
        self.sampler.take()

    @property
    def state(self):
        return self.sampler.gpus["nvml:0"]

    def run(self, seconds):
        """Let time pass, with the samples that the thread would take."""
        end = self.clock.boottime() + round(seconds * 1e9)
        while (due := self.sampler.due) <= end:
            self.clock.advance(max(0, due - self.clock.boottime()) * 1e-9)
            self.sampler.sample()
        self.clock.advance((end - self.clock.boottime()) * 1e-9)

    def cell(self, seconds, share=0.0, watts=75.0):
        """Run a cell and return the GPUs as they were over it."""
        self.gpu.share = share
        self.curve.append(self.clock.boottime(), watts)
        begin = self.sampler.gpus
        window = self.meter.open()
        self.run(seconds)
        self.meter.close(window)
        (gpu,) = gpus_over(begin, self.sampler.gpus)
        self.gpu.share = 0.0
        self.curve.append(self.clock.boottime(), 75.0)
        return gpu


@pytest.fixture
def rig():
    return Rig()


def test_a_cell_has_its_mean_use_and_power(rig):
    rig.run(65)
    gpu = rig.cell(60, share=0.8, watts=500.0)
    assert gpu.utilisation == pytest.approx(0.8, abs=0.03)
    assert gpu.power == pytest.approx(500.0, rel=0.03)
    assert (gpu.power_limit, gpu.memory_used, gpu.memory_total) == (700.0, 40e9, 141e9)
    assert (gpu.ours, gpu.others, gpu.capability) == (True, False, (9, 0))
    assert gpu.idle_seconds == 0


def test_of_a_cell_between_two_looks_nothing_is_known(rig):
    gpu = rig.cell(0.2, share=0.8)
    assert math.isnan(gpu.utilisation)
    assert math.isnan(gpu.power)


def test_the_longest_time_between_cells_stays_known(rig):
    rig.cell(5, share=0.5, watts=300.0)
    rig.run(1200)
    assert rig.state.unused.seconds == pytest.approx(1200, abs=31)
    assert rig.state.unused.watts == pytest.approx(75.0, rel=0.01)
    gpu = rig.cell(5, share=0.5)
    assert gpu.idle_seconds == 0
    assert gpu.unused_seconds == pytest.approx(1200, abs=31)
    rig.run(120)
    assert rig.state.unused.seconds == pytest.approx(1200, abs=31)


def test_a_cell_that_does_not_compute_on_it_is_no_time_between_cells(rig):
    gpu = rig.cell(1000)
    assert gpu.idle_seconds > 990
    assert gpu.unused_seconds == 0


@pytest.mark.parametrize("pids", [set(), {ANOTHER}, {OURS, ANOTHER}, None])
def test_a_gpu_that_is_not_ours_alone_is_none_that_we_keep_awake(rig, pids):
    rig.gpu.pids = pids if pids is None else frozenset(pids)
    rig.run(1200)
    assert rig.state.unused is None


def test_a_gpu_that_works_between_cells_is_used(rig):
    rig.gpu.share = 0.4  # a thread that goes on
    rig.run(1200)
    assert rig.state.unused is None
    assert rig.state.idle_since is None


def test_time_asleep_is_nobodys(rig):
    rig.run(100)
    rig.clock.suspend(7200)
    rig.run(100)
    assert rig.state.unused.seconds < 201


@pytest.mark.parametrize(
    ("look", "held"),
    [
        (Look(frozenset({1}), (Part(frozenset({1})),)), (True, False)),
        (Look(frozenset({1}), (Part(frozenset({1, 2})),)), (True, True)),
        (Look(frozenset({1}), (Part(frozenset({2})),)), (False, True)),
        (Look(frozenset({1}), (Part(frozenset({900})),), contexts=(1, 1)), (True, False)),
        (Look(frozenset({1}), (Part(frozenset({900, 901})),), contexts=(1, 1)), (True, True)),
        (Look(frozenset({1}), (Part(frozenset()),), contexts=(1, 2)), (True, True)),
        (Look(frozenset({1}), (Part(None),)), (False, False)),
    ],
)
def test_who_holds_it(look, held):
    assert holders(look) == held
