"""scikit-learn's parameter searches: made of fits, which count in their place, and how many of those are to come."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Any

from . import sklearn_fits
from .fit_traits import Watch, note_search
from .library_loops import LibraryLoop, running
from .plan import plan_of
from .replaced import Remove, all_or_none, replaced


def install(search: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count a search's fits one by one as they end, and announce it; return what takes the probe out."""
    base = search.BaseSearchCV
    pools: list[list[Any]] = []  # of the searches that run, the innermost last

    def fit(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def announced(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if sklearn_fits.FITTING.outermost is not None:  # a part of a larger model
                return original(self, *args, **kwargs)
            pool: list[Any] = []
            pools.append(pool)
            watch = Watch()
            try:
                with running(_Search(search, self, pool)):
                    fitted = original(self, *args, **kwargs)
            finally:
                pools.remove(pool)
            note_search(self, args[0] if args else kwargs.get("X"), _steady(self.cv), watch)
            return fitted

        return announced

    def parallel(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original, updated=())
        def noted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            made = original(*args, **kwargs)
            if pools:
                pools[-1].append(made)
            return made

        return noted

    def single_fits() -> Remove:
        sklearn_fits.SEARCHES.append(base)
        return lambda: sklearn_fits.SEARCHES.remove(base)

    return all_or_none(
        single_fits,
        lambda: replaced(search, "Parallel", parallel),
        lambda: replaced(base, "fit", fit),
    )


class _Search(LibraryLoop):
    """A search that runs: what joblib has done of the candidates, times folds, and of the fit of the best one."""

    def __init__(self, search: Any, estimator: Any, pool: list[Any]) -> None:  # noqa: ANN401
        super().__init__("the search's fits", self._progress)
        self._search, self._estimator, self._pool = search, estimator, pool
        self._total: float | None = None

    def _progress(self) -> tuple[float, float | None]:
        if not self._pool:
            return 0, None
        folds = getattr(self._estimator, "n_splits_", None)
        if self._total is None and folds is not None:
            number, known = _candidates(self._search, self._estimator)
            if number is not None:
                self._total = number * folds + (self._estimator.refit is not False)
                self.plan = None if known is None else plan_of(known, folds)
        return getattr(self._pool[0], "n_completed_tasks", 0), self._total


def _steady(cv: Any) -> bool:  # noqa: ANN401
    """Whether folds are the same each time they are asked for: they are, unless they are shuffled without a seed."""
    return not getattr(cv, "shuffle", False) or isinstance(getattr(cv, "random_state", None), int)


def _candidates(search: Any, estimator: Any) -> tuple[int | None, Iterable[Any] | None]:  # noqa: ANN401
    """Return how many sets of parameters are tried, and which; ``None`` where that depends on how they do, or chance.

    Drawing from a sampler that bears no seed would change what the search draws.
    """
    if isinstance(estimator, search.GridSearchCV):
        grid = search.ParameterGrid(estimator.param_grid)
        return len(grid), grid
    if isinstance(estimator, search.RandomizedSearchCV):
        drawn = search.ParameterSampler(
            estimator.param_distributions, estimator.n_iter, random_state=estimator.random_state
        )
        return len(drawn), drawn if isinstance(estimator.random_state, int) else None
    return None, None
