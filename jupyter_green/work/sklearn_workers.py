"""Work that scikit-learn cuts into tasks, some for other processes: the folds of a search, the trees of a forest."""

from __future__ import annotations

import functools
import sys
import threading
from typing import Any

from .counts import COUNTS
from .fit_traits import Tasks, Watch, tasks_of
from .replaced import Remove, replaced
from .sklearn_fits import FITTING
from .traits import TRAITS


class _Tasking(threading.local):
    parts: dict[tuple[str, str], Tasks] | None = None  # of the tasks that run, by whose they are


_TASKING = _Tasking()


def install(parallel: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count the fits that workers report, and note how tasks ran, from now on; return what takes the probe out."""

    def call(original: Any) -> Any:  # noqa: ANN401
        def counting(self: Any, iterable: Any) -> Any:  # noqa: ANN401
            if FITTING.outermost is not None:  # a part of a larger model
                return original(self, iterable)
            before = COUNTS.fits
            results = original(self, iterable)
            elsewhere = _fits(results) - (COUNTS.fits - before)  # those of this process have been seen
            COUNTS.fits += max(0, elsewhere)
            return results

        @functools.wraps(original)
        def counted(self: Any, iterable: Any) -> Any:  # noqa: ANN401
            outer, watch = _TASKING.parts, Watch()
            parts: dict[tuple[str, str], Tasks] = {}
            if outer is None:
                _TASKING.parts = parts
            try:
                results = counting(self, iterable)
            finally:
                _TASKING.parts = outer
            caller = sys._getframe(1)
            local = caller.f_locals
            owner = _owner(local)
            bearer = local.get("estimator") if owner is None else owner
            function, within = caller.f_code.co_name, outer is not None
            tasks = tasks_of(self, owner, bearer, function, local.get("X"), results, watch, within=within)
            if tasks is None:
                return results
            if outer is None:
                for each in (tasks, *parts.values()):
                    TRAITS.note(each)
            else:
                key = tasks.owner, tasks.function
                outer[key] = outer[key].plus(tasks) if key in outer else tasks
            return results

        return counted

    return replaced(parallel.Parallel, "__call__", call)


def _owner(local: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return the estimator whose method gave the tasks, or ``None`` for a function."""
    owner = local.get("self")
    return owner if hasattr(owner, "get_params") else None


def _fits(results: Any) -> int:  # noqa: ANN401
    """Return how many of the results tell of a fit that went well."""
    if not isinstance(results, list):
        return 0
    return sum(isinstance(each, dict) and each.get("fit_error", "no fit") is None for each in results)
