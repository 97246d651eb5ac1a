"""``jupyter green rapl``: what it says is what an administrator pastes, so it is pasted here."""

import os
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from rig.powercap import PowercapTree

from jupyter_green.clock import SystemClock
from jupyter_green.report.rapl_access import Access, look
from jupyter_green.report.rapl_advice import advice
from jupyter_green.report.surroundings import Surroundings, look_around

DEVICES = Path("/sys/devices/virtual/powercap/intel-rapl")
LOCKED = Access(
    unreadable=(DEVICES / "intel-rapl:0", DEVICES / "intel-rapl:0" / "intel-rapl:0:2", DEVICES / "intel-rapl:1"),
    surroundings=Surroundings(vendor="GenuineIntel"),
    user="ada",
    udev=True,
    tmpfiles=True,
)


@pytest.fixture
def paste(tmp_path):
    """Run the advised commands with harmless stand-ins; return what they were asked, and what was to be written."""
    programs = tmp_path / "bin"
    programs.mkdir()
    log, written = tmp_path / "log", tmp_path / "written"
    scripts = dict.fromkeys(
        ["groupadd", "usermod", "udevadm", "systemd-tmpfiles", "chgrp", "chmod"], f'echo "${{0##*/}} $*" >> {log}'
    )
    scripts["sudo"] = 'exec "$@"'
    scripts["tee"] = f'echo "tee $*" >> {log}; cat > {written}'
    for name, script in scripts.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)

    def run(access):
        pasted = "\n".join(line for line in advice(access).splitlines() if line.startswith("  sudo ") or " | " in line)
        environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
        subprocess.run(["sh", "-e", "-c", pasted], env=environment, check=True, timeout=30)
        return log.read_text().splitlines(), written.read_text().splitlines() if written.exists() else []

    return run


def test_udev_grants_to_a_new_group(paste):
    asked, (rule,) = paste(LOCKED)
    assert asked == [
        "groupadd --system rapl",
        "usermod -aG rapl ada",
        "tee /etc/udev/rules.d/70-rapl.rules",
        "udevadm control --reload",
        "udevadm trigger --action=add --subsystem-match=powercap",
    ]
    assert rule.startswith('SUBSYSTEM=="powercap", KERNEL=="intel-rapl*:*", ACTION=="add", RUN+="/bin/chgrp rapl ')
    assert 'RUN+="/bin/chmod 0440 /sys%p/energy_uj"' in rule
    assert 'RUN+="/bin/chmod 0444 /sys%p/max_energy_range_uj"' in rule


def test_tmpfiles_where_there_is_no_udev(paste):
    asked, rules = paste(replace(LOCKED, udev=False, group="rapl", member=True))
    assert asked == ["tee /etc/tmpfiles.d/rapl.conf", "systemd-tmpfiles --create /etc/tmpfiles.d/rapl.conf"]
    assert rules == [
        f"z {DEVICES}/intel-rapl:*/energy_uj 0440 root rapl - -",
        f"z {DEVICES}/intel-rapl:*/max_energy_range_uj 0444 root rapl - -",
        f"z {DEVICES}/intel-rapl:*/intel-rapl:*:*/energy_uj 0440 root rapl - -",
        f"z {DEVICES}/intel-rapl:*/intel-rapl:*:*/max_energy_range_uj 0444 root rapl - -",
    ]


def test_by_hand_where_there_is_neither(paste):
    asked, _ = paste(replace(LOCKED, udev=False, tmpfiles=False, group="rapl"))
    assert asked[0] == "usermod -aG rapl ada"
    assert f"chmod 0440 {DEVICES}/intel-rapl:*/intel-rapl:*:*/energy_uj" in asked


def test_a_group_that_may_read_already_is_joined_and_nothing_else_changed(paste):
    asked, _ = paste(replace(LOCKED, group="power", granted=True))
    assert asked == ["usermod -aG power ada"]


def test_who_joined_it_logs_in_anew():
    text = advice(replace(LOCKED, group="power", granted=True, member=True))
    assert "log out and in, then restart Jupyter" in text
    assert "sudo" not in text


def test_a_name_is_never_a_command(paste):
    asked, _ = paste(replace(LOCKED, user="x; touch /tmp/owned $(id)"))
    assert "usermod -aG rapl x; touch /tmp/owned $(id)" in asked


@pytest.mark.parametrize("access", [LOCKED, replace(LOCKED, udev=False), replace(LOCKED, group="power", granted=True)])
def test_the_caveat_always_goes_with_the_grant(access):
    text = advice(access)
    assert "PLATYPUS, CVE-2020-8694" in text
    assert "mode 0440, never world-readable" in text


def test_a_container_is_sent_to_its_host():
    for access in (
        replace(LOCKED, surroundings=Surroundings(container=True)),
        Access(surroundings=Surroundings(None, True)),
    ):
        text = advice(access)
        assert "sudo" not in text
        assert "cannot be granted from inside a container" in text
        assert "-v /sys/devices/virtual/powercap/intel-rapl:/powercap:ro" in text


def test_a_virtual_machine_is_told_why_not():
    text = advice(Access(surroundings=Surroundings("Amazon EC2 c5.xlarge", container=True)))
    assert text.startswith("This is a virtual machine (Amazon EC2 c5.xlarge).")
    assert "nothing can be granted here" in text
    assert "sudo" not in text


def test_bare_metal_without_counters_by_processor():
    assert "modprobe intel_rapl_msr" in advice(Access(surroundings=Surroundings(vendor="AuthenticAMD")))
    assert "modelled" in advice(Access(surroundings=Surroundings(vendor="0x41")))
    assert "RAPL is read through Linux" in advice(Access(linux=False))


def test_what_permission_does_not_mend_is_not_called_permission():
    text = advice(Access(trouble=("energy_uj cannot be read (No data available)",)))
    assert text.startswith("Permissions are not what is wrong")
    assert "No data available" in text


def test_readable_counters_need_nothing(powercap):
    access = look(SystemClock(), powercap(dram=True).root)
    assert advice(access) == (
        "Nothing to do: RAPL package counter (powercap), 1 package and RAPL DRAM counter (powercap), 1 package "
        "can be read."
    )


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


def test_locked_counters_are_found_with_their_real_places():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        tree = PowercapTree(Path(folder) / "class", ["package-0", "package-1"], dram=True, psys=True)
        for zone in tree.zones.values():
            zone.energy.chmod(0o400 if os.geteuid() == 0 else 0)
        with without_privileges():
            access = look(SystemClock(), tree.root)
    devices = Path(folder).resolve() / "devices" / "intel-rapl"
    assert access.readable == ()
    assert access.unreadable == (
        devices / "intel-rapl:0",
        devices / "intel-rapl:0" / "intel-rapl:0:0",
        devices / "intel-rapl:1",
        devices / "intel-rapl:1" / "intel-rapl:1:0",
    )
    assert not access.granted
    assert str(devices / "intel-rapl:1") in advice(access)


def test_a_counter_that_is_broken_for_root_too_is_told_from_a_locked_one(powercap):
    tree = powercap()
    tree.package().block()
    access = look(SystemClock(), tree.root)
    assert access.unreadable == ()
    assert "Is a directory" in access.trouble[0]


def test_the_command_itself(powercap):
    environment = {**os.environ, **powercap().environment}
    command = [sys.executable, "-m", "jupyter_green.cli", "rapl"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Nothing to do: RAPL package counter (powercap), 1 package can be read.")


def system(root, flags="fpu", **files):
    """Write the files by which a system tells what it is."""
    (root / "proc/1").mkdir(parents=True)
    (root / "proc/cpuinfo").write_text(f"processor\t: 0\nvendor_id\t: GenuineIntel\nflags\t\t: {flags}\n\n")
    for name, content in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return look_around(root)


def test_bare_metal(tmp_path):
    maker = {"sys__class__dmi__id__sys_vendor": "Dell Inc.\n"}
    assert system(tmp_path, **maker) == Surroundings(None, False, "GenuineIntel")


def test_a_virtual_machine_and_its_maker(tmp_path):
    dmi = {"sys__class__dmi__id__sys_vendor": "QEMU\n", "sys__class__dmi__id__product_name": "Standard PC \x1b[31m"}
    found = system(tmp_path, "fpu hypervisor", **dmi)
    assert found.virtual_machine == "QEMU Standard PC [31m"
    assert not found.container


@pytest.mark.parametrize("mark", [".dockerenv", "run__.containerenv", "run__systemd__container"])
def test_a_container_by_its_mark(tmp_path, mark):
    assert system(tmp_path, **{mark: "x"}).container


def test_a_container_by_its_cgroup(tmp_path):
    assert system(tmp_path, proc__1__cgroup="0::/kubepods/besteffort/pod1\n").container
