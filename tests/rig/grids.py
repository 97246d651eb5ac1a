"""What the candidates of a hyperparameter search cost, measured: nine grids as tutorials show them.

``python -m tests.rig.grids`` fits them all with scikit-learn, in its order – parameters by name, the last one fastest –
and prints the table below: CPU time of fit and score over three folds, as a multiple of the grid's mean. Guessed
factors, of which every parameter had one, were harsher than what was found: most parameters cost nothing, a few cost a
lot (`n_estimators`, `solver`, `kernel`), and the outermost seldom matters, unless it does by four times (`metric`).
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterator
from typing import Any, NamedTuple


class Grid(NamedTuple):
    """How many values each parameter has, and what each candidate costs, as a multiple of their mean."""

    values: dict[str, int]
    costs: tuple[float, ...]


# scikit-learn 1.9, one thread of an AMD EPYC, 2026-11-24.
# fmt: off
GRIDS = {
    "forest": Grid(
        {"max_depth": 4, "min_samples_split": 3, "n_estimators": 3},
        (
            0.498, 0.973, 1.86, 0.435, 0.884, 1.76, 0.468, 0.839, 1.64, 0.435, 0.896, 1.71, 0.432, 0.885,
            1.9, 0.442, 0.878, 1.61, 0.434, 0.946, 1.75, 0.416, 0.828, 1.71, 0.401, 0.793, 1.57, 0.433,
            0.833, 1.68, 0.411, 0.846, 1.6, 0.458, 0.799, 1.55,
        ),
    ),
    "forest regression": Grid(
        {"max_depth": 3, "min_samples_leaf": 3, "n_estimators": 3},
        (
            0.327, 0.672, 1.31, 0.344, 0.657, 1.29, 0.326, 0.644, 1.35, 0.492, 0.968, 1.93, 0.456, 0.905,
            1.84, 0.422, 0.861, 1.7, 0.566, 1.14, 2.32, 0.487, 0.957, 1.96, 0.446, 0.866, 1.76,
        ),
    ),
    "support vectors": Grid(
        {"C": 4, "gamma": 4},
        (
            1.7, 1.54, 0.475, 0.851, 1.85, 1.37, 0.266, 0.415, 1.74, 1.44, 0.242, 0.299, 1.74, 1.42, 0.357,
            0.295,
        ),
    ),
    "support vectors, kernels": Grid(
        {"C": 3, "gamma": 2, "kernel": 3},
        (
            0.274, 0.388, 0.567, 0.303, 0.373, 0.881, 0.786, 0.318, 0.377, 0.732, 0.395, 0.699, 5.02, 0.334,
            0.424, 4.91, 0.384, 0.827,
        ),
    ),
    "gradient boosting": Grid(
        {"learning_rate": 3, "max_depth": 3, "n_estimators": 3},
        (
            0.266, 0.529, 1.06, 0.419, 0.827, 1.68, 0.573, 1.13, 2.3, 0.264, 0.523, 1.05, 0.416, 0.835,
            1.68, 0.602, 1.18, 2.38, 0.274, 0.542, 1.08, 0.429, 0.875, 1.79, 0.635, 1.26, 2.39,
        ),
    ),
    "histogram boosting": Grid(
        {"l2_regularization": 3, "learning_rate": 3, "max_leaf_nodes": 3},
        (
            0.652, 0.976, 1.47, 0.604, 1.04, 1.66, 0.594, 0.974, 1.47, 0.592, 0.911, 1.43, 0.592, 1, 1.51,
            0.586, 0.97, 1.51, 0.603, 0.874, 1.15, 0.589, 0.928, 1.38, 0.595, 0.947, 1.39,
        ),
    ),
    "perceptron": Grid(
        {"activation": 2, "alpha": 3, "hidden_layer_sizes": 3, "learning_rate_init": 2},
        (
            0.967, 0.767, 1.3, 0.834, 1.36, 0.708, 0.912, 0.784, 1.32, 0.836, 1.37, 0.72, 0.917, 0.76, 1.31,
            0.84, 1.37, 0.736, 0.833, 0.794, 1.1, 0.885, 1.2, 0.994, 0.859, 0.908, 1.18, 1.01, 1.36, 0.854,
            1.06, 0.824, 1.17, 0.968, 1.3, 0.892,
        ),
    ),
    "neighbours": Grid(
        {"metric": 2, "n_neighbors": 5, "weights": 2},
        (
            0.395, 0.344, 0.365, 0.369, 0.365, 0.358, 0.362, 0.37, 0.379, 0.386, 1.62, 1.59, 1.62, 1.61,
            1.63, 1.64, 1.64, 1.64, 1.66, 1.66,
        ),
    ),
    "logistic regression": Grid(
        {"C": 6, "solver": 3},
        (
            0.0401, 0.356, 0.113, 0.0427, 0.509, 0.349, 0.0515, 0.517, 1.35, 0.0603, 0.652, 3.02, 0.0609,
            0.842, 4.41, 0.0409, 1.05, 4.54,
        ),
    ),
}
# fmt: on


def _searches() -> Iterator[tuple[str, Any, Any, dict[str, list[Any]]]]:
    """Yield name, model, data and grid of each."""
    import numpy as np
    from sklearn import datasets
    from sklearn.ensemble import (
        GradientBoostingClassifier,
        HistGradientBoostingClassifier,
        RandomForestClassifier,
        RandomForestRegressor,
    )
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.neural_network import MLPClassifier
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    x, y = datasets.load_digits(return_X_y=True)
    scaled = StandardScaler().fit_transform(x), y
    table = datasets.make_classification(1500, 20, n_informative=8, random_state=0)
    large = datasets.make_classification(6000, 20, n_informative=8, random_state=0)
    numbers = datasets.make_regression(1500, 10, noise=10, random_state=0)
    trees = [50, 100, 200]
    yield (
        "forest",
        RandomForestClassifier(random_state=0),
        (x, y),
        {"max_depth": [None, 10, 20, 30], "min_samples_split": [2, 5, 10], "n_estimators": trees},
    )
    yield (
        "forest regression",
        RandomForestRegressor(random_state=0),
        numbers,
        {"max_depth": [5, 10, None], "min_samples_leaf": [1, 2, 4], "n_estimators": trees},
    )
    yield "support vectors", SVC(), large, {"C": [0.1, 1, 10, 100], "gamma": [1, 0.1, 0.01, 0.001]}
    yield (
        "support vectors, kernels",
        SVC(),
        table,
        {"C": [0.1, 1, 10], "gamma": ["scale", "auto"], "kernel": ["linear", "poly", "rbf"]},
    )
    yield (
        "gradient boosting",
        GradientBoostingClassifier(random_state=0),
        table,
        {"learning_rate": [0.01, 0.1, 0.2], "max_depth": [3, 5, 7], "n_estimators": trees},
    )
    yield (
        "histogram boosting",
        HistGradientBoostingClassifier(random_state=0),
        large,
        {"l2_regularization": [0.0, 0.1, 1.0], "learning_rate": [0.01, 0.1, 0.2], "max_leaf_nodes": [15, 31, 63]},
    )
    yield (
        "perceptron",
        MLPClassifier(max_iter=60, random_state=0),
        scaled,
        {
            "activation": ["relu", "tanh"],
            "alpha": [1e-4, 1e-3, 1e-2],
            "hidden_layer_sizes": [(50,), (100,), (50, 50)],
            "learning_rate_init": [0.001, 0.01],
        },
    )
    yield (
        "neighbours",
        KNeighborsClassifier(),
        (np.tile(x, (3, 1)), np.tile(y, 3)),
        {"metric": ["euclidean", "manhattan"], "n_neighbors": [3, 5, 7, 9, 11], "weights": ["uniform", "distance"]},
    )
    yield (
        "logistic regression",
        LogisticRegression(max_iter=1000),
        scaled,
        {"C": [0.001, 0.01, 0.1, 1, 10, 100], "solver": ["lbfgs", "newton-cholesky", "sag"]},
    )


def main() -> None:
    """Measure them, and print the table."""
    from sklearn.base import clone
    from sklearn.model_selection import ParameterGrid, cross_validate

    warnings.simplefilter("ignore")
    for name, model, (x, y), grid in _searches():
        costs = []
        for parameters in ParameterGrid(grid):
            before = time.process_time()
            cross_validate(clone(model).set_params(**parameters), x, y, cv=3)
            costs.append(time.process_time() - before)
        mean = sum(costs) / len(costs)
        print(name, {key: len(values) for key, values in sorted(grid.items())}, flush=True)
        print("   ", ", ".join(f"{cost / mean:.3g}" for cost in costs), flush=True)


if __name__ == "__main__":
    main()
