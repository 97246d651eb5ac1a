"""Putting a look at what a function returns in front of its callers, and taking it out again without a trace."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import ModuleType
from typing import Any

Look = Callable[[Any, tuple[Any, ...], dict[str, Any]], None]
"""Gets what a function returned, and its arguments."""


class Seam:
    """One function of one class or module, whose results are looked at; it does what it did.

    Parameters
    ----------
    owner, name
        The class or module in which it stands, and its name there.
    look
        Sees each result. What it raises goes to *on_trouble*, never to the caller.
    """

    def __init__(
        self, owner: type | ModuleType, name: str, look: Look, on_trouble: Callable[[Exception], None]
    ) -> None:
        self._owner = owner
        self._name = name
        self._original = vars(owner)[name]
        self._look: Look | None = look
        self._on_trouble = on_trouble
        self._placed = self._wrapped()
        setattr(owner, name, self._placed)

    def remove(self) -> None:
        """Put the original back; if somebody has wrapped ours meanwhile, it stays inside and does nothing."""
        self._look = None
        if vars(self._owner).get(self._name) is self._placed:
            setattr(self._owner, self._name, self._original)

    def _wrapped(self) -> object:
        original = self._original
        is_classmethod = isinstance(original, classmethod)
        function: Callable[..., Any] = original.__func__ if is_classmethod else original

        @functools.wraps(function)
        def observed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
            result = function(*args, **kwargs)
            look = self._look
            if look is not None:
                try:
                    look(result, args, kwargs)
                except Exception as error:  # noqa: BLE001 - the caller's result stands, whatever we make of it
                    self._on_trouble(error)
            return result

        return classmethod(observed) if is_classmethod else observed
