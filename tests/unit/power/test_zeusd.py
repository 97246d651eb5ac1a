"""zeusd, as its documentation describes it, on a real Unix socket."""

import os
import re
import socketserver
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from rig.kernel import Kernel
from rig.zeusd import Zeusd

from jupyter_green.power import zeusd
from jupyter_green.power.detect import detect_rapl
from jupyter_green.power.source import Detected, Source, SourceError
from jupyter_green.report.rapl_access import look


@pytest.fixture
def place():
    """A folder whose name is short enough for a socket's address."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "zeusd.sock"


@pytest.fixture
def locked(powercap):
    """A machine of two packages whose counters cannot be read, but named: psys stands between them in the daemon's."""
    tree = powercap(["package-0", "package-1"], dram=True, psys=True, mmio=True)
    for zone in tree.zones.values():
        zone.block()
    return tree


def machine():
    return {"0": (5_000_000, 1_000_000), "1": (7_000_000, 2_000_000), "2": (900_000_000, None)}


def test_packages_and_dram_are_summed_and_the_platform_is_not(place, locked, fake_clock):
    with Zeusd(place, machine()) as daemon:
        found = zeusd.detect(fake_clock, locked.root, place)
        cpu, ram = found.sources
        assert isinstance(cpu, Source)
        assert found.absent == ()
        assert (cpu.name, cpu.component, cpu.method, cpu.at_edges) == ("rapl", "cpu", "counter", False)
        assert (cpu.label, ram.label) == (
            "RAPL package counter (zeusd), 2 packages",
            "RAPL DRAM counter (zeusd), 2 packages",
        )
        fake_clock.advance(1)
        daemon.packages |= {"0": (25_000_000, 2_500_000), "1": (37_000_000, 4_000_000), "2": (990_000_000, None)}
        assert cpu.read() == pytest.approx(50.0)
        assert ram.read() == pytest.approx(3.5)


def test_it_is_asked_only_for_counters_that_cannot_be_read(place, locked, fake_clock, monkeypatch):
    monkeypatch.setenv(zeusd.VARIABLE, str(place))
    with Zeusd(place, machine()) as daemon:
        found = detect_rapl(fake_clock, locked.root)
        assert [source.label.split(",")[0] for source in found.sources] == [
            "RAPL package counter (zeusd)",
            "RAPL DRAM counter (zeusd)",
        ]
        assert found.absent == ()
        assert look(fake_clock, locked.root).unreadable == ()
        for zone in locked.zones.values():
            zone.remove()
            zone.set(0)
        asked = daemon.requests
        assert "(powercap)" in detect_rapl(fake_clock, locked.root).sources[0].label
        assert daemon.requests == asked


def test_without_a_daemon_or_names_nothing_is_said(place, locked, powercap, fake_clock, tmp_path):
    assert zeusd.detect(fake_clock, locked.root, place) == Detected()
    place.write_text("not a socket")
    assert zeusd.detect(fake_clock, locked.root, place) == Detected()
    place.unlink()
    with Zeusd(place, machine()) as daemon:
        assert zeusd.detect(fake_clock, tmp_path / "masked", place) == Detected()
        assert daemon.requests == 0


def test_a_daemon_that_begins_anew_makes_no_spike(place, locked, fake_clock):
    with Zeusd(place, machine()) as daemon:
        cpu, _ = zeusd.detect(fake_clock, locked.root, place).sources
        fake_clock.advance(1)
        daemon.packages["0"] = (1_000_000, 0)
        with pytest.raises(SourceError, match="began anew"):
            cpu.read()
        fake_clock.advance(1)
        daemon.packages["0"] = (31_000_000, 0)
        assert cpu.read() == pytest.approx(30.0)


def test_a_daemon_that_ends_and_returns_loses_what_nobody_saw(place, locked, fake_clock):
    with Zeusd(place, machine()):
        cpu, _ = zeusd.detect(fake_clock, locked.root, place).sources
    fake_clock.advance(1)
    with pytest.raises(SourceError, match=r"cannot be read \(No such file"):
        cpu.read()
    with Zeusd(place, {"0": (65_000_000, 0), "1": (7_000_000, 0)}) as daemon:
        assert cpu.read() == 0.0
        fake_clock.advance(1)
        daemon.packages["1"] = (9_000_000, 0)
        assert cpu.read() == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("status", "garbage", "says"),
    [
        (401, None, "asks for a token"),
        (404, b"{}", "does not offer the CPU's energy"),
        (500, None, "answers with status 500"),
        (200, b"<html>", "does not answer in JSON"),
        (200, b"[]", "tells no energy of package 0"),
        (200, b'{"0": {"cpu_energy_uj": null}}', "tells no energy of package 0"),
        (200, b'{"0": {"cpu_energy_uj": 1}, "1": {"cpu_energy_uj": "2"}}', "tells no energy of package 1"),
    ],
)
def test_what_cannot_be_used_is_absent_with_the_reason(place, locked, fake_clock, status, garbage, says):
    with Zeusd(place, machine()) as daemon:
        daemon.status, daemon.garbage = status, garbage
        found = zeusd.detect(fake_clock, locked.root, place)
    assert found.sources == ()
    (absent,) = found.absent
    assert absent.name == "zeusd"
    assert re.search(says, absent.because)


def test_a_daemon_that_does_not_answer_is_not_waited_for(place, locked, fake_clock):
    with Zeusd(place, machine()) as daemon:
        daemon.hangs.set()
        (absent,) = zeusd.detect(fake_clock, locked.root, place).absent
    assert "cannot be read (timed out)" in absent.because


def test_a_socket_of_something_else_is_not_believed(place, locked, fake_clock):
    class Greets(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 mail.example ESMTP\r\n")
            self.rfile.read()

    with socketserver.UnixStreamServer(str(place), Greets) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        (absent,) = zeusd.detect(fake_clock, locked.root, place).absent
    assert "cannot be read (no HTTP: BadStatusLine)" in absent.because


def test_other_machines_do_not_pay_for_it(powercap):
    tree = powercap()
    tree.package().block()
    code = "import sys; from jupyter_green.metering_session import Session; from jupyter_green.config import load; "
    code += "Session(load()[0]); print('jupyter_green.power.unix_http' in sys.modules)"
    environment = {**os.environ, **tree.environment, "JUPYTER_GREEN_LEDGER": "none"}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


def test_a_kernel_is_metered_by_it(tmp_path, place, locked):
    environment = {**locked.environment, zeusd.VARIABLE: str(place)}
    with Zeusd(place, machine()) as daemon, Kernel(tmp_path, environment) as kernel:
        text = kernel.run("%carbon status").text
        assert daemon.requests > 0
    assert "CPU     measured    RAPL package counter (zeusd), 2 packages  ±5 %" in text
    assert "modelled    " not in text
