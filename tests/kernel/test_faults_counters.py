"""What the system's energy counters may do wrong in a running kernel: the cell goes on, its record says what happened.

Two packages of 16.5 W: one with a usual range, whose files go wrong, and one that wraps every two seconds throughout.
"""

import threading

import pytest
from rig.kernel import Kernel
from rig.powercap import LivePowercap, PowercapTree

WATTS = 33.0
SESSION = "__import__('jupyter_green').session()"
FAULTY = "intel-rapl:0"
FAULTS = {"text": "n/a\n", "negative": "-5\n", "enormous": "9" * 40, "nothing": "", "zero": "0\n"}


class Machine:
    """A live tree whose first package another one can stand for."""

    def __init__(self, folder):
        self.tree = PowercapTree(folder / "powercap" / "class", ("package-0", "package-1"))
        wrapping = self.tree.package(1)
        wrapping.range_microjoules = 30_000_000
        (wrapping.folder / "max_energy_range_uj").write_text("30000000\n")
        self.other = PowercapTree(folder / "other" / "class")
        self._link = self.tree.root / FAULTY
        self._good = self._link.readlink()

    def show(self, target):
        fresh = self._link.with_name("fresh")
        fresh.symlink_to(target)
        fresh.replace(self._link)

    def spoil(self, fault):
        if fault == "unreadable":
            self.other.package().block()
        elif fault != "vanished":
            self.other.package().fill(FAULTS[fault])
        self.show("nowhere" if fault == "vanished" else self.other.package().folder)

    def mend(self):
        self.show(self._good)


@pytest.fixture(scope="module")
def rigged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counters")
    machine = Machine(folder)
    live = LivePowercap(machine.tree, WATTS, start_microjoules=100_000_000_000)
    with live, Kernel(folder, machine.tree.environment) as kernel:
        kernel.run("import time")
        kernel.listen(1.2)
        yield machine, kernel


def settled(kernel, published):
    for _ in range(20):
        kernel.listen(0.3)
        (record,) = kernel.value(f"[r.to_json() for r in {SESSION}.cells if r.id == {published['id']!r}]")
        if record["settled"]:
            return record
    raise AssertionError("the record did not settle")


def sleep(kernel, seconds):
    outcome = kernel.run(f"%%carbon\ntime.sleep({seconds})\n'done'")
    assert (outcome.status, outcome.result, outcome.text) == ("ok", "'done'", "")
    return settled(kernel, outcome.record)


def cpu(record):
    return record["machine_energy"]["components"]["cpu"]


def recover(kernel):
    """Wait until the counter is read again, in a cell: between cells it is asked rarely."""
    kernel.run(f"while {SESSION}.meter.sampler.failing: time.sleep(0.1)")
    kernel.listen(1.0)


def whole(kernel, seconds):
    record = sleep(kernel, seconds)
    assert "cpu-partial" not in record["flags"]
    assert cpu(record) == pytest.approx(WATTS * record["duration_s"], rel=0.05)


@pytest.mark.parametrize("fault", [*FAULTS, "unreadable", "vanished"])
def test_a_counter_that_goes_wrong_for_a_second(rigged, fault):
    machine, kernel = rigged
    timers = [threading.Timer(0.1, machine.spoil, [fault]), threading.Timer(1.3, machine.mend)]
    for timer in timers:
        timer.start()
    record = sleep(kernel, 1.8)
    for timer in timers:
        timer.join()
    assert "cpu-partial" in record["flags"]
    # What it used meanwhile is missing and makes no spike; the duration is that of the cell.
    assert (cpu(record) or 0.0) <= 1.05 * WATTS * record["duration_s"]
    assert record["duration_s"] == pytest.approx(1.8, abs=0.3)


def test_and_is_whole_again_afterwards_across_many_wraps_of_the_other(rigged):
    _, kernel = rigged
    recover(kernel)
    whole(kernel, 2.5)


def test_a_counter_that_stays_away_is_named_until_it_returns(rigged):
    machine, kernel = rigged
    machine.spoil("unreadable")
    record = sleep(kernel, 1.2)
    assert "cpu-partial" in record["flags"]
    assert "energy_uj" in kernel.value(f"{SESSION}.meter.sampler.failing")["rapl"]
    assert "energy_uj" in kernel.run("%carbon status").text
    machine.mend()
    recover(kernel)
    whole(kernel, 0.5)


def test_a_counter_that_begins_anew(rigged):
    machine, kernel = rigged
    machine.other.package().set(0)
    with LivePowercap(machine.other, WATTS / 2):
        timer = threading.Timer(0.5, machine.show, [machine.other.package().folder])
        timer.start()
        record = sleep(kernel, 1.8)
        timer.join()
        assert "cpu-partial" in record["flags"]
        assert (cpu(record) or 0.0) <= 1.05 * WATTS * record["duration_s"]
        kernel.listen(1.0)
        whole(kernel, 1.0)
        machine.mend()
