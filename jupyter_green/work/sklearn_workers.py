"""Fits that scikit-learn gives to other processes: the folds of a search or a cross-validation with ``n_jobs``."""

from __future__ import annotations

import functools
from typing import Any

from .counts import COUNTS
from .replaced import Remove, replaced
from .sklearn_fits import FITTING


def install(parallel: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count the fits that workers report from now on; return what takes the probe out."""

    def call(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(self: Any, iterable: Any) -> Any:  # noqa: ANN401
            if FITTING.outermost is not None:  # a part of a larger model
                return original(self, iterable)
            before = COUNTS.fits
            results = original(self, iterable)
            elsewhere = _fits(results) - (COUNTS.fits - before)  # those of this process have been seen
            COUNTS.fits += max(0, elsewhere)
            return results

        return counted

    return replaced(parallel.Parallel, "__call__", call)


def _fits(results: Any) -> int:  # noqa: ANN401
    """Return how many of the results tell of a fit that went well."""
    if not isinstance(results, list):
        return 0
    return sum(isinstance(each, dict) and each.get("fit_error", "no fit") is None for each in results)
