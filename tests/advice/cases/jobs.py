from rig.advice_case import look_alike, positive

_DATA = """
from sklearn.datasets import make_classification
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

X, y = make_classification(4000, 30, n_informative=10, random_state=0)
few = X[:200], y[:200]
"""

CASES = [
    positive("R25", "a forest beside an idle core", _DATA, "forest = RandomForestClassifier(120).fit(X, y)"),
    positive(
        "R25",
        "folds in a function of an earlier cell",
        _DATA,
        "from sklearn.svm import SVC\n"
        "def judge(X, y):\n"
        "    return cross_val_score(SVC(kernel='poly', degree=4), X, y, cv=15).mean()",
        "judge(X, y)",
    ),
    positive(
        "R25",
        "a forest for each fold",
        _DATA,
        "forest = RandomForestClassifier(40, random_state=0)\nprint(cross_val_score(forest, X, y, cv=5).mean())",
    ),
    positive(
        "R25",
        "threads for a few hundred rows",
        _DATA,
        "for seed in range(5):\n    RandomForestClassifier(80, n_jobs=2, random_state=seed).fit(*few)",
    ),
    look_alike(
        "R25",
        "a few hundred rows on one core",
        _DATA,
        "for seed in range(5):\n    RandomForestClassifier(80, random_state=seed).fit(*few)",
        arms=(
            "for seed in range(5):\n    RandomForestClassifier(80, random_state=seed).fit(*few)",
            "for seed in range(5):\n    RandomForestClassifier(80, random_state=seed, n_jobs=-1).fit(*few)",
        ),
    ),
    look_alike("R25", "one job was asked for", _DATA, "RandomForestClassifier(120, n_jobs=1).fit(X, y)"),
    look_alike("R25", "all cores work", _DATA, "RandomForestClassifier(120, n_jobs=-1).fit(X, y)"),
    look_alike(
        "R25",
        "an estimator that has nothing to share out",
        _DATA,
        "from sklearn.ensemble import GradientBoostingClassifier\n"
        "GradientBoostingClassifier(n_estimators=15).fit(X, y)",
    ),
    look_alike(
        "R25",
        "a large forest asked about a few rows",
        _DATA,
        "forest = RandomForestClassifier(120, n_jobs=-1).fit(X, y)",
        "for _ in range(5):\n    forest.predict(few[0])",
    ),
]
