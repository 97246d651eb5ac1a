"""Fits of scikit-learn's parameter searches, also those that run in other processes."""

from __future__ import annotations

import functools
from typing import Any

from . import sklearn_fits
from .counts import COUNTS
from .replaced import Remove, all_or_none, replaced


def install(search: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count a search's fits, one by one as they end, from now on; return what takes the probe out."""
    base = search.BaseSearchCV

    def fit(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(self: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if sklearn_fits.FITTING.outermost is not None:  # a part of a larger model
                return original(self, *args, **kwargs)
            before = COUNTS.fits
            result = original(self, *args, **kwargs)
            elsewhere = _fits(self) - (COUNTS.fits - before)  # in workers: not seen here
            COUNTS.fits += max(0, elsewhere)
            return result

        return counted

    def known() -> Remove:
        sklearn_fits.SEARCHES.append(base)
        return lambda: sklearn_fits.SEARCHES.remove(base)

    return all_or_none(known, lambda: replaced(base, "fit", fit))


def _fits(search: Any) -> int:  # noqa: ANN401
    try:
        return len(search.cv_results_["params"]) * int(search.n_splits_) + bool(search.refit)
    except Exception:  # noqa: BLE001 - a search of another kind
        return 0
