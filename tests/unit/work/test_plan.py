"""What is made of a search whose candidates are known: those to come cost what their parameters say."""

import itertools
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.cells import cells
from rig.grids import GRIDS
from rig.loops import Loop
from rig.workloads import hyperparameter_grid
from sklearn.model_selection import ParameterGrid, ParameterSampler

from jupyter_green.work.forecast import forecast
from jupyter_green.work.observations import Mark
from jupyter_green.work.plan import plan_of

GRID = {"depth": [3, 5, 7], "trees": [100, 200, 400]}
COSTS = {"depth": {3: 1.0, 5: 1.5, 7: 2.0}, "trees": {100: 1.0, 200: 2.0, 400: 4.0}}


def cost(candidate):
    return math.prod(COSTS[name][value] for name, value in candidate.items())


def marks_of(costs, watts=50.0):
    marks = [Mark(0.0, 0.0, math.nan)]
    for each in costs:
        at = marks[-1].at + each
        marks.append(Mark(at, marks[-1].done + 1, at * watts))
    return marks


def told(candidates, done, folds=1):
    costs = [cost(each) for each in candidates for _ in range(folds)]
    marks = marks_of(costs[:done])
    plan = plan_of(candidates, folds)
    return forecast(marks, len(costs), marks[-1].at, marks[-1].joules, plan), sum(costs)


@given(st.permutations(list(ParameterGrid(GRID))), st.integers(1, 4), st.integers(2, 8))
def test_in_any_order_it_is_told_or_explained_and_never_vague(candidates, folds, done):
    result, _ = told(candidates, done * folds, folds)
    if result.why_not is None:
        assert result.low <= result.joules <= result.high <= 1.301 * result.joules
        assert result.seconds_left >= 0


def test_a_shuffled_grid_is_foretold_by_what_each_value_costs():
    candidates, chance, errors, covered = list(ParameterGrid(GRID)), random.Random(5), [], 0
    for _ in range(100):
        chance.shuffle(candidates)
        result, whole = told(candidates, 7)
        if result.why_not is None:
            errors.append(abs(result.joules / (50.0 * whole) - 1))
            covered += result.low <= 50.0 * whole <= result.high
    assert len(errors) >= 60
    assert sorted(errors)[len(errors) // 2] <= 0.05
    assert covered >= 0.9 * len(errors)


def test_of_a_parameter_with_one_value_so_far_nobody_can_tell():
    grid = {"metric": ["near", "far"], "neighbours": list(range(6))}
    candidates = list(ParameterGrid(grid))
    marks = marks_of([1.0] * 6)
    result = forecast(marks, 12, marks[-1].at, marks[-1].joules, plan_of(candidates))
    assert result.why_not == "its other values of metric may cost more or less, and none has been tried"


def test_values_that_were_not_tried_are_taken_to_be_like_those_that_were():
    grid = {"rate": [0.1, 0.2, 0.3, 0.4], "trees": [100, 200]}
    marks = marks_of([1.0, 2.0, 1.01, 2.02, 0.99, 1.98])
    result = forecast(marks, 8, marks[-1].at, marks[-1].joules, plan_of(list(ParameterGrid(grid))))
    assert result.joules == pytest.approx(50 * 12, rel=0.02)
    assert result.low < 50 * 12 < result.high


def test_the_best_fit_once_more_is_one_of_them():
    candidates = list(ParameterGrid(GRID))
    random.Random(1).shuffle(candidates)
    marks = marks_of([cost(each) for each in candidates])
    result = forecast(marks, 10, marks[-1].at, marks[-1].joules, plan_of(candidates))
    assert result.seconds_left == pytest.approx(sum(map(cost, candidates)) / 9, rel=0.1)


def test_looks_that_miss_single_fits_do_no_harm():
    candidates = list(ParameterGrid(GRID))
    random.Random(2).shuffle(candidates)
    every = marks_of([cost(each) for each in candidates])
    marks = [mark for mark in every[:8] if mark.done in (0, 1, 3, 4, 7)]
    result = forecast(marks, 9, marks[-1].at, marks[-1].joules, plan_of(candidates))
    assert result.why_not is not None or result.low <= every[-1].joules <= result.high


def test_measured_grids_are_covered():
    covered, given, errors = 0, 0, []
    for seed in range(200):
        loop = Loop(hyperparameter_grid(random.Random(f"test plan {seed}")))
        (result,) = loop.forecasts([0.25])
        if result.why_not is None:
            given += 1
            covered += result.low <= loop.joules <= result.high
            errors.append(abs(result.joules / loop.joules - 1))
    assert given >= 20
    assert covered >= 0.8 * given
    assert sorted(errors)[given // 2] <= 0.1


@pytest.mark.parametrize("name", GRIDS)
def test_each_candidate_was_measured(name):
    values, costs = GRIDS[name]
    assert len(costs) == math.prod(values.values())


# -- what is a plan ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("candidates", "whole", "names", "first_and_last"),
    [
        (ParameterGrid(GRID), True, ("depth", "trees"), [(0, 0), (2, 2)]),
        (list(itertools.product([1, 2], "ab")), True, ("part 1", "part 2"), [(0, 0), (1, 1)]),
        ([{"a": 1, "b": 2}, {"a": 2, "b": 2}], True, ("a",), [(0,), (1,)]),
        ([{"a": 1}, {"b": [3]}], False, ("a", "b"), [(0, 0), (1, 1)]),
        ([{"c": 10.0**-i} for i in range(9)], False, ("c",), [(2,), (0,)]),
    ],
    ids=["scikit-learn's grid", "product", "constant parameter", "two grids", "many numbers"],
)
def test_candidates_make_a_plan(candidates, whole, names, first_and_last):
    plan = plan_of(candidates, whole=whole)
    assert plan.names == names
    assert [plan.candidates[0], plan.candidates[-1]] == first_and_last


@pytest.mark.parametrize(
    "candidates",
    [
        range(20),
        [{"text": f"{i}", "label": i % 2} for i in range(20)],
        [(f"{i}", i % 2) for i in range(20)],
        [(1, 2), (1,)],
        [{"a": 1}],
        [{"a": i} for i in range(500)],
        ["ab", "cd"],
    ],
    ids=["numbers", "rows", "pairs", "ragged", "single", "too many", "words"],
)
def test_other_lists_are_no_plan(candidates):
    assert plan_of(candidates, whole=True) is None


def test_a_sampler_is_a_plan():
    plan = plan_of(ParameterSampler(GRID, 4, random_state=0), 3)
    assert (len(plan.candidates), plan.units) == (4, 12)


def test_a_bar_over_a_grid_is_foretold_by_it():
    with cells() as cell:
        cell.names["grid"] = [(metric, k) for metric in (1, 4) for k in range(6)]
        told = cell.run("for metric, k in tqdm(grid, **quiet):\n    sleep(5 * metric)")
    assert "other values of part 1" in dict(told)[33].why_not
    assert "too few" in dict(told)[20].why_not
    assert dict(told)[110].joules == pytest.approx(50 * 150, rel=0.1)
