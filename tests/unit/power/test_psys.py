import os

import pytest
from rig.clock import FakeClock

from jupyter_green.power import psys, rapl
from jupyter_green.power.detect import detect_rapl


@pytest.fixture
def clock():
    return FakeClock()


def use(tree, **joules):
    """Let each zone of a name use so much, the mirrors a little."""
    for key, zone in tree.zones.items():
        zone.add(0.1 if "mmio" in key else joules.get(zone.name.replace("-", "_"), 0.0))


def test_the_platform_is_compared_with_packages_and_memory_over_the_same_time(powercap, clock):
    tree = powercap(["package-0", "package-1"], dram=True, cores=True, psys=True, mmio=True)
    check = psys.detect(clock, tree.root)
    clock.advance(10)
    use(tree, psys=500.0, package_0=200.0, package_1=150.0, dram=20.0, core=90.0)
    assert check.compare() == psys.Comparison(10.0, pytest.approx(50.0), pytest.approx(35.0), pytest.approx(4.0))
    clock.advance(2)
    use(tree, psys=20.0)
    assert check.compare() == psys.Comparison(2.0, pytest.approx(10.0), 0.0, 0.0)


def test_it_takes_nothing_from_the_sources_and_adds_nothing(powercap, clock):
    tree = powercap(dram=True, psys=True)
    cpu, ram = detect_rapl(clock, tree.root).sources
    check = psys.detect(clock, tree.root)
    for _ in range(3):
        clock.advance(1)
        use(tree, psys=50.0, package_0=30.0, dram=3.0)
        check.compare()
    assert (cpu.read(), ram.read()) == (pytest.approx(90.0), pytest.approx(9.0))


def test_without_a_memory_counter_the_package_stands_alone(powercap, clock):
    tree = powercap(psys=True)
    check = psys.detect(clock, tree.root)
    clock.advance(1)
    use(tree, psys=9.0, package_0=5.0)
    assert check.compare() == psys.Comparison(1.0, pytest.approx(9.0), pytest.approx(5.0), None)


def test_no_time_is_no_comparison_and_loses_nothing(powercap, clock):
    tree = powercap(psys=True)
    check = psys.detect(clock, tree.root)
    clock.advance(0.05)
    use(tree, psys=1.0, package_0=0.5)
    assert check.compare() is None
    clock.advance(0.95)
    assert check.compare() == psys.Comparison(1.0, pytest.approx(1.0), pytest.approx(0.5), None)


def test_what_may_have_wrapped_unseen_or_vanished_is_not_compared(powercap, clock):
    tree = powercap(psys=True)
    check = psys.detect(clock, tree.root)
    clock.advance(3600)
    use(tree, psys=9.0, package_0=5.0)
    assert check.compare() is None
    clock.advance(1)
    tree.package().block()
    assert check.compare() is None
    tree.package().remove()
    tree.package().set(0)
    clock.advance(1)
    assert check.compare() is None  # the return of a counter is its new beginning
    clock.advance(1)
    use(tree, psys=9.0, package_0=5.0)
    assert check.compare() == psys.Comparison(1.0, pytest.approx(9.0), pytest.approx(5.0), None)


def test_a_machine_without_it_or_without_access_has_no_check(powercap, clock, tmp_path):
    assert psys.detect(clock, tmp_path / "none") is None
    tree = powercap(psys=True)
    tree.package().block()
    assert psys.detect(clock, tree.root) is None
    for zone in tree.named("psys"):
        (zone.folder / "name").write_text("uncore\n")
    tree.package().remove()
    tree.package().set(0)
    assert psys.detect(clock, tree.root) is None


@pytest.mark.parametrize("dram", [True, False])
def test_perf_events_come_first(tmp_path, clock, dram):
    events = {"energy-psys": 5, "energy-pkg": 2} | ({"energy-ram": 3} if dram else {})
    (tmp_path / "events").mkdir()
    (tmp_path / "type").write_text("31\n")
    (tmp_path / "cpumask").write_text("0\n")
    for event, code in events.items():
        (tmp_path / "events" / event).write_text(f"event={code:#04x}\n")
        (tmp_path / "events" / f"{event}.scale").write_text("1e-6\n")
        (tmp_path / "events" / f"{event}.unit").write_text("Joules\n")
    pipes = {}

    def opener(_kind, code, _cpu):
        read, pipes[code] = os.pipe()
        show(code, 1)
        return read

    def show(code, joules):
        os.write(pipes[code], (joules * 1_000_000).to_bytes(8, "little"))

    check = psys.detect(clock, rapl.POWERCAP, tmp_path, opener)
    clock.advance(2)
    for code in pipes:
        show(code, 1 + 2 * code)
    assert check.compare() == psys.Comparison(
        2.0, pytest.approx(5.0), pytest.approx(2.0), pytest.approx(3.0) if dram else None
    )
    for pipe in pipes.values():
        os.close(pipe)


def test_perf_events_that_are_refused_are_no_check(tmp_path, clock):
    (tmp_path / "events").mkdir()
    (tmp_path / "events/energy-psys").write_text("event=0x05\n")
    assert psys.detect(clock, tmp_path / "powercap", tmp_path) is None
