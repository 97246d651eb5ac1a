"""``GET jupyter-green/history``: a real server reads what the real writer wrote."""

import json
from urllib.error import HTTPError
from urllib.request import urlopen

import jsonschema
import pytest
from referencing import Registry, Resource
from rig.lab import LabServer
from rig.records import STARTED, footprint

from jupyter_green import schema
from jupyter_green.ledger import Ledger
from jupyter_green.record import Record, SessionTotal

HOUR = 3600.0


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home 100%d")  # a per cent sign is nothing special in a path


@pytest.fixture(scope="module")
def server(home):
    place = {"JUPYTER_GREEN_LEDGER": str(home / "ledger.sqlite3")}
    with LabServer(home, home, place, app="server") as running:
        yield running


@pytest.fixture
def write(home):
    """Return a function that puts a cell into a ledger that is empty at first; its session total follows."""
    path = home / "ledger.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    ledger = Ledger(path)
    totals = {}

    def cell(boot, number, joules, label, *, after=0.0, inside=None, running=False, status="ok", between=10.0):
        started = STARTED + after
        made = footprint(joules, label=label, started=started, status=status)
        first, sum_ = totals.get(boot, (started, 0.0))
        totals[boot] = first, sum_ + joules
        whole = footprint(sum_ + joules + between, started=first, duration=started + 10.0 - first)
        ledger._inside = inside
        record = Record(f"{boot}-{number}", boot, number, made, SessionTotal(whole, number, between))
        assert ledger.append(record, running=running), ledger.health

    yield cell
    ledger.close()


def ask(server, **query):
    """Ask, and return the answer after holding it against its schema."""
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    with urlopen(server.url(f"jupyter-green/history?{asked}"), timeout=30) as reply:
        answer = json.load(reply)
    documents = [schema.load(name) for name in ("footprint.v1", "history.v1")]
    registry = Registry().with_resources([(d["$id"], Resource.from_contents(d)) for d in documents])
    jsonschema.Draft202012Validator(schema.load("history.v1"), registry=registry).validate(answer)
    return answer


def refused(server, path):
    with pytest.raises(HTTPError) as failed:
        urlopen(server.url(path), timeout=30)
    return failed.value.code, json.load(failed.value)["message"]


def test_all_time_is_the_sum_of_all_kernels(server, write):
    write("first", 1, 100.0, "load()")
    write("first", 2, 1000.0, "train()", after=60)
    write("second", 1, 500.0, "train()", after=HOUR)
    answer = ask(server, since=0)
    assert answer["energy"]["joules"] == pytest.approx(1620.0)
    one = footprint(1.0).energy
    assert answer["energy"]["low"] == pytest.approx(1620.0 * one.low)  # errors are shared, so ends add up
    assert answer["energy"]["high"] == pytest.approx(1620.0 * one.high)
    assert answer["energy"]["measured_share"] == pytest.approx(0.84)
    assert answer["grams"] == pytest.approx(footprint(1620.0).emissions.grams)
    assert answer["components"] == pytest.approx({"gpu": 1344.0, "cpu": 192.0, "ram": 64.0})
    assert (answer["cells"], answer["kernels"], answer["between_joules"]) == (3, 2, 20.0)
    assert answer["at_least"] is False
    assert [(row["label"], row["joules"]) for row in answer["rows"]] == [
        ("train()", 1000.0),
        ("train()", 500.0),
        ("load()", 100.0),
    ]


def test_re_runs_in_one_kernel_are_one_row(server, write):
    for number, joules in ((1, 100.0), (2, 300.0), (3, 200.0)):
        write("first", number, joules, "train()", after=number * 20, status="ok" if number < 3 else "error")
    write("first", 4, 50.0, None, after=90)
    write("first", 5, 50.0, None, after=120)
    rows = ask(server, since=0)["rows"]
    assert [row["runs"] for row in rows] == [3, 1, 1]
    last = {"id": "first-3", "execution_count": 3, "status": "error", "started": STARTED + 60}
    assert last.items() <= rows[0].items()
    assert (rows[0]["joules"], rows[0]["duration_s"]) == (600.0, 30.0)


def test_of_a_kernel_that_began_before_only_the_cells_since_then(server, write):
    write("early", 1, 1000.0, "yesterday()")
    write("early", 2, 200.0, "today()", after=10 * HOUR)
    answer = ask(server, since=STARTED + 9 * HOUR)
    assert answer["energy"]["joules"] == pytest.approx(200.0)
    assert (answer["cells"], answer["kernels"], answer["between_joules"]) == (1, 1, None)
    assert answer["at_least"] is True
    assert [row["label"] for row in answer["rows"]] == ["today()"]
    write("late", 1, 50.0, "today()", after=11 * HOUR)
    both = ask(server, since=STARTED + 9 * HOUR)
    assert both["energy"]["joules"] == pytest.approx(260.0)
    assert (both["kernels"], both["between_joules"]) == (2, 10.0)


def test_what_ran_inside_a_cell_is_counted_once(server, write):
    write("outer", 1, 1000.0, "papermill()")
    write("inner", 1, 900.0, "step()", after=1, inside="outer")
    answer = ask(server, since=0)
    assert answer["energy"]["joules"] == pytest.approx(1010.0)
    assert (answer["cells"], answer["kernels"]) == (1, 1)
    assert [row["label"] for row in answer["rows"]] == ["papermill()"]
    assert answer["components"]["gpu"] == pytest.approx(840.0)


def test_a_cell_that_runs_is_there_already(server, write):
    write("first", 1, 100.0, "train()", running=True)
    (row,) = ask(server, since=0)["rows"]
    assert row["status"] == "running"


def test_nothing_is_unknown_rather_than_zero(server, home, write):
    answer = ask(server, since=0)  # no file yet
    assert answer["energy"]["joules"] is None
    assert (answer["cells"], answer["kernels"], answer["rows"]) == (0, 0, [])
    write("first", 1, 100.0, "train()")
    assert ask(server, since=STARTED + HOUR)["energy"]["joules"] is None


@pytest.mark.parametrize("since", ["", "yesterday", "-1", "nan", "inf", "1e999"])
def test_a_bad_moment_is_refused_in_one_line(server, since):
    code, line = refused(server, f"jupyter-green/history?since={since}")
    assert code == 400
    assert line.startswith("since takes Unix seconds")
    assert "\n" not in line


def test_a_broken_ledger_is_named_in_one_line(server, home):
    path = home / "ledger.sqlite3"
    path.write_text("not a database, and long enough to be read as one" * 50)
    code, line = refused(server, "jupyter-green/history?since=0")
    assert code == 503
    assert f"The ledger {path} cannot be read" in line
    assert "\n" not in line


def test_only_the_user_may_ask_and_looking_is_no_activity(server, write):
    with pytest.raises(HTTPError) as failed:
        urlopen(server.url("jupyter-green/history?since=0").replace("token=", "token=not-"), timeout=30)
    assert failed.value.code == 403

    def activity():
        with urlopen(server.url("api/status"), timeout=30) as reply:
            return json.load(reply)["last_activity"]

    before = activity()
    ask(server, since=0)
    assert activity() == before
