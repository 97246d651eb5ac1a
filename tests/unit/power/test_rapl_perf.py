import os
import struct

import pytest

from jupyter_green.power import rapl, rapl_perf
from jupyter_green.power.detect import preferred
from jupyter_green.power.source import Absent, Detected, Gpu, Source, SourceError

KIND = 31
SCALE = 2.0**-32


class Pmu:
    """The folder of the PMU ``power``, and the events that a process opens: each is a pipe."""

    def __init__(self, root, cpumask="0\n", events=("energy-pkg", "energy-ram"), **files):
        (root / "events").mkdir(parents=True)
        (root / "type").write_text(f"{KIND}\n")
        (root / "cpumask").write_text(cpumask)
        for number, event in enumerate(events, start=2):
            (root / "events" / event).write_text(f"event={number:#04x}\n")
            (root / "events" / f"{event}.scale").write_text(f"{SCALE:.22e}\n")
            (root / "events" / f"{event}.unit").write_text("Joules\n")
        for name, content in files.items():
            path = root / name.replace("__", "/").replace("_", "-")
            path.write_text(content)
        self.root = root
        self.opened = []
        self.pipes = {}
        self.first = 5.0  # J that every counter shows when it is opened
        self.refused = frozenset()

    def open(self, kind, code, cpu):
        assert kind == KIND
        if cpu in self.refused:
            raise PermissionError(13, "Permission denied")
        read, write = os.pipe()
        self.opened.append(read)
        self.pipes[code, cpu] = write
        self.show(code, cpu, self.first)
        return read

    def show(self, code, cpu, joules):
        """Let the counter show so many joules at its next reading."""
        os.write(self.pipes[code, cpu], struct.pack("=Q", round(joules / SCALE)))

    def detect(self, clock):
        return rapl_perf.detect(clock, self.root, self.open)


def is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


@pytest.fixture
def pmu(tmp_path):
    made = []

    def make(*args, **options):
        made.append(Pmu(tmp_path / "power", *args, **options))
        return made[-1]

    yield make
    for each in made:
        for write in each.pipes.values():
            os.close(write)


def test_one_counter_a_package_by_the_cpumask(pmu, fake_clock):
    machine = pmu("0,18-19\n")
    found = machine.detect(fake_clock)
    cpu, ram = found.sources
    assert found.absent == ()
    assert isinstance(cpu, Source)
    assert not isinstance(cpu, Gpu)
    assert (cpu.name, cpu.component, cpu.method, cpu.scope) == ("rapl", "cpu", "counter", "package")
    assert cpu.label == "RAPL package counter (perf events), 3 packages"
    assert (ram.name, ram.component, ram.label) == (
        "rapl-dram",
        "ram",
        "RAPL DRAM counter (perf events), 3 packages",
    )
    assert set(machine.pipes) == {(code, number) for code in (2, 3) for number in (0, 18, 19)}
    fake_clock.advance(1)
    for number, joules in ((0, 1.0), (18, 20.0), (19, 300.0)):
        machine.show(2, number, machine.first + joules)
    assert cpu.read() == pytest.approx(321.0, abs=1e-5)


def test_a_count_beyond_32_bits_goes_on(pmu, fake_clock):
    machine = pmu()
    machine.first = 262_143.0
    cpu, _ = machine.detect(fake_clock).sources
    for step in range(1, 5):
        fake_clock.advance(600)
        machine.show(2, 0, machine.first + step * 180_000.0)
        assert cpu.read() == pytest.approx(step * 180_000.0)


def test_small_steps_lose_nothing_to_rounding(pmu, fake_clock):
    machine = pmu()
    cpu, _ = machine.detect(fake_clock).sources
    for step in range(1, 2001):
        fake_clock.advance(0.001)
        machine.show(2, 0, machine.first + step * 0.4e-6)
        total = cpu.read()
    assert total == pytest.approx(2000 * 0.4e-6, abs=1e-6)


def test_a_machine_without_dram_events_has_no_dram_source(pmu, fake_clock):
    assert [source.name for source in pmu(events=["energy-pkg"]).detect(fake_clock).sources] == ["rapl"]


def test_one_refused_package_is_no_source_and_leaves_nothing_open(pmu, fake_clock):
    machine = pmu("0,1\n")
    machine.refused = {1}
    assert machine.detect(fake_clock) == Detected()
    assert len(machine.opened) == 2
    assert not any(map(is_open, machine.opened))


def test_events_are_closed_with_their_source(pmu, fake_clock):
    machine = pmu()
    found = machine.detect(fake_clock)
    assert all(map(is_open, machine.opened))
    del found
    assert not any(map(is_open, machine.opened))


@pytest.mark.parametrize(
    "files",
    [
        {"type": "power\n"},
        {"cpumask": "\n"},
        {"cpumask": "a-b\n"},
        {"events__energy_pkg": "umask=0x02\n"},
        {"events__energy_pkg": "event=\n"},
        {"events__energy_pkg.unit": "Watts\n"},
        {"events__energy_pkg.scale": "nan\n"},
        {"events__energy_pkg.scale": "0\n"},
    ],
)
def test_what_is_not_understood_is_not_used(pmu, fake_clock, files):
    assert pmu(events=["energy-pkg"], **files).detect(fake_clock) == Detected()


def test_no_such_pmu(tmp_path, fake_clock):
    assert rapl_perf.detect(fake_clock, tmp_path) == Detected()


def test_the_system_call_refuses_what_does_not_exist():
    with pytest.raises(OSError, match=r".+"):
        rapl_perf.open_event(2**31 - 1, 2, 0)


def test_the_system_call_counts():
    """The software event "CPU clock" of one CPU exists everywhere; only the tests' rights may forbid it."""
    try:
        descriptor = rapl_perf.open_event(1, 0, 0)
    except PermissionError:
        assert int(rapl_perf.PARANOID.read_text()) > 0
        return
    except OSError as error:
        assert error.errno in (0, 38, 95)  # no Linux on x86, or a sandbox without the call  # noqa: PT017
        return
    try:
        first, second = (struct.unpack("=Q", os.read(descriptor, 8))[0] for _ in range(2))
        assert second > first > 0
    finally:
        os.close(descriptor)


@pytest.mark.parametrize("shown", [1.0, 5000.0])
def test_a_count_that_cannot_be_true_is_a_gap_and_makes_no_spike(pmu, fake_clock, shown):
    machine = pmu()
    cpu, _ = machine.detect(fake_clock).sources
    fake_clock.advance(1)
    machine.show(2, 0, shown)
    with pytest.raises(SourceError, match="energy-pkg of CPU 0 was reset"):
        cpu.read()
    fake_clock.advance(1)
    machine.show(2, 0, shown + 30.0)
    assert cpu.read() == pytest.approx(30.0)


def test_an_event_whose_cpu_went_offline_says_so(pmu, fake_clock):
    machine = pmu()
    cpu, _ = machine.detect(fake_clock).sources
    os.close(machine.pipes.pop((2, 0)))
    with pytest.raises(SourceError, match="CPU 0 has stopped; restart the kernel"):
        cpu.read()


def test_perf_events_go_before_powercap_source_by_source(pmu, powercap, fake_clock):
    events = pmu(events=["energy-pkg"]).detect(fake_clock)
    files = rapl.detect(powercap(dram=True).root, fake_clock)
    both = preferred(events, files)
    assert [source.label for source in both.sources] == [
        "RAPL package counter (perf events), 1 package",
        "RAPL DRAM counter (powercap), 1 package",
    ]
    nothing = Absent("rapl", "cpu", "counter", "RAPL", "root only")
    assert preferred(events, Detected(absent=(nothing,))).absent == ()
    assert preferred(Detected(), Detected(absent=(nothing,))).absent == (nothing,)
