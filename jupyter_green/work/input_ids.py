"""Whether a model takes token ids in its first place, by the name that its class has for it."""

from __future__ import annotations

import inspect
from typing import Any
from weakref import WeakKeyDictionary

NAME = "input_ids"

_LEADS: WeakKeyDictionary[type, bool] = WeakKeyDictionary()


def lead(module: Any) -> bool:  # noqa: ANN401 - of a library that we do not import
    """Return whether a model's first argument is the ids."""
    kind = type(module)
    known = _LEADS.get(kind)
    if known is None:
        known = _LEADS[kind] = _leads(kind)
    return known


def _leads(kind: Any) -> bool:  # noqa: ANN401
    try:
        _itself, first, *_others = inspect.signature(kind.forward).parameters
    except (AttributeError, TypeError, ValueError):  # without such a method, or it tells nothing of itself
        return False
    return first == NAME
