"""Time that jumps while a cell runs: the date is set, the machine sleeps."""

import threading
from datetime import datetime, timedelta, timezone

import pytest
from rig.distortion import Distortion
from rig.kernel import Kernel
from rig.powercap import LivePowercap, PowercapTree

WATTS = 33.0
SESSION = "__import__('jupyter_green').session()"


@pytest.fixture(scope="module")
def rigged(tmp_path_factory):
    folder = tmp_path_factory.mktemp("time")
    distortion = Distortion(folder)
    tree = PowercapTree(folder / "powercap" / "class")
    with LivePowercap(tree, WATTS), Kernel(folder, {**tree.environment, **distortion.environment}) as kernel:
        kernel.run("import time")
        kernel.listen(1.2)
        yield distortion, kernel


def sleep(kernel, seconds, happens=None, after=0.6):
    """A cell in the middle of which something happens; its settled record."""
    timer = threading.Timer(after, happens or (lambda: None))
    timer.start()
    outcome = kernel.run(f"%%carbon\ntime.sleep({seconds})\n'done'")
    timer.join()
    assert (outcome.status, outcome.result, outcome.text) == ("ok", "'done'", "")
    for _ in range(20):
        kernel.listen(0.3)
        (record,) = kernel.value(f"[r.to_json() for r in {SESSION}.cells if r.id == {outcome.record['id']!r}]")
        if record["settled"]:
            return record
    raise AssertionError("the record did not settle")


def cpu(record):
    return record["machine_energy"]["components"]["cpu"]


@pytest.mark.parametrize("hours", [-2, 2, -24 * 365 * 20])
def test_a_date_that_is_set_changes_nothing_but_the_dates_of_later_cells(rigged, hours):
    distortion, kernel = rigged

    def set_date():
        distortion.wall = hours * 3600
        distortion.apply()

    began = datetime.now(timezone.utc)
    record = sleep(kernel, 1.2, set_date)
    later = sleep(kernel, 0.3)
    distortion.wall = 0.0
    distortion.apply()
    assert not {"suspended", "sampling-gap", "cpu-partial"} & {*record["flags"], *later["flags"]}
    for settled, seconds in ((record, 1.2), (later, 0.3)):
        assert settled["duration_s"] == pytest.approx(seconds, abs=0.25)
        assert cpu(settled) == pytest.approx(WATTS * settled["duration_s"], rel=0.1)
    assert abs(datetime.fromisoformat(record["started"].replace("Z", "+00:00")) - began) < timedelta(seconds=30)
    shown = datetime.fromisoformat(later["started"].replace("Z", "+00:00"))
    assert abs(shown - began - timedelta(hours=hours)) < timedelta(seconds=30)


def test_a_machine_that_sleeps_in_a_cell(rigged):
    distortion, kernel = rigged

    def suspend():
        distortion.asleep += 600
        distortion.apply()

    record = sleep(kernel, 3.2, suspend, after=1.2)
    assert "suspended" in record["flags"]
    # What the machine drew asleep is nobody's; the cell ran from before until after.
    assert 0 < cpu(record) < WATTS * 3.5
    assert record["duration_s"] == pytest.approx(603.2, abs=0.5)
    again = sleep(kernel, 1.2)
    assert not {"suspended", "cpu-partial"} & set(again["flags"])
    assert cpu(again) == pytest.approx(WATTS * again["duration_s"], rel=0.05)
