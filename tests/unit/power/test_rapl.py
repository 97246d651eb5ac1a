import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.clock import FakeClock
from rig.powercap import INTEL_RANGE, LivePowercap, PowercapTree, now_ns

from jupyter_green.power import rapl
from jupyter_green.power.source import Gpu, Source, SourceError


def cpu_source(tree, clock):
    found = rapl.detect(tree.root, clock)
    assert [source.name for source in found.sources][:1] == ["rapl"], found.absent
    return found.sources[0]


def test_one_package_counts_from_the_moment_it_was_found(powercap, fake_clock):
    tree = powercap()
    tree.package().set(123_456_789)
    found = rapl.detect(tree.root, fake_clock)
    (source,) = found.sources
    assert found.absent == ()
    assert isinstance(source, Source)
    assert not isinstance(source, Gpu)
    assert (source.component, source.method, source.scope, source.idle_watts) == ("cpu", "counter", "package", None)
    assert source.label == "RAPL package counter (powercap), 1 package"
    assert source.read() == 0.0
    fake_clock.advance(1)
    tree.package().add(33.0)
    assert source.read() == pytest.approx(33.0)


def test_every_socket_and_die_counts_once_and_nothing_else_does(powercap, fake_clock):
    names = ["package-0-die-0", "package-0-die-1", "package-1-die-0", "package-1-die-1", "package-1-die-1"]
    tree = powercap(names, dram=True, cores=True, psys=True, mmio=True)
    cpu, ram = rapl.detect(tree.root, fake_clock).sources
    assert cpu.label == "RAPL package counter (powercap), 4 packages"
    assert (ram.name, ram.component) == ("rapl-dram", "ram")
    fake_clock.advance(1)
    joules = {"core": 400.0, "uncore": 200.0, "psys": 999.0, "dram": 3.0} | dict(
        zip(names, (1, 10, 100, 500), strict=False)
    )
    for key, zone in tree.zones.items():
        zone.add(joules[zone.name] if "mmio" not in key else 0.5)
    assert cpu.read() == pytest.approx(611.0)
    assert ram.read() == pytest.approx(12.0)


def test_a_mirror_alone_is_used(powercap, fake_clock):
    tree = powercap(mmio=True)
    (tree.root / "intel-rapl:0").unlink()
    source = cpu_source(tree, fake_clock)
    tree.zones["intel-rapl-mmio:0"].add(7.0)
    assert source.read() == pytest.approx(7.0)


def test_no_dram_counter_is_no_source(powercap, fake_clock):
    found = rapl.detect(powercap(cores=True, psys=True).root, fake_clock)
    assert [source.component for source in found.sources] == ["cpu"]


@given(
    counter_range=st.integers(10_000_000, INTEL_RANGE),
    start=st.floats(0, 1, exclude_max=True),
    steps=st.lists(st.floats(0, 1), min_size=1, max_size=20),
)
def test_wraps_lose_and_add_nothing(tmp_path_factory, counter_range, start, steps):
    """Any steps below the range and below the power limit, however often the counter wraps on the way."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))
    tree = PowercapTree(folder / "class", range_microjoules=counter_range)
    clock = FakeClock()
    zone = tree.package()
    zone.set(int(start * counter_range))
    source = cpu_source(tree, clock)
    used = 0
    for step in steps:
        microjoules = int(step * (counter_range - 1))
        zone.set((int(zone.energy.read_text()) + microjoules) % counter_range)
        clock.advance(microjoules / 1e6 / 900)
        used += microjoules
        assert source.read() == pytest.approx(used * 1e-6, abs=1e-9)
    shutil.rmtree(folder)


def test_a_reset_is_not_a_wrap(powercap, fake_clock):
    tree = powercap()
    tree.package().set(50_000_000_000)
    source = cpu_source(tree, fake_clock)
    fake_clock.advance(1)
    tree.package().add(30.0)
    assert source.read() == pytest.approx(30.0)
    fake_clock.advance(1)
    tree.package().set(12_000_000)
    with pytest.raises(SourceError, match=r"energy_uj was reset.*lost"):
        source.read()
    assert source.read() == pytest.approx(30.0)
    fake_clock.advance(1)
    tree.package().add(5.0)
    assert source.read() == pytest.approx(35.0)


def test_the_same_drop_after_a_long_time_is_a_wrap(powercap, fake_clock):
    tree = powercap()
    tree.package().set(50_000_000_000)
    source = cpu_source(tree, fake_clock)
    fake_clock.advance(250)
    tree.package().set(12_000_000)
    assert source.read() == pytest.approx((INTEL_RANGE - 50_000_000_000 + 12_000_000) * 1e-6)


SMALL_RANGE = 65_532_610_987  # uJ, the smallest in use


def metered_steadily(powercap, clock, watts):
    """Find a source on the smallest range and let it know a minute at some power."""
    tree = powercap(range_microjoules=SMALL_RANGE)
    source = cpu_source(tree, clock)
    for _ in range(2):
        clock.advance(30)
        tree.package().add(30 * watts)
        source.read()
    return tree, source


@pytest.mark.parametrize("seconds", [61, 250, 400, 500])
def test_several_wraps_at_a_steady_power_are_all_counted(powercap, fake_clock, seconds):
    tree, source = metered_steadily(powercap, fake_clock, 350)
    before = source.read()
    fake_clock.advance(seconds)
    tree.package().add(350 * seconds)
    assert source.read() - before == pytest.approx(350 * seconds)


@pytest.mark.parametrize(
    ("before", "watts", "seconds"),
    [
        (50, 200, 200),  # its power has changed: as likely 200 W as 527 W
        (350, 350, 601),  # so long that it may have slept
        (700, 100, 300),  # 755 W would do too
        (0, 0, 601),
    ],
)
def test_wraps_that_cannot_be_told_are_a_gap_and_not_a_guess(powercap, fake_clock, before, watts, seconds):
    tree, source = metered_steadily(powercap, fake_clock, before)
    known = source.read()
    fake_clock.advance(seconds)
    tree.package().add(watts * seconds)
    with pytest.raises(SourceError, match="not read for too long: the energy since the last reading is lost"):
        source.read()
    fake_clock.advance(1)
    tree.package().add(20.0)
    assert source.read() - known == pytest.approx(20.0)


def test_without_a_known_power_a_long_pause_is_a_gap(powercap, fake_clock):
    source = cpu_source(powercap(range_microjoules=SMALL_RANGE), fake_clock)
    fake_clock.advance(300)
    with pytest.raises(SourceError, match="not read for too long"):
        source.read()


@given(watts=st.lists(st.floats(0, 999), min_size=1, max_size=12), pause=st.floats(0.01, 30))
def test_within_the_samplers_rhythm_no_power_loses_or_adds_anything(tmp_path_factory, watts, pause):
    folder = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp()))
    tree = PowercapTree(folder / "class", range_microjoules=SMALL_RANGE)
    clock = FakeClock()
    source = cpu_source(tree, clock)
    used = 0.0
    for power in watts:
        clock.advance(pause)
        tree.package().add(power * pause)
        used += power * pause
        assert source.read() == pytest.approx(used, abs=1e-5)
    shutil.rmtree(folder)


def test_a_counter_that_wraps_many_times_between_two_readings_is_followed_once_its_power_is_known(powercap, fake_clock):
    """Smaller than any in use: 33 W wrap it three times a second."""
    tree = powercap(range_microjoules=10_000_000)
    source = cpu_source(tree, fake_clock)
    for seconds in (0.2, *[1.0] * 10, 0.35, 1.0):
        before = source.read()
        fake_clock.advance(seconds)
        tree.package().add(33 * seconds)
        assert source.read() - before == pytest.approx(33 * seconds)


def test_an_impossible_rise_is_a_reset_too(powercap, fake_clock):
    tree = powercap()
    source = cpu_source(tree, fake_clock)
    fake_clock.advance(1)
    tree.package().set(200_000_000_000)
    with pytest.raises(SourceError, match="was reset"):
        source.read()
    assert source.read() == 0.0


@pytest.mark.parametrize(
    ("break_it", "says"),
    [
        (lambda zone: zone.remove(), r"energy_uj cannot be read \(No such file or directory\)"),
        (lambda zone: zone.block(), r"energy_uj cannot be read \(Is a directory\)"),
        (lambda zone: zone.fill(""), r"energy_uj holds no number \(''\)"),
        (lambda zone: zone.fill("n/a <b>\n"), r"energy_uj holds no number \('n/a <b>'\)"),
        (lambda zone: zone.fill("-5\n"), r"energy_uj holds no number \('-5'\)"),
        (lambda zone: zone.fill("\x00" * 64), r"energy_uj holds no number"),
    ],
)
def test_a_lost_counter_says_so_and_returns_without_a_spike(powercap, fake_clock, break_it, says):
    tree = powercap(["package-0", "package-1"])
    source = cpu_source(tree, fake_clock)
    fake_clock.advance(1)
    tree.package(0).add(20.0)
    tree.package(1).add(10.0)
    assert source.read() == pytest.approx(30.0)
    break_it(tree.package(1))
    for _ in range(2):
        fake_clock.advance(1)
        tree.package(0).add(20.0)
        with pytest.raises(SourceError, match=says) as failure:
            source.read()
        assert str(failure.value).endswith("metering goes on once it is readable; if it stays so, ask an administrator")
        assert "\n" not in str(failure.value)
    tree.package(1).remove()
    tree.package(1).set(99_000_000)
    assert source.read() == pytest.approx(70.0)
    fake_clock.advance(1)
    tree.package(1).add(10.0)
    assert source.read() == pytest.approx(80.0)


def test_two_lost_counters_return_without_a_spike(powercap, fake_clock):
    tree = powercap(["package-0", "package-1"])
    source = cpu_source(tree, fake_clock)
    for number in (0, 1):
        tree.package(number).remove()
    fake_clock.advance(1)
    with pytest.raises(SourceError, match="intel-rapl:0"):
        source.read()
    for number in (0, 1):
        tree.package(number).set(99_000_000)
    assert source.read() == 0.0


def test_no_tree_at_all(tmp_path):
    found = rapl.detect(tmp_path / "nowhere")
    assert found.sources == ()
    (absent,) = found.absent
    assert (absent.name, absent.component) == ("rapl", "cpu")
    assert absent.label == "the processor's own energy counter (RAPL)"
    assert absent.because == "this machine does not show one, as is usual in a virtual machine"


def test_an_empty_tree_is_no_tree(tmp_path):
    (tmp_path / "intel-rapl").mkdir()
    assert "does not show one" in rapl.detect(tmp_path).absent[0].because


def test_a_masked_tree_is_told_from_no_tree(powercap):
    tree = powercap()
    shutil.rmtree(tree.root.parent / "devices")
    found = rapl.detect(tree.root)
    assert found.sources == ()
    assert "usual in a container" in found.absent[0].because


def test_a_mounted_tree_without_the_flat_links_is_read_too(powercap, fake_clock):
    """As a container mounts it: /sys/devices/virtual/powercap/intel-rapl."""
    tree = powercap(["package-0", "package-1"], dram=True)
    root = tree.root.parent / "devices" / "intel-rapl"
    cpu, ram = rapl.detect(root, fake_clock).sources
    fake_clock.advance(1)
    for zone in tree.zones.values():
        zone.add(10.0 if zone.name == "dram" else 30.0)
    assert (cpu.read(), ram.read()) == (pytest.approx(60.0), pytest.approx(20.0))


def test_one_unreadable_socket_makes_the_sum_unavailable(powercap):
    tree = powercap(["package-0", "package-1"], dram=True)
    tree.package(1).block()
    found = rapl.detect(tree.root)
    assert [source.name for source in found.sources] == ["rapl-dram"]
    (absent,) = found.absent
    assert absent.name == "rapl"
    assert "intel-rapl:1/energy_uj" in absent.because


@contextmanager
def without_privileges():
    """Root reads everything: be nobody for a moment."""
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(user)


def test_counters_for_root_only_name_the_mend():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        tree = PowercapTree(Path(folder) / "class")
        tree.package().energy.chmod(0o400 if os.geteuid() == 0 else 0)
        with without_privileges():
            found = rapl.detect(tree.root)
    path = tree.root / "intel-rapl:0" / "energy_uj"
    assert found.sources == ()
    assert found.absent[0].because == f"{path} is readable by root only; `jupyter green rapl` says how to grant access"


def test_without_a_range_every_drop_is_a_reset(powercap, fake_clock):
    tree = powercap()
    (tree.package().folder / "max_energy_range_uj").unlink()
    tree.package().set(5_000_000)
    source = cpu_source(tree, fake_clock)
    tree.package().set(4_000_000)
    with pytest.raises(SourceError, match="was reset"):
        source.read()


def test_a_live_tree_is_followed_across_wraps_while_it_is_written(powercap):
    """Several ranges long, read all the while; the writer replaces the files and may be late."""
    tree = powercap(["package-0", "package-1"], dram=True, psys=True, mmio=True, range_microjoules=20_000_000)
    cpu, ram = rapl.detect(tree.root).sources
    before = cpu.read(), ram.read()
    with LivePowercap(tree, 40.0, dram_watts=8.0) as live:
        end = now_ns() + 2_200_000_000
        while now_ns() < end:
            cpu.read(), ram.read()
    whole = live.lifetime()
    assert live.energy_between(*whole) > 2 * 2 * 20  # both packages wrapped twice
    assert cpu.read() - before[0] == pytest.approx(live.energy_between(*whole), rel=1e-5)
    assert ram.read() - before[1] == pytest.approx(live.dram_energy_between(*whole), rel=1e-5)


def test_a_live_tree_coupled_to_the_machine_knows_its_truth(powercap):
    tree = powercap()
    source = rapl.detect(tree.root).sources[0]
    before = source.read()
    with LivePowercap(tree, 10.0, watts_per_core=50.0) as live:
        end = now_ns() + 600_000_000
        while now_ns() < end:
            source.read()
    whole = live.lifetime()
    assert live.energy_between(*whole) > 0.6 * 10 + 0.5 * 50 * 0.6
    assert source.read() - before == pytest.approx(live.energy_between(*whole), rel=1e-5)
