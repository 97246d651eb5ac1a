"""How much of a GPU is ours: processes, their utilisation, MIG instances, PIDs that a container hides."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.clock import FakeClock
from rig.curve import Curve
from rig.machine import FRANCE, GIGABYTE, FakeLoad, FakeTree
from rig.sources import ScriptedGpu

from jupyter_green.attribution import hold
from jupyter_green.meter import Meter
from jupyter_green.power.gpu_use import Look, Part
from jupyter_green.power.open_contexts import OpenContexts

OURS, THEIRS = frozenset({1}), frozenset({2, 3})


def look(holders, **more):
    return Look(OURS, (Part(holders),), **more)


@pytest.mark.parametrize(
    ("seen", "active", "idle", "flags"),
    [
        (look(OURS), 1.0, 1.0, ()),
        (look(THEIRS), 0.0, 0.0, ()),
        (look(frozenset()), 0.0, 0.0, ()),
        (look(OURS | THEIRS), 1 / 3, 1 / 3, ("gpu-shared",)),
        (look(OURS | THEIRS, activity={1: 60.0, 2: 20.0}), 0.75, 1 / 3, ()),
        (look(OURS | THEIRS, activity={2: 20.0}), 0.0, 1 / 3, ()),
        (look(OURS | THEIRS, activity={}), 1 / 3, 1 / 3, ("gpu-shared",)),
        (look(THEIRS, contexts=(0, 0)), 0.0, 0.0, ()),
        (look(frozenset(), contexts=(1, 1)), 1.0, 1.0, ("gpu-pids-hidden",)),
        (look(frozenset(), contexts=(1, 2)), 0.5, 0.5, ("gpu-pids-hidden",)),
        (look(frozenset({900, 901, 902}), contexts=(1, 1)), 1 / 3, 1 / 3, ("gpu-pids-hidden",)),
        (Look(OURS, (Part(OURS, 3 / 7), Part(THEIRS, 4 / 7))), 3 / 7, 3 / 7, ("gpu-mig",)),
        (Look(OURS, (Part(OURS | {2}, 4 / 7),)), 2 / 7, 2 / 7, ("gpu-shared", "gpu-mig")),
        (Look(OURS, (Part(frozenset(), 2 / 7),), contexts=(1, 1)), 2 / 7, 2 / 7, ("gpu-pids-hidden", "gpu-mig")),
    ],
)
def test_our_share_of_a_gpu(seen, active, idle, flags):
    held = hold(seen)
    assert (held.active, held.idle) == (pytest.approx(active), pytest.approx(idle))
    assert held.flags == flags


@pytest.mark.parametrize("seen", [Look(), look(None), Look(OURS, (Part(OURS, 0.5), Part(None, 0.5)))])
def test_what_the_driver_does_not_tell_is_unknown(seen):
    held = hold(seen)
    assert math.isnan(held.active)
    assert held.flags == ("gpu-processes-unknown",)


@given(
    st.dictionaries(st.integers(1, 40), st.floats(0, 100), min_size=1),
    st.booleans(),
    st.sampled_from([None, 1 / 7, 3 / 7]),
)
def test_all_holders_together_have_the_whole_gpu_and_no_more(utilisation, told, slices):
    holders = frozenset(utilisation)
    part = Part(holders, slices)
    held = [hold(Look(frozenset({pid}), (part,), utilisation if told else None)) for pid in holders]
    assert sum(h.active for h in held) == pytest.approx(slices or 1.0)
    assert sum(h.idle for h in held) == pytest.approx(slices or 1.0)


@given(st.integers(0, 6), st.lists(st.integers(1, 3), min_size=1, max_size=4))
def test_kernels_whose_pids_are_hidden_never_have_more_than_the_whole_gpu(listed, contexts):
    seen = sum(contexts)
    holders = frozenset(range(900, 900 + listed))
    shares = [hold(look(holders, contexts=(ours, seen))).active for ours in contexts]
    assert sum(shares) <= 1.0 + 1e-9


def process(proc, pid, *files):
    folder = proc / str(pid) / "fd"
    folder.mkdir(parents=True)
    for number, file in enumerate(files):
        (folder / str(number)).symlink_to(file)


@pytest.fixture
def proc(tmp_path):
    (tmp_path / "self" / "ns").mkdir(parents=True)
    (tmp_path / "self" / "ns" / "pid").symlink_to("pid:[4026532448]")
    process(tmp_path, 7, "/dev/null", "/dev/nvidiactl", "/dev/nvidia0", "/dev/nvidia-uvm")
    process(tmp_path, 8, "/dev/nvidiactl", "/dev/nvidia0")  # a meter
    process(tmp_path, 9, "/dev/nvidia-uvm")
    return tmp_path


def test_a_context_shows_in_the_open_files_and_metering_does_not(proc):
    contexts = OpenContexts(proc)
    assert contexts.may_be_needed
    assert contexts.count({7}) == (1, 2)
    assert contexts.count({7, 9, 4711}) == (2, 2)
    assert contexts.count({8}) == (0, 0)


def test_on_the_host_itself_no_pid_is_hidden(proc):
    (proc / "self" / "ns" / "pid").unlink()
    (proc / "self" / "ns" / "pid").symlink_to("pid:[4026531836]")
    assert not OpenContexts(proc).may_be_needed
    assert not OpenContexts(proc / "none").may_be_needed


class SharedGpu(ScriptedGpu):
    """A GPU that also tells utilisation: of each process, and its own."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.used = {}
        self.busy = 0.0

    def parts(self):
        return (Part(self.processes()),)

    def activity(self):
        return self.used

    def utilisation(self):
        return self.busy


class Bench:
    """Kernels that hold one GPU, under the fake clock."""

    def __init__(self, kernels, watts):
        self.clock = FakeClock()
        self.curve = Curve([(self.clock.boottime(), watts)])
        self.gpus = [SharedGpu(self.clock, self.curve) for _ in range(kernels)]
        load = FakeLoad(2)
        self.meters = [
            Meter([gpu], FakeTree(pid), load, self.clock, lambda: (FRANCE, 1.0), total_memory=GIGABYTE)
            for pid, gpu in enumerate(self.gpus, start=1)
        ]
        self.look()

    def look(self):
        for meter in self.meters:
            meter.sampler.take()

    def set(self, watts, holders=(), used=None, busy=None):
        self.curve.append(self.clock.boottime(), watts)
        for gpu in self.gpus:
            gpu.pids, gpu.used = frozenset(holders), used or {}
            gpu.busy = bool(used) if busy is None else busy

    def run(self, seconds):
        for _ in range(seconds):
            self.clock.advance(1)
            self.look()


def test_idle_power_is_learned_from_a_quiet_gpu_and_shown_apart():
    bench = Bench(1, 70.0)
    bench.run(3)
    bench.set(400.0, holders=[1], used={1: 90.0})
    (meter,) = bench.meters
    window = meter.open()
    bench.run(10)
    meter.close(window)
    bench.run(1)
    gpu = window.footprint.components["gpu"]
    assert gpu.energy.joules == pytest.approx(4000.0)
    assert gpu.idle_joules == pytest.approx(700.0)
    assert window.footprint.flags == ()


def test_idle_power_of_a_gpu_that_was_never_quiet_is_unknown():
    bench = Bench(1, 300.0)
    bench.set(300.0, holders=[2], busy=0.9)
    bench.run(3)
    bench.set(400.0, holders=[1], used={1: 90.0})
    (meter,) = bench.meters
    window = meter.open()
    bench.run(2)
    meter.close(window)
    bench.run(1)
    assert window.footprint.components["gpu"].idle_joules is None
    assert window.footprint.flags == ("gpu-idle-power-unknown",)


def test_kernels_that_share_a_gpu_have_it_exactly_once():
    bench = Bench(3, 100.0)
    bench.run(3)
    start = bench.clock.boottime()
    before = [meter.session().footprint.energy.joules for meter in bench.meters]
    bench.set(500.0, holders=[1, 2, 3], used={1: 60.0, 2: 20.0})
    bench.run(10)
    after = [meter.session().footprint.energy.joules for meter in bench.meters]
    shares = [b - a for a, b in zip(before, after, strict=True)]
    truth = bench.curve.joules_between(start, bench.clock.boottime())
    assert sum(shares) == pytest.approx(truth)
    idle = 100.0 * 10 / 3
    assert shares == [pytest.approx(idle + part * 4000.0) for part in (0.75, 0.25, 0.0)]
    assert [meter.session().footprint.components["gpu"].idle_joules for meter in bench.meters] == [
        pytest.approx(idle)
    ] * 3
