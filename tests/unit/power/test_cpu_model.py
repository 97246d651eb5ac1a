"""What the modelled CPU draws, for recorded machines and under the fake clock."""

import math

import pytest
from recorded_machines import machine
from rig.machine import FRANCE, GIGABYTE, FakeLoad, FakeTree
from traitlets import TraitError

from jupyter_green.config import Green, load
from jupyter_green.meter import Meter
from jupyter_green.power.cpu_model import ModelledCpu, cpu_power
from jupyter_green.power.load import OwnLoad
from jupyter_green.power.processor import Processor, read_processor

TEADS = {0.0: 0.12, 0.1: 0.32, 0.5: 0.75, 1.0: 1.02}


class Busy(FakeLoad):
    scope = "machine"


def power(tmp_path, name, cpus=None, configured="", **options):
    processor = read_processor(machine(tmp_path, name, **options))
    return cpu_power(processor, cpus or processor.threads, configured)


def modelled(power, fake_clock, cpus):
    load = Busy(cpus)
    return ModelledCpu(power, load, fake_clock), load


def test_a_slice_of_a_server_is_charged_its_share_of_the_package(tmp_path):
    slice_of_4 = power(tmp_path, "epyc-7763-cloud")
    assert slice_of_4.full_watts == pytest.approx(280 * 1.26 * 4 / 128)
    assert slice_of_4.label == "AMD EPYC 7763 64-Core Processor, 4 of 128 threads"


def test_bare_metal_is_charged_all_of_its_packages(tmp_path):
    assert power(tmp_path, "dual-xeon-metal").full_watts == pytest.approx(2 * 135 * 1.26)


def test_a_cloud_name_takes_the_middle_of_its_generation_never_the_maximum(tmp_path):
    turin = power(tmp_path, "epyc-turin-cloud")
    assert turin.full_watts == pytest.approx(1.26 * 2 * math.sqrt(1.95 * 4.4))
    assert turin.label == "EPYC Turin, 2 threads"


def test_an_unknown_processor_has_the_widest_range_and_no_more_than_a_desktops_power(tmp_path):
    unknown, known = power(tmp_path / "a", "unheard-of"), power(tmp_path / "b", "desktop-ryzen")
    assert unknown.spread > math.log(2) > known.spread
    assert unknown.full_watts / 4 < known.full_watts / 32


def test_smt_and_cores_of_two_kinds_are_flagged_and_widen_the_range(tmp_path):
    plain = power(tmp_path / "a", "laptop-hybrid", smt=False)
    smt = power(tmp_path / "b", "laptop-hybrid", smt=True)
    hybrid = power(tmp_path / "c", "laptop-hybrid", smt=True, hybrid=True)
    assert (plain.flags, smt.flags, hybrid.flags) == ((), ("cpu-smt",), ("cpu-smt", "cpu-hybrid-cores"))
    assert plain.spread < smt.spread < hybrid.spread
    assert plain.full_watts == hybrid.full_watts


@pytest.mark.parametrize("share", TEADS)
def test_the_line_is_near_the_published_curve_within_the_stated_range(tmp_path, share):
    metal = power(tmp_path, "dual-xeon-metal")
    watts = metal.idle_watts + share * (metal.full_watts - metal.idle_watts)
    assert abs(math.log(watts / (2 * 135 * TEADS[share]))) < math.log(1.28) < metal.spread


def test_idle_one_core_two_cores(tmp_path, fake_clock):
    source, load = modelled(power(tmp_path, "epyc-turin-cloud"), fake_clock, 2)
    used = []
    for cores in (0, 1, 2):
        before = source.read()
        fake_clock.advance(10)
        load.seconds += 10 * cores
        used.append(source.read() - before)
    assert used == sorted(used)
    assert used[0] == pytest.approx(10 * source.idle_watts)
    assert used[2] - used[1] == pytest.approx(used[1] - used[0])


def test_how_often_it_is_read_changes_nothing(tmp_path, fake_clock):
    rated = power(tmp_path, "epyc-turin-cloud")
    often, load = modelled(rated, fake_clock, 2)
    rarely = ModelledCpu(rated, load, fake_clock)
    for busy in (0.1, 0.9, 0.0, 0.5, 0.01) * 20:
        fake_clock.advance(0.037)
        load.seconds += busy * 0.037
        often.read()
    assert often.read() == pytest.approx(rarely.read())


@pytest.mark.parametrize(
    ("setting", "idle", "full"),
    [
        ("idle=20,full=120", 20 * 4 / 128, 120 * 4 / 128),
        (" full = 120 , idle = 20, threads = 8 ", 10, 60),
        ("AMD EPYC 9654", 0.163 * 360 * 4 / 192, 1.26 * 360 * 4 / 192),
    ],
)
def test_a_user_states_watts_of_the_package_or_names_a_row(tmp_path, setting, idle, full):
    stated = power(tmp_path, "epyc-7763-cloud", configured=setting)
    assert stated.idle_watts == pytest.approx(idle)
    assert stated.full_watts == pytest.approx(full)


def test_stated_watts_have_a_narrower_range_than_a_rating(tmp_path):
    stated = power(tmp_path / "a", "desktop-ryzen", configured="idle=20,full=120")
    assert stated.spread < power(tmp_path / "b", "desktop-ryzen").spread
    assert stated.label == "power as configured, 32 threads"


@pytest.mark.parametrize(
    "setting",
    [
        "idle=20",
        "idle=x,full=3",
        "idle=5,full=nan",
        "idle=50,full=20",
        "idle=-1,full=20",
        "idle=0,full=0",
        "idle=1,full=2,threads=0",
        "idle=1,full=2,cores=3",
        "EPYC",
        "idle",
        "x=1",
        "=",
    ],
)
def test_nonsense_is_refused_with_one_line(setting):
    with pytest.raises(TraitError, match="cpu_power_model") as refused:
        Green(cpu_power_model=setting)
    assert "\n" not in str(refused.value)


def test_the_setting_comes_from_the_environment_and_a_bad_one_leaves_the_default():
    green, complaints = load(environ={"JUPYTER_GREEN_CPU_POWER_MODEL": "idle=20,full=120"})
    assert (green.cpu_power_model, complaints) == ("idle=20,full=120", [])
    green, (complaint,) = load(environ={"JUPYTER_GREEN_CPU_POWER_MODEL": "hot"})
    assert green.cpu_power_model == ""
    assert "'hot' is neither" in complaint


def test_its_flags_stand_in_the_footprint_and_a_container_that_hides_its_machine_is_flagged(fake_clock):
    rated = cpu_power(Processor("AMD EPYC", "AuthenticAMD", 26, "2", threads=2, smt=True), 2)
    tree = FakeTree()
    hidden = OwnLoad(tree.cpu_seconds, None)
    source = ModelledCpu(rated, hidden, fake_clock)
    assert source.scope == "cgroup"
    meter = Meter([source], tree, hidden, fake_clock, lambda: (FRANCE, 1.0), total_memory=GIGABYTE)
    meter.sampler.take()
    window = meter.open()
    fake_clock.advance(1)
    tree.seconds += 1
    meter.sampler.take()
    meter.close(window)
    assert set(meter.peek(window).flags) == {"cpu-smt", "no-machine-split"}
