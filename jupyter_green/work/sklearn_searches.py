"""Fits of scikit-learn's parameter searches, also those that run in other processes, and how many are to come."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from . import sklearn_fits
from .counts import COUNTS
from .library_loops import LibraryLoop, running
from .replaced import Remove, replaced, together


def install(search: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count a search's fits, one by one as they end, from now on; return what takes the probe out."""
    base = search.BaseSearchCV
    pools: list[list[Any]] = []  # of the searches that run, the innermost last

    def fit(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if sklearn_fits.FITTING.outermost is not None:  # a part of a larger model
                return original(self, *args, **kwargs)
            before = COUNTS.fits
            pool: list[Any] = []
            pools.append(pool)
            try:
                with running(LibraryLoop("the search's fits", _reader(search, self, pool))):
                    result = original(self, *args, **kwargs)
            finally:
                pools.remove(pool)
            elsewhere = _fits(self) - (COUNTS.fits - before)  # in workers: not seen here
            COUNTS.fits += max(0, elsewhere)
            return result

        return counted

    def parallel(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original, updated=())
        def noted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            made = original(*args, **kwargs)
            if pools:
                pools[-1].append(made)
            return made

        return noted

    sklearn_fits.SEARCHES.append(base)
    return together(
        lambda: sklearn_fits.SEARCHES.remove(base),
        replaced(search, "Parallel", parallel),
        replaced(base, "fit", fit),
    )


def _reader(search: Any, estimator: Any, pool: list[Any]) -> Callable[[], tuple[float, float | None]]:  # noqa: ANN401
    def read() -> tuple[float, float | None]:
        done = pool[0].n_completed_tasks if pool and hasattr(pool[0], "n_completed_tasks") else 0
        candidates = _candidates(search, estimator)
        folds = getattr(estimator, "n_splits_", None)
        if not pool or candidates is None or folds is None:
            return done, None
        return done, candidates * folds + (estimator.refit is not False)

    return read


def _candidates(search: Any, estimator: Any) -> int | None:  # noqa: ANN401
    """Return how many sets of parameters are tried; ``None`` where that depends on how they do."""
    if isinstance(estimator, search.GridSearchCV):
        return len(search.ParameterGrid(estimator.param_grid))
    if isinstance(estimator, search.RandomizedSearchCV):
        return len(search.ParameterSampler(estimator.param_distributions, estimator.n_iter))
    return None


def _fits(search: Any) -> int:  # noqa: ANN401
    try:
        return len(search.cv_results_["params"]) * int(search.n_splits_) + bool(search.refit)
    except Exception:  # noqa: BLE001 - a search of another kind
        return 0
