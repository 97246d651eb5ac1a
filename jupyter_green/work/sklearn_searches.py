"""scikit-learn's parameter searches: their fit is made of other fits, which count in its place."""

from __future__ import annotations

from typing import Any

from .replaced import Remove
from .sklearn_fits import SEARCHES


def install(search: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count a search's fits one by one as they end; return what takes the probe out."""
    SEARCHES.append(search.BaseSearchCV)
    return lambda: SEARCHES.remove(search.BaseSearchCV)
