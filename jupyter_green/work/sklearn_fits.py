"""Models that scikit-learn trains: every outermost ``fit``.

Each estimator has a ``fit`` of its own; what they share is the decorator around it, which opens a context of the
configuration. That function is the one place at which they can be seen, and nothing of ours enters an estimator, which
may be pickled and sent away.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from .counts import COUNTS
from .replaced import Remove, replaced


class _Fitting(threading.local):
    outermost: Any = None  # the estimator whose fit is counted when it ends


FITTING = _Fitting()
SEARCHES: list[type] = []
"""Classes whose fit is made of other fits, which count instead."""


def install(base: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count fits from now on; return what takes the probe out."""

    def contexts(original: Any) -> Any:  # noqa: ANN401
        def config_context(**new_config: Any) -> Any:  # noqa: ANN401
            context = original(**new_config)
            if FITTING.outermost is not None:
                return context
            caller = sys._getframe(1).f_locals
            estimator, fit = caller.get("estimator"), caller.get("fit_method")
            if getattr(fit, "__name__", None) != "fit" or isinstance(estimator, tuple(SEARCHES)):
                return context
            return _counted(context, estimator)

        return config_context

    return replaced(base, "config_context", contexts)


@contextmanager
def _counted(context: Any, estimator: object) -> Iterator[None]:  # noqa: ANN401
    FITTING.outermost = estimator
    try:
        with context:
            yield
    finally:
        FITTING.outermost = None
    COUNTS.fits += 1  # one that raised is none
