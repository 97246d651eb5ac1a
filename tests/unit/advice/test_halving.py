import pytest
from rig.evidence import cell, notebook, said

from jupyter_green.advice.rules.halving import RULE
from jupyter_green.work.fit_traits import Search

CALL = "search = GridSearchCV(SVC(), grid, cv=5).fit(X, y)"


def search(**changes):
    values = {
        "kind": "GridSearchCV",
        "estimator": "SVC",
        "candidates": 27,
        "folds": 5,
        "rows": 5000,
        "columns": 20,
        "fit_seconds": 0.8,
        "seconds": 110.0,
        "cpu_seconds": 110.0,
        "metrics": 1,
        "steady": True,
        "jobs": None,
    }
    return Search(**{**values, **changes})


def test_the_class_is_changed_and_imported():
    found = said(RULE, notebook(cell("%%time\n" + CALL, search())))
    assert found.patch.after == (
        "%%time\n"
        "from sklearn.experimental import enable_halving_search_cv  # noqa: F401\n"
        "from sklearn.model_selection import HalvingGridSearchCV\n"
        "search = HalvingGridSearchCV(SVC(), grid, cv=5).fit(X, y)"
    )
    assert found.saving[1] == pytest.approx(1 - 4 / 27)
    assert found.share == pytest.approx(110 / 120)


def test_an_attribute_stays_one():
    source = "import sklearn.model_selection as ms\nsearch = ms.GridSearchCV(SVC(), grid)"
    found = said(RULE, notebook(cell(source, number=1), cell("search.fit(X, y)", search(), number=2)))
    assert found.patch.cell == 1
    assert found.patch.after.endswith("search = ms.HalvingGridSearchCV(SVC(), grid)")
    assert "import HalvingGridSearchCV" not in found.patch.after


@pytest.mark.parametrize(
    "changes",
    [
        {"candidates": 11},
        {"rows": 150},
        {"rows": None},
        {"candidates": 300, "rows": 3000},  # the first round would have a dozen rows
        {"fit_seconds": 0.003},
        {"metrics": 2},  # which halving cannot do
        {"steady": False},  # nor this
        {"kind": "RandomizedSearchCV"},
        {"kind": "HalvingGridSearchCV"},
    ],
    ids=str,
)
def test_silence(changes):
    assert said(RULE, notebook(cell(CALL, search(**changes)))) is None


def test_a_map_of_all_scores_needs_them():
    table = cell(CALL + "\nsns.heatmap(pd.DataFrame(search.cv_results_).pivot(index='a', columns='b'))", search())
    assert said(RULE, notebook(table)) is None


def test_an_argument_that_halving_does_not_take():
    assert said(RULE, notebook(cell("GridSearchCV(SVC(), grid, pre_dispatch=2)", search()))).patch is None
