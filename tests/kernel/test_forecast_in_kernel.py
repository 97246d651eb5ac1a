"""What the live feed foretells of a running cell, in a real kernel; what bars may do is tried in ``test_bars``."""

import jsonschema
import pytest
from referencing import Registry, Resource

from jupyter_green import schema

START = "import io, time\nfrom tqdm import tqdm\nquiet = dict(file=io.StringIO())\n"
SEARCH = """
from sklearn.base import BaseEstimator
from sklearn.model_selection import GridSearchCV


class Sleeper(BaseEstimator):
    def __init__(self, depth=1, trees=1):
        self.depth, self.trees = depth, trees

    def fit(self, x, y):
        time.sleep(0.1)
        return self

    def score(self, x, y):
        return 0.0


search = GridSearchCV(Sleeper(), {"depth": list(range(6)), "trees": [1, 2, 3]}, cv=2)
"""


@pytest.fixture(autouse=True, scope="module")
def bars(kernel):
    kernel.run(START)


def validate(snapshot):
    documents = [schema.load(name) for name in ("footprint.v1", "feed.v1")]
    registry = Registry().with_resources([(d["$id"], Resource.from_contents(d)) for d in documents])
    jsonschema.Draft202012Validator(schema.load("feed.v1"), registry=registry).validate(snapshot)


def told(kernel, code):
    """Run a cell; return its record and the cell as each snapshot showed it."""
    before = len(kernel.feed)
    record = kernel.run("%%carbon\n" + code).record
    busy = [snapshot for snapshot in kernel.feed[before:] if snapshot["running"]]
    for snapshot in busy:
        validate(snapshot)
    return record, [snapshot["running"][0] for snapshot in busy]


def status(kernel):
    said = kernel.run("%carbon status").text
    assert "problem of its own" not in said
    return " ".join(said.split())


def assert_consistent(cells, record):
    """Whether forecasts were made, each in keeping with what came before and after it; loosely, as machines stall."""
    foretold = [cell for cell in cells if cell["forecast"] is not None]
    assert foretold
    for cell in foretold:
        forecast = cell["forecast"]
        assert cell["joules"] <= forecast["joules"] * 1.01
        assert forecast["low"] <= forecast["joules"] <= forecast["high"] <= 1.31 * forecast["joules"]
        assert forecast["grams"] > 0
        assert cell["duration_s"] + forecast["seconds_left"] == pytest.approx(record["duration_s"], rel=0.6)


def test_a_bar_tells_what_the_cell_is_going_to_need(kernel):
    record, cells = told(kernel, "for _ in tqdm(range(44), **quiet):\n    time.sleep(0.08)")
    assert_consistent(cells, record)
    said = status(kernel)
    assert "Forecast the last long cell, as last seen:" in said
    assert "left" in said


def test_a_library_tells_it_of_its_own_loop(kernel):
    kernel.run(SEARCH)
    record, cells = told(kernel, "_ = search.fit([[0]] * 12, [0, 1] * 6)")
    assert_consistent(cells, record)


def test_rather_none_than_a_wrong_one_and_one_quiet_reason(kernel):
    code = "for epoch in range(2):\n    for _ in tqdm(range(14), **quiet):\n        time.sleep(0.08)"
    _, cells = told(kernel, code)
    assert cells
    assert [cell["forecast"] for cell in cells] == [None] * len(cells)
    said = status(kernel)
    assert "Forecast none for the last long cell:" in said
    assert "inside a loop that does not say" in said
