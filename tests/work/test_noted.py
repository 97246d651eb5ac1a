"""How models, fits and pipelines ran, as their probes note it."""

import json

import pytest
from work.conftest import in_a_process


@pytest.fixture(scope="module")
def told():
    (line,) = (line for line in in_a_process("work.noted") if line.startswith("NOTED "))
    return json.loads(line.removeprefix("NOTED "))


@pytest.fixture
def one(told):
    """Return the one trait of a kind that an example left."""

    def of(example, kind):
        (trait,) = (each for each in told["noted"][example] if each["trait"] == kind)
        return trait

    return of


@pytest.mark.parametrize(
    ("example", "rows", "use_cache", "beams", "returned"),
    [
        ("as ever", 3, True, 1, 1),
        ("arguments", 3, False, 2, 2),
        ("settings by position", 3, False, 3, 1),
        ("settings by name that say nothing of the cache", 3, False, 1, 1),
        ("a static cache", 3, True, 1, 1),
        ("a pipeline of prompts", 2, True, 1, 1),
    ],
)
def test_generations(one, example, rows, use_cache, beams, returned):
    seen = one(example, "Generation")
    assert (seen["rows"], seen["use_cache"], seen["beams"], seen["returned"]) == (rows, use_cache, beams, returned)
    assert seen["caches"]


@pytest.mark.parametrize(
    ("example", "owner", "jobs", "stated", "tasks"),
    [
        ("a forest", "RandomForestClassifier", 1, False, 5),
        ("a forest in threads", "RandomForestClassifier", 2, True, 5),
        ("a search", "GridSearchCV", 1, False, 12),
        ("folds of a forest that says its jobs", "", 1, True, 3),  # the trees within are no tasks of their own
    ],
)
def test_tasks(one, example, owner, jobs, stated, tasks):
    seen = one(example, "Tasks")
    assert (seen["owner"], seen["jobs"], seen["stated"], seen["tasks"]) == (owner, jobs, stated, tasks)
    assert seen["rows"] == 60
    assert seen["seconds"] > 0


def test_a_function_is_named(one):
    seen = one("folds of a forest that says its jobs", "Tasks")
    assert seen["function"] == "cross_validate"
    assert 0 < seen["task_seconds"] <= seen["seconds"]


def test_a_search(one):
    seen = one("a search", "Search")
    assert (seen["kind"], seen["estimator"]) == ("GridSearchCV", "LogisticRegression")
    assert (seen["candidates"], seen["folds"], seen["rows"], seen["columns"]) == (3, 4, 60, 3)
    assert (seen["metrics"], seen["steady"], seen["jobs"]) == (1, False, None)
    assert 0 < seen["fit_seconds"] < seen["seconds"]


def test_what_is_not_shared_out_leaves_nothing(told):
    assert told["noted"]["nothing that is shared out"] == []


@pytest.mark.parametrize(("example", "images", "steps"), [("images", 3, 4), ("arrays", 2, 2)])
def test_pipelines(one, example, images, steps):
    seen = one(example, "Diffusion")
    assert (seen["pipeline"], seen["scheduler"]) == ("DDPMPipeline", "DDPMScheduler")
    assert (seen["images"], seen["steps"], seen["width"], seen["height"]) == (images, steps, 8, 8)
    assert (seen["guidance"], seen["scheduled"]) == (None, False)


def test_nothing_is_noted_once_metering_has_ended(told):
    assert told["after"] == []
