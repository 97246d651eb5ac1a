"""What the live feed foretells of a running cell, with the real tqdm in a real kernel."""

import jsonschema
import pytest
from referencing import Registry, Resource

from jupyter_green import schema

START = "import io, time\nfrom tqdm import tqdm\nquiet = dict(file=io.StringIO())\n"


@pytest.fixture(autouse=True)
def bars(kernel):
    kernel.run(START)


def validate(snapshot):
    documents = [schema.load(name) for name in ("footprint.v1", "feed.v1")]
    registry = Registry().with_resources([(d["$id"], Resource.from_contents(d)) for d in documents])
    jsonschema.Draft202012Validator(schema.load("feed.v1"), registry=registry).validate(snapshot)


def told(kernel, code):
    """Run a cell; return its record and its age and forecast in each snapshot."""
    before = len(kernel.feed)
    record = kernel.run("%%carbon\n" + code).record
    busy = [snapshot for snapshot in kernel.feed[before:] if snapshot["running"]]
    for snapshot in busy:
        validate(snapshot)
    cells = [snapshot["running"][0] for snapshot in busy]
    return record, [(cell["duration_s"], cell["forecast"]) for cell in cells]


def test_a_plain_bar_tells_the_end_from_a_tenth_on(kernel):
    record, rows = told(kernel, "for _ in tqdm(range(80), **quiet):\n    time.sleep(0.08)")
    assert record["duration_s"] == pytest.approx(6.4, rel=0.2)
    assert all(forecast is None for age, forecast in rows if age < 0.8)
    later = [(age, forecast) for age, forecast in rows if age >= 2.5 and age < 0.97 * record["duration_s"]]
    assert len(later) >= 2
    for age, forecast in later:
        assert forecast["seconds_left"] == pytest.approx(record["duration_s"] - age, abs=1.0)
        assert forecast["low"] <= forecast["joules"] <= forecast["high"]
        assert forecast["high"] - forecast["low"] <= 0.61 * forecast["joules"]
        assert forecast["joules"] == pytest.approx(record["energy"]["joules"], rel=0.35)
        assert forecast["grams"] > 0
        assert not forecast["at_least"]


@pytest.mark.parametrize(
    "code",
    [
        "with tqdm(total=45, **quiet) as bar:\n    while bar.n < 45:\n        time.sleep(0.1); bar.update()",
        "def train():\n"
        "    for i, _ in enumerate(tqdm(range(45), **quiet)):\n"
        "        for _ in range(2): time.sleep(0.05)\n\n"
        "train()",
    ],
    ids=["moved by hand", "in a function"],
)
def test_a_loop_that_has_its_bar_is_not_taken_for_an_inner_one(kernel, code):
    record, rows = told(kernel, code)
    late = [(age, forecast) for age, forecast in rows if 2.5 <= age < 0.95 * record["duration_s"]]
    assert late
    for age, forecast in late:
        assert forecast["seconds_left"] == pytest.approx(record["duration_s"] - age, abs=1.0)


def test_of_nested_bars_the_outer_one_counts(kernel):
    record, rows = told(
        kernel,
        "for _ in tqdm(range(25), **quiet):\n"
        "    for _ in tqdm(range(10), leave=False, **quiet):\n"
        "        time.sleep(0.03)",
    )
    late = [(age, forecast) for age, forecast in rows if 4 <= age < 0.95 * record["duration_s"]]
    assert late
    for age, forecast in late:
        assert forecast["seconds_left"] == pytest.approx(record["duration_s"] - age, abs=1.5)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("for _ in tqdm(iter(range(40)), **quiet):\n    time.sleep(0.1)", "does not say how much"),
        ("for _ in tqdm(range(40), total=8, **quiet):\n    time.sleep(0.1)", "beyond its own total"),
        (
            "bar = tqdm(total=50, **quiet)\nbar.update(20); time.sleep(1.5); bar.update(1); time.sleep(2.5)",
            "just begun",
        ),
        (
            "for epoch in range(2):\n    for _ in tqdm(range(20), **quiet):\n        time.sleep(0.1)",
            "inside a loop that does not say",
        ),
        (
            "def epoch(n):\n    bar = tqdm(total=n, **quiet)\n    while bar.n < n: time.sleep(0.1); bar.update()\n\n"
            "while True:\n    epoch(40)\n    break",
            "inside a loop that does not say",
        ),
        ("tqdm._instances.clear()\nend = time.monotonic() + 3.5\nwhile time.monotonic() < end: pass", "no loop says"),
        (
            "outer = tqdm(**quiet)\nfor _ in range(2):\n    for _ in tqdm(range(20), **quiet): time.sleep(0.1)",
            "how much",
        ),
    ],
    ids=[
        "no total",
        "wrong total",
        "one jump",
        "epochs without a bar",
        "a function in a loop",
        "no bar",
        "outer without total",
    ],
)
def test_rather_none_than_a_wrong_one(kernel, code, reason):
    _, rows = told(kernel, code)
    late = [forecast for age, forecast in rows if age >= 2.5]
    assert late
    assert late == [None] * len(late)
    said = " ".join(kernel.run("%carbon status").text.split())
    assert "Forecast" in said
    assert reason in said
    kernel.run("tqdm._instances.clear()")


def test_bars_that_were_cleared_away_are_no_trouble(kernel):
    code = "for i in tqdm(range(60), **quiet):\n    time.sleep(0.08)\n    if i == 40: tqdm._instances.clear()"
    _, rows = told(kernel, code)
    assert any(forecast is not None for _, forecast in rows)
    assert [forecast for age, forecast in rows if age > 4.3] == [None] * len([age for age, _ in rows if age > 4.3])
    assert "its loop is over" in " ".join(kernel.run("%carbon status").text.split())
    assert "problem of its own" not in kernel.run("%carbon status").text
