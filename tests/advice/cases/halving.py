from rig.advice_case import look_alike, positive

_DATA = """
import numpy as np
from sklearn.datasets import make_classification
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.tree import DecisionTreeClassifier

X, y = make_classification(2400, 30, n_informative=8, random_state=0)
grid = {"max_depth": [3, 6, 9, None], "min_samples_leaf": [1, 4, 16]}
"""

CASES = [
    positive(
        "R23",
        "twelve candidates on some thousand rows",
        _DATA,
        "search = GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=3)\nsearch.fit(X, y)",
        also=("R25",),  # fits one by one beside an idle core
    ),
    positive(
        "R23",
        "made in a function, under another name, of a pipeline",
        _DATA,
        "from sklearn.model_selection import GridSearchCV as Search\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        "def tune(X, y):\n"
        "    steps = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=0))\n"
        '    named = {f"decisiontreeclassifier__{key}": values for key, values in grid.items()}\n'
        "    return Search(steps, named, cv=3).fit(X, y)",
        "best = tune(X, y)",
        also=("R25",),
    ),
    look_alike(
        "R23",
        "few rows: halving takes longer",
        _DATA,
        "search = GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=3).fit(X[:150], y[:150])",
        arms=(
            "GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=3).fit(X[:150], y[:150])",
            "from sklearn.experimental import enable_halving_search_cv\n"
            "from sklearn.model_selection import HalvingGridSearchCV\n"
            "HalvingGridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=3).fit(X[:150], y[:150])",
        ),
    ),
    look_alike(
        "R23",
        "linear models that are fitted at once: halving takes longer",
        _DATA,
        "from sklearn.linear_model import Ridge\n"
        'search = GridSearchCV(Ridge(), {"alpha": np.logspace(-3, 3, 18)}, cv=3).fit(X, y)',
        arms=(
            'GridSearchCV(Ridge(), {"alpha": np.logspace(-3, 3, 18)}, cv=3).fit(X, y)',
            "from sklearn.experimental import enable_halving_search_cv\n"
            "from sklearn.model_selection import HalvingGridSearchCV\n"
            'HalvingGridSearchCV(Ridge(), {"alpha": np.logspace(-3, 3, 18)}, cv=3).fit(X, y)',
        ),
    ),
    look_alike(
        "R23",
        "a random search",
        _DATA,
        "search = RandomizedSearchCV(DecisionTreeClassifier(), grid, n_iter=12, cv=2, random_state=0).fit(X, y)",
    ),
    look_alike(
        "R23",
        "by halves already",
        _DATA,
        "from sklearn.experimental import enable_halving_search_cv\n"
        "from sklearn.model_selection import HalvingGridSearchCV\n"
        "search = HalvingGridSearchCV(DecisionTreeClassifier(), grid, cv=3, random_state=0).fit(X, y)",
    ),
    look_alike(
        "R23",
        "a table of every score is drawn",
        _DATA,
        "search = GridSearchCV(DecisionTreeClassifier(random_state=0), grid, cv=2).fit(X, y)\n"
        'scores = search.cv_results_["mean_test_score"].reshape(4, 3)',
    ),
]
