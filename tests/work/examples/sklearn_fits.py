"""scikit-learn: single models, models made of models, searches here and in other processes."""

import pickle

import numpy as np
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401 - what the import of the search asks for
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from work.examples import ExpectedError

X, Y = np.random.default_rng(0).normal(size=(60, 3)), np.arange(60) % 2
GRID = {"C": [0.1, 1.0, 10.0]}


def two_models():
    assert b"jupyter" not in pickle.dumps(LogisticRegression().fit(X, Y))
    LogisticRegression().fit(X, Y)


def pipeline_is_one():
    make_pipeline(StandardScaler(), LogisticRegression()).fit(X, Y)


def ensemble_is_one():
    BaggingClassifier(LogisticRegression(), n_estimators=5).fit(X, Y)


def cross_validation():
    cross_val_score(LogisticRegression(), X, Y, cv=4)


def grid_search():
    GridSearchCV(LogisticRegression(), GRID, cv=4).fit(X, Y)


def grid_search_in_processes():
    GridSearchCV(LogisticRegression(), GRID, cv=4, n_jobs=2).fit(X, Y)


def cross_validation_in_processes():
    cross_val_score(LogisticRegression(), X, Y, cv=4, n_jobs=2)


def forest_in_threads():
    RandomForestClassifier(4, n_jobs=2).fit(X, Y)


def search_within_a_model():
    make_pipeline(StandardScaler(), GridSearchCV(LogisticRegression(), GRID, cv=2, n_jobs=2)).fit(X, Y)


def search_by_halves():
    HalvingGridSearchCV(LogisticRegression(), {"C": [0.1, 1.0]}, cv=2, factor=2, min_resources=30).fit(X, Y)


class Failing(LogisticRegression):
    fits = 0

    def fit(self, features, y):
        Failing.fits += 1
        if Failing.fits == 4:
            raise KeyboardInterrupt
        return super().fit(features, y)


def grid_search_interrupted_in_the_fourth_fit():
    GridSearchCV(Failing(), GRID, cv=4).fit(X, Y)


def bad_data():
    try:
        LogisticRegression().fit(X, Y[:3])
    except ValueError:
        raise ExpectedError from None


EXAMPLES = [
    two_models,
    pipeline_is_one,
    ensemble_is_one,
    cross_validation,
    grid_search,
    grid_search_in_processes,
    cross_validation_in_processes,
    forest_in_threads,
    search_within_a_model,
    search_by_halves,
    grid_search_interrupted_in_the_fourth_fit,
    bad_data,
]
