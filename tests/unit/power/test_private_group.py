"""A control group that only we are in counts for us; faked files, of both versions."""

import pytest

from jupyter_green.power.cgroup import PrivateGroup


@pytest.fixture(params=[1, 2])
def group(request, tmp_path):
    (tmp_path / "proc" / "self").mkdir(parents=True)
    kind, line, usage, factor = {
        1: ("cgroup rw,cpuacct", "4:cpuacct:/kernel", "cpuacct.usage", 10**9),
        2: ("cgroup2 rw", "0::/kernel", "cpu.stat", 10**6),
    }[request.param]
    filesystem, options = kind.split()
    mount = f"30 24 0:26 / /sys/fs/cgroup rw - {filesystem} {filesystem} {options}\n"
    (tmp_path / "proc" / "self" / "mountinfo").write_text(mount)
    (tmp_path / "proc" / "self" / "cgroup").write_text(f"{line}\n")
    folder = tmp_path / "sys" / "fs" / "cgroup" / "kernel"
    folder.mkdir(parents=True)

    class Group:
        root = tmp_path

        def members(self, *pids):
            (folder / "cgroup.procs").write_text("".join(f"{pid}\n" for pid in pids))

        def used(self, seconds):
            amount = round(seconds * factor)
            (folder / usage).write_text(f"usage_usec {amount}\nuser_usec 0\n" if usage == "cpu.stat" else f"{amount}\n")

        def divide(self):
            (folder / "inner").mkdir()

        def move(self):
            (tmp_path / "proc" / "self" / "cgroup").write_text(line.replace("kernel", "elsewhere") + "\n")

    made = Group()
    made.members(10, 11)
    made.used(2.5)
    return made


def alone(group, pids):
    """The second answer: the first one is about a group that we have just come to know."""
    private = PrivateGroup(group.root)
    assert not private.alone(pids)
    return private, private.alone(pids)


def test_it_is_ours_if_all_its_processes_are(group):
    private, ours = alone(group, {10, 11, 12})
    assert ours
    assert private.seconds() == 2.5
    group.used(3.0)
    assert private.seconds() == 3.0


def test_it_is_not_if_somebody_else_is_in_it(group):
    private, ours = alone(group, {10})
    assert not ours
    group.members(10)
    assert private.alone({10})
    group.members(0, 10)  # somebody of another PID namespace
    assert not private.alone({10})


def test_nor_if_a_group_lies_below_it_or_we_are_moved(group):
    private, ours = alone(group, {10, 11})
    assert ours
    group.divide()
    assert not private.alone({10, 11})
    other, _ = alone(group, {10, 11})
    group.move()
    assert not other.alone({10, 11})


def test_without_a_group_there_is_none(tmp_path):
    private = PrivateGroup(tmp_path)
    assert not private.alone({1})
    assert not private.alone({1})
    assert private.seconds() == 0
