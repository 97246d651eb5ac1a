"""How busy the machine is, and what a container that hides it shows instead."""

import time

import pytest
from recorded_machines import version_1, version_2
from rig.machine import FakeTree

from jupyter_green.power import detect as detection
from jupyter_green.power.cgroup import cpu_limit
from jupyter_green.power.load import CgroupLoad, OwnLoad, ProcLoad, find_load, masked

LXCFS = "50 22 0:40 /proc/stat /proc/stat rw,nosuid,nodev - fuse.lxcfs lxcfs rw,user_id=0\n"
STAT = "usage_usec 12500000\nuser_usec 10000000\nsystem_usec 2500000\n"


def own():
    return 7.0


def burn(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def add_mount(root, line):
    with (root / "proc/self/mountinfo").open("a") as file:
        file.write(line)
    return root


def test_an_ordinary_container_sees_its_machines_load(tmp_path):
    root = version_2(tmp_path, "/", {"cpu.max": "200000 100000\n", "cpu.stat": STAT})
    assert not masked(root)


def test_this_machines_load_grows_with_work():
    load = ProcLoad()
    before = load.busy_seconds()
    burn(0.3)
    assert load.scope == "machine"
    assert load.busy_seconds() - before >= 0.25


def test_lxcfs_is_noticed_and_the_control_group_is_read_instead(tmp_path):
    root = add_mount(version_2(tmp_path, "/a", {"a/cpu.max": "150000 100000\n", "a/cpu.stat": STAT}), LXCFS)
    load = find_load(own, root)
    assert isinstance(load, CgroupLoad)
    assert (load.scope, load.busy_seconds()) == ("cgroup", 12.5)


def test_version_1_counts_nanoseconds(tmp_path):
    root = add_mount(version_1(tmp_path, "/x", {"cpu,cpuacct/x/cpuacct.usage": "3500000000\n"}), LXCFS)
    assert find_load(own, root).busy_seconds() == 3.5


@pytest.mark.parametrize(
    "content", ["", "cpu  0 0 0 0 0 0 0 0 0 0\n", "intr 1 2 3\n", "cpu 1 2\n"], ids=["empty", "zero", "other", "short"]
)
def test_a_stat_that_counts_nothing_is_masked(tmp_path, content):
    root = version_2(tmp_path, "/", {})
    (root / "proc/stat").write_text(content)
    assert masked(root)


def test_without_any_proc_our_own_seconds_are_all_that_is_known(tmp_path):
    load = find_load(own, tmp_path)
    assert isinstance(load, OwnLoad)
    assert (load.scope, load.busy_seconds()) == ("cgroup", 7.0)


@pytest.mark.parametrize(
    ("files", "limit"),
    [
        ({"a/b/cpu.max": "max 100000\n"}, None),
        ({"a/b/cpu.max": "50000 100000\n", "a/cpu.max": "max 100000\n"}, 0.5),
        ({"a/b/cpu.max": "400000 100000\n", "a/cpu.max": "150000 100000\n"}, 1.5),
    ],
)
def test_a_cpu_quota_is_the_lowest_on_the_way_up(tmp_path, files, limit):
    assert cpu_limit(version_2(tmp_path, "/a/b", files)) == limit


@pytest.mark.parametrize(("quota", "limit"), [("-1\n", None), ("250000\n", 2.5)])
def test_a_cpu_quota_of_version_1(tmp_path, quota, limit):
    files = {"cpu,cpuacct/x/cpu.cfs_quota_us": quota, "cpu,cpuacct/x/cpu.cfs_period_us": "100000\n"}
    assert cpu_limit(version_1(tmp_path, "/x", files)) == limit


def test_a_quota_below_one_cpu_still_has_a_cpu(tmp_path):
    root = add_mount(version_2(tmp_path, "/", {"cpu.max": "20000 100000\n", "cpu.stat": STAT}), LXCFS)
    assert find_load(own, root).cpus == 1


def test_a_package_counter_is_not_split_by_a_load_that_is_not_the_machines(powercap, fake_clock, monkeypatch):
    tree = FakeTree()
    root = powercap(dram=True).root
    monkeypatch.setattr(detection, "_processes", lambda: (tree, OwnLoad(tree.cpu_seconds, 2.0)))
    hardware = detection.detect(fake_clock, root)
    cpu, ram = (next(s for s in hardware.sources if s.component == c) for c in ("cpu", "ram"))
    assert (cpu.method, cpu.scope, ram.method) == ("modelled", "cgroup", "modelled")
    assert "no-machine-split" in cpu.flags
    assert {a.name for a in hardware.absent if "hides how busy" in a.because} == {"rapl", "rapl-dram"}
