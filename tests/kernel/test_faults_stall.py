"""An energy counter that stalls for 3 s, and a machine that wakes up between two cells: no later cell waits for it."""

import threading
import time

import pytest
from rig.distortion import Distortion
from rig.kernel import Kernel
from rig.powercap import LivePowercap, PowercapTree

WATTS = 33.0
SESSION = "__import__('jupyter_green').session()"


@pytest.fixture
def rigged(tmp_path):
    distortion = Distortion(tmp_path)
    tree = PowercapTree(tmp_path / "powercap" / "class")
    with LivePowercap(tree, WATTS), Kernel(tmp_path, {**tree.environment, **distortion.environment}) as kernel:
        kernel.run("import time")
        kernel.listen(1.2)
        yield distortion, kernel


def stall(distortion, after, lasting):
    """Let what is opened in that time take 3 s; the counter is only read once meanwhile."""

    def begin():
        distortion.stall = 3.0
        distortion.apply()

    def end():
        distortion.stall = 0.0
        distortion.apply()

    timers = [threading.Timer(after, begin), threading.Timer(after + lasting, end)]
    for timer in timers:
        timer.start()
    return timers


def sleep(kernel, seconds):
    """Return a cell's settled record, and how long it took as the user sees it."""
    began = time.monotonic()
    outcome = kernel.run(f"%%carbon\ntime.sleep({seconds})\n'done'")
    took = time.monotonic() - began
    assert (outcome.status, outcome.result, outcome.text) == ("ok", "'done'", "")
    for _ in range(30):
        kernel.listen(0.3)
        (record,) = kernel.value(f"[r.to_json() for r in {SESSION}.cells if r.id == {outcome.record['id']!r}]")
        if record["settled"]:
            return record, took
    raise AssertionError("the record did not settle")


def right(record):
    return record["machine_energy"]["components"]["cpu"] == pytest.approx(WATTS * record["duration_s"], rel=0.05)


def test_a_counter_that_stalls_in_a_cell_delays_it_no_more_than_a_moment_and_never_again(rigged):
    distortion, kernel = rigged
    for after, lasting, seconds in ((0.1, 1.1, 2.5), (1.0, 1.2, 1.5)):  # in the middle; at the end
        timers = stall(distortion, after, lasting)
        record, took = sleep(kernel, seconds)
        for timer in timers:
            timer.join()
        assert took < seconds + 1.0  # the stall alone is longer
        assert record["duration_s"] == pytest.approx(seconds, abs=0.3)
        assert {"cpu-partial", "sampling-gap"} & set(record["flags"])
        assert right(record)


def test_a_counter_that_stalls_where_the_cell_itself_reads_it_does_so_once(rigged):
    distortion, kernel = rigged
    kernel.run("while time.clock_gettime(time.CLOCK_BOOTTIME) % 1 > 0.1: time.sleep(0.01)")
    kernel.listen(0.1)  # two edges within 5 ms are read once
    distortion.stall = 3.0
    distortion.apply()
    timers = stall(distortion, 0.0, 1.0)
    record, took = sleep(kernel, 1.2)
    for timer in timers:
        timer.join()
    assert took > 4  # this once
    assert record["duration_s"] == pytest.approx(took, abs=0.3)
    assert right(record)
    timers = stall(distortion, 0.0, 1.0)
    record, took = sleep(kernel, 1.2)
    for timer in timers:
        timer.join()
    assert took < 2.2
    assert right(record)


def test_a_machine_that_slept_between_two_cells_meters_the_next_one(rigged):
    distortion, kernel = rigged
    distortion.asleep += 3600
    distortion.apply()
    record, _ = sleep(kernel, 1.2)
    assert record["duration_s"] == pytest.approx(1.2, abs=0.25)
    assert (record["machine_energy"]["components"]["cpu"] or 0.0) <= WATTS * 1.05 * record["duration_s"]
    again, _ = sleep(kernel, 1.2)
    assert right(again)
    total = kernel.value(f"{SESSION}.total.footprint.machine['cpu'].energy.joules")
    assert total < WATTS * 60  # not of the hour asleep
