"""What is read when: GPUs that are ours densely, others rarely, failing ones later; and what a reset costs."""

import pytest
from rig.clock import FakeClock
from rig.curve import Curve
from rig.machine import FRANCE, GIGABYTE, FakeLoad, FakeTree
from rig.sources import ScriptedGpu

from jupyter_green.meter import Meter
from jupyter_green.power.source import SourceError

MS = 10**6
OURS, ANOTHER = 1, 2


class CountedGpu(ScriptedGpu):
    """Notes when it is read."""

    def __init__(self, clock, curve, **more):
        super().__init__(clock, curve, tick=0.1, **more)
        self.clock = clock
        self.reads = []
        self.faults = 0

    def read(self):
        self.reads.append(self.clock.boottime())
        if self.faults:
            self.faults -= 1
            raise SourceError("reset")
        return super().read()


class Rig:
    """Two GPUs, at 100 W and 200 W; nobody uses them."""

    def __init__(self):
        self.clock = FakeClock()
        self.curves = [Curve([(self.clock.boottime(), watts)]) for watts in (100.0, 200.0)]
        self.gpus = [CountedGpu(self.clock, curve, name=f"nvml:{i}") for i, curve in enumerate(self.curves)]
        self.meter = Meter(
            self.gpus, FakeTree(OURS), FakeLoad(2), self.clock, lambda: (FRANCE, 1.0), total_memory=GIGABYTE
        )
        self.sampler = self.meter.sampler
        self.sampler.take()

    def run(self, seconds):
        """Let time pass, with the samples that the thread would take."""
        end = self.clock.boottime() + round(seconds * 1e9)
        while (due := self.sampler.due) <= end:
            self.clock.advance(max(0, due - self.clock.boottime()) * 1e-9)
            self.sampler.sample()
        self.clock.advance((end - self.clock.boottime()) * 1e-9)

    def cell(self, seconds, *, during=lambda: None):
        """Run a cell; something may happen in its middle. Return its settled footprint."""
        window = self.meter.open()
        self.run(seconds / 2)
        during()
        self.run(seconds / 2)
        self.meter.close(window)
        self.run(2.5)
        assert window.footprint is not None
        return window.footprint

    def reads(self, index, since):
        return sum(at >= since for at in self.gpus[index].reads)


def test_a_gpu_that_is_ours_is_read_densely_and_another_one_is_not():
    rig = Rig()
    rig.gpus[0].pids = frozenset({OURS})
    rig.gpus[1].pids = frozenset({ANOTHER})
    rig.run(2)
    before = rig.clock.boottime()
    footprint = rig.cell(1.0)
    assert rig.reads(0, before) > 30
    assert rig.reads(1, before) <= 12
    assert footprint.components["gpu"].energy.joules == pytest.approx(100, rel=0.05)
    assert footprint.machine["gpu"].energy.joules == pytest.approx(300, rel=0.05)


def test_without_a_gpu_of_ours_a_cell_costs_a_few_reads():
    rig = Rig()
    rig.run(2)
    before = rig.clock.boottime()
    rig.cell(1.0)
    assert rig.reads(0, before) <= 12
    before = rig.clock.boottime()
    rig.cell(10.0)
    assert rig.reads(0, before) <= 22


@pytest.mark.parametrize("seconds", [0.5, 1.5, 5.0])
def test_a_gpu_that_a_cell_is_the_first_to_use_is_ours_from_then_on(seconds):
    rig = Rig()
    rig.run(2)

    def use():
        rig.gpus[1].pids = frozenset({OURS})

    before = rig.clock.boottime()
    footprint = rig.cell(seconds, during=use)
    truth = 200.0 * seconds
    assert footprint.components["gpu"].energy.joules <= truth * 1.05 + 20.0
    # A slice is his who holds the GPU at its end: nothing of the slice in which it was opened is lost.
    assert footprint.components["gpu"].energy.joules >= truth / 2 - 20.0
    assert rig.reads(1, before) > rig.reads(0, before) + 10


def test_a_gpu_that_nobody_of_ours_holds_any_more_is_no_longer_read_densely():
    rig = Rig()
    rig.gpus[0].pids = frozenset({OURS})
    rig.run(1.5)
    rig.cell(1.0)
    rig.gpus[0].pids = frozenset()
    rig.cell(2.0)
    before = rig.clock.boottime()
    rig.cell(1.0)
    assert rig.reads(0, before) <= 12


@pytest.mark.parametrize("pids", [frozenset({OURS}), frozenset(), None], ids=["ours", "not ours", "not told"])
def test_what_the_driver_does_not_tell_may_be_ours(pids):
    rig = Rig()
    rig.gpus[0].pids = pids
    rig.run(2)
    before = rig.clock.boottime()
    rig.cell(0.3)
    assert (rig.reads(0, before) > 20) == (pids != frozenset())


def test_a_reset_costs_its_own_slice_and_no_more():
    rig = Rig()
    rig.gpus[0].pids = frozenset({OURS})
    rig.run(2)

    def reset():
        rig.gpus[0].faults = 1

    footprint = rig.cell(10.0, during=reset)
    assert "gpu-partial" in footprint.flags
    assert footprint.components["gpu"].energy.joules == pytest.approx(900, rel=0.02)
    assert rig.sampler.failing == {}


def test_a_source_that_goes_on_failing_is_asked_ever_more_rarely():
    rig = Rig()
    rig.gpus[0].pids = frozenset({OURS})
    rig.gpus[0].faults = 10**6
    rig.run(2)
    before = rig.clock.boottime()
    footprint = rig.cell(60.0)
    assert "nvml:0" in rig.sampler.failing
    assert rig.reads(0, before) <= 8
    assert "gpu-partial" in footprint.flags
