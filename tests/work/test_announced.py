"""What libraries say of the loops that they run: how far each has come, as of each step, and its end."""

import json

import pytest
from work.conftest import in_a_process


@pytest.fixture(scope="module")
def told():
    (line,) = (line for line in in_a_process("work.announced") if line.startswith("SAID "))
    return json.loads(line.removeprefix("SAID "))


@pytest.mark.parametrize(
    ("loop", "name", "begins", "total"),
    [
        ("trainer", "Trainer's steps", 0, 4),
        ("trainer from a checkpoint", "Trainer's steps", 4, 8),
        ("generation of fixed length", "generation", 0, 6),
        ("generation of fixed length with its prompt", "generation", 0, 4),
        ("lightning", "Lightning's batches", 0, 8),
        ("lightning by steps", "Lightning's batches", 0, 6),
        ("keras", "Keras's steps", 0, 8),
        ("keras from an epoch", "Keras's steps", 0, 4),
        ("grid", "the search's fits", 0, 5),  # two candidates, two folds, and the best of them once more
        ("random search", "the search's fits", 0, 2),
    ],
)
def test_a_library_says_how_far_its_loop_is(told, loop, name, begins, total):
    rows = told["said"][loop]
    assert rows == [[[name, done, total, begins, None]] for done in range(begins, total)]


def test_a_generation_that_may_end_early_has_no_total_and_says_why(told):
    for done, ((name, seen, total, _, why),) in enumerate(told["said"]["generation that may end"]):
        assert (name, seen, total) == ("generation", done, None)
        assert why == "it ends where the model says so, after 6 tokens at the latest"


def test_a_fit_without_an_end_has_no_total(told):
    assert [(row[0][1], row[0][2]) for row in told["said"]["lightning without end"]] == [(i, None) for i in range(9)]


def test_nothing_is_left(told):
    assert (told["running"], told["trouble"], told["left"]) == (0, {}, [])
