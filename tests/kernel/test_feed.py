"""What a kernel tells its frontends, as they receive it."""

import jsonschema
import pytest
from referencing import Registry, Resource

from jupyter_green import schema

BURN = "import time\nend = time.monotonic() + {seconds}\nwhile time.monotonic() < end: pass"


def validate(snapshot):
    documents = [schema.load(name) for name in ("footprint.v1", "feed.v1")]
    registry = Registry().with_resources([(d["$id"], Resource.from_contents(d)) for d in documents])
    jsonschema.Draft202012Validator(schema.load("feed.v1"), registry=registry).validate(snapshot)
    assert "state" not in snapshot  # nbclient would store it as a widget's state


def test_snapshots_arrive_while_a_cell_runs_and_grow(kernel):
    # Four whole seconds lie in it, whatever the phase; the first snapshot may be left out of a young cell.
    kernel.feed.clear()
    count = kernel.run("%%carbon long one\n" + BURN.format(seconds=4.4)).execution_count
    busy = [snapshot for snapshot in kernel.feed if snapshot["running"]]
    assert len(busy) >= 3
    for snapshot in busy:
        validate(snapshot)
    joules = [snapshot["running"][0]["joules"] for snapshot in busy]
    assert joules == sorted(joules)
    assert joules[-1] > 2 * joules[1] > 0 or joules[-1] > 4
    assert busy[-1]["running"][0]["label"] == "long one"
    assert busy[-1]["running"][0]["execution_count"] == count
    assert busy[-1]["power"]["kernel_w"] > 0
    totals = [snapshot["session"]["energy"]["joules"] for snapshot in kernel.feed]
    assert totals == sorted(totals)
    sequences = [snapshot["sequence"] for snapshot in kernel.feed]
    assert sequences == sorted(set(sequences))


def test_the_settled_cell_follows_and_then_an_idle_kernel_is_silent(kernel):
    record = kernel.run("%%carbon\nsum(range(10**6))").record
    last = kernel.listen(1.6)[-1]
    validate(last)
    assert last["running"] == []
    assert last["power"] is None
    (summary,) = [cell for cell in last["cells"] if cell["id"] == record["id"]]
    assert summary["settled"]
    assert summary["recorded"]
    assert kernel.listen(3.0) == []


def test_a_frontend_that_asks_gets_a_snapshot(kernel):
    kernel.run("1")
    kernel.listen(1.5)
    message = kernel.client.session.msg(
        "comm_open", {"comm_id": "asking", "target_name": "jupyter_green", "data": {"resync": True}}
    )
    kernel.client.shell_channel.send(message)
    answers = kernel.listen(2.0)
    assert len(answers) == 1
    validate(answers[0])
    assert answers[0]["session"]["cells"] > 0


def test_a_snapshot_stays_small_with_many_cells(kernel):
    import json

    for number in range(80):
        kernel.run(f"%%carbon --quiet a cell with a label of some length, number {number}\nx = {number}")
    snapshot = kernel.listen(1.6)[-1]
    assert len(json.dumps(snapshot)) <= 8192
    assert snapshot["cells"][-1]["label"].endswith("79")


def test_the_power_of_the_last_minutes_adds_up_to_the_energy(kernel):
    kernel.run("%carbon reset")
    count = kernel.run("%%carbon\n" + BURN.format(seconds=8)).execution_count
    snapshot = [snapshot for snapshot in kernel.listen(1.6) if snapshot["running"] == []][-1]
    history = snapshot["history"]
    steps = len(history["machine_w"])
    assert steps >= 2
    assert {len(watts) for watts in history["watts"].values()} == {steps}
    joules = sum(sum(watts) for watts in history["watts"].values()) * history["step_s"]
    seconds = steps * history["step_s"]
    session = snapshot["session"]["energy"]["joules"]
    (cell,) = [cell for cell in snapshot["cells"] if cell["execution_count"] == count]
    assert 0.7 * session * seconds / (cell["duration_s"] + 2) <= joules <= 1.02 * session
    (band,) = [band for band in history["bands"] if band["execution_count"] == count]
    assert band["to"] - band["from"] == pytest.approx(cell["duration_s"], abs=0.11)
    assert history["end"] >= band["to"] - 0.1


def test_runs_of_the_same_cell_are_counted_together(kernel):
    for _ in range(3):
        kernel.run("%%carbon again and again\nsum(range(10**6))")
    snapshot = kernel.listen(1.6)[-1]
    again = [cell for cell in snapshot["cells"] if cell["label"] == "again and again"]
    assert [cell.get("runs", 1) for cell in again] == [1, 2, 3]
    assert again[-1]["runs_joules"] == pytest.approx(sum(cell["joules"] for cell in again), rel=1e-3)


def test_absent_sources_are_named_with_the_reason(kernel):
    kernel.run("1")
    snapshot = kernel.listen(1.6)[-1]
    for source in snapshot["sources"]:
        assert source["method"] in ("counter", "modelled", "integrated")
        assert source["unavailable_because"] is None or len(source["unavailable_because"]) > 10
    assert {s["component"] for s in snapshot["sources"] if s["unavailable_because"] is None} >= {"cpu", "ram"}
