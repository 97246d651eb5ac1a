import math
from dataclasses import replace

from rig.evidence import MACHINE, cell, notebook, said

from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules.jobs import RULE
from jupyter_green.work.fit_traits import Tasks

FOREST = "forest = RandomForestClassifier(500).fit(X, y)"


def tasks(**changes):
    values = {
        "owner": "RandomForestClassifier",
        "function": "fit",
        "jobs": 1,
        "stated": False,
        "tasks": 500,
        "rows": 20_000,
        "seconds": 100.0,
        "cpu_seconds": 100.0,
    }
    return Tasks(**{**values, **changes})


FOLDS = {"owner": "", "function": "cross_validate", "tasks": 5}
SHORT = {"jobs": 8, "stated": True, "rows": 200, "seconds": 60.0, "cpu_seconds": 1.0}
SEARCH = {"owner": "GridSearchCV", "function": "evaluate_candidates", "tasks": 60}


def test_tasks_one_after_another_beside_idle_cores():
    found = said(RULE, notebook(cell(FOREST, tasks())))
    assert found.patch.after == "forest = RandomForestClassifier(500, n_jobs=-1).fit(X, y)"
    assert "1.0 of 8 processors" in found.evidence


def test_folds_of_a_function():
    found = said(RULE, notebook(cell("cross_val_score(model, X, y)", tasks(**FOLDS))))
    assert found.patch.after == "cross_val_score(model, X, y, n_jobs=-1)"


def test_forests_that_are_long_together():
    always = Gates(joules=0)
    found = said(RULE, notebook(cell(FOREST, *[tasks(seconds=0.2, cpu_seconds=0.2)] * 5)), always)
    assert "2500 tasks one after another in 1 s" in found.evidence
    assert said(RULE, notebook(cell(FOREST, *[tasks(seconds=0.02, cpu_seconds=0.02)] * 50)), always) is None


def test_a_forest_for_each_fold():
    """What is long enough for threads may be too short for processes."""
    folds, trees = tasks(**FOLDS, seconds=2.0, cpu_seconds=2.0), tasks(seconds=1.9, cpu_seconds=1.9, within=True)
    source = "cross_val_score(RandomForestClassifier(50), X, y)"
    found = said(RULE, notebook(cell(source, folds, trees)), Gates(joules=0))
    assert found.patch.after == "cross_val_score(RandomForestClassifier(50, n_jobs=-1), X, y)"
    decided = cell("cross_val_score(RandomForestClassifier(50), X, y, n_jobs=1)", folds, trees)
    assert said(RULE, notebook(decided), Gates(joules=0)) is None


def test_an_estimator_that_was_made_earlier_under_another_name():
    source = "from sklearn.ensemble import RandomForestClassifier as Forest\nforest = Forest()"
    found = said(RULE, notebook(cell(source, number=1), cell("forest.fit(X, y)", tasks(), number=2)))
    assert (found.patch.cell, found.patch.after) == (1, source.replace("Forest()", "Forest(n_jobs=-1)"))


def test_who_set_it_has_chosen():
    assert said(RULE, notebook(cell(FOREST, tasks(stated=True)))) is None
    assert said(RULE, notebook(cell("cross_val_score(model, X, y, n_jobs=1)", tasks(**FOLDS)))) is None
    assert said(RULE, notebook(cell("with parallel_config(n_jobs=2):\n    forest.fit(X, y)", tasks()))) is None


def test_cores_that_work_or_are_not_there():
    assert said(RULE, notebook(cell(FOREST, tasks(cpu_seconds=700.0)))) is None
    assert said(RULE, notebook(cell(FOREST, tasks(), machine=replace(MACHINE, cpus=1)))) is None


def test_few_rows_or_little_time_are_not_worth_workers():
    always = Gates(joules=0)
    assert said(RULE, notebook(cell(FOREST, tasks(rows=200))), always) is None
    assert said(RULE, notebook(cell(FOREST, tasks(seconds=0.2))), always) is None
    assert said(RULE, notebook(cell("cross_val_score(m, X, y)", tasks(**FOLDS, seconds=1.5))), always) is None
    assert said(RULE, notebook(cell(FOREST, tasks(tasks=1)))) is None


def test_threads_for_few_rows():
    found = said(RULE, notebook(cell("RandomForestClassifier(n_jobs=-1).fit(X, y)", tasks(**SHORT))))
    assert found.patch.after == "RandomForestClassifier(n_jobs=1).fit(X, y)"


def test_processes_that_take_longer_than_the_tasks():
    call = "GridSearchCV(model, grid, n_jobs=-1).fit(X, y)"
    found = said(RULE, notebook(cell(call, tasks(**SEARCH, **SHORT, task_seconds=0.4))))
    assert found.patch.after == "GridSearchCV(model, grid, n_jobs=1).fit(X, y)"
    assert "0.4 s by their own account" in found.evidence


def test_workers_that_are_worth_it():
    call = "GridSearchCV(model, grid, n_jobs=-1).fit(X, y)"
    assert said(RULE, notebook(cell(call, tasks(**SEARCH, **SHORT, task_seconds=90.0)))) is None
    assert said(RULE, notebook(cell(call, tasks(**{**SHORT, "rows": 20_000})))) is None
    assert said(RULE, notebook(cell(call, tasks(**{**SHORT, "cpu_seconds": 50.0})))) is None
    assert said(RULE, notebook(cell(call, tasks(**SHORT, task_seconds=math.nan), tasks(jobs=8, stated=True)))) is None


def test_predictions_take_the_jobs_of_the_fit():
    assert said(RULE, notebook(cell("forest.predict(X)", tasks(**{**SHORT, "function": "predict_proba"})))) is None
