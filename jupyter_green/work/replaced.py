"""One attribute of a class or module in whose place ours stands, until it is taken out without a trace."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

Remove = Callable[[], None]


def replaced(owner: type | ModuleType, name: str, make: Callable[[Any], Any]) -> Remove:
    """Put ``make(original)`` in the place of an attribute; return what puts the original back.

    If somebody else has wrapped ours meanwhile, ours stays inside and does what the original did.

    Raises
    ------
    KeyError
        When the attribute does not stand in *owner* itself: the library is built in another way than expected.
    """
    original = vars(owner)[name]
    ours = make(original)
    setattr(owner, name, ours)

    def remove() -> None:
        if vars(owner).get(name) is ours:
            setattr(owner, name, original)

    return remove


def all_or_none(*puts: Callable[[], Remove]) -> Remove:
    """Put in several things; return what takes out all of them, the last one first.

    If one cannot be put in, those before it are taken out again, and its error goes on.
    """
    removes: list[Remove] = []

    def remove() -> None:
        while removes:
            removes.pop()()

    try:
        for put in puts:
            removes.append(put())
    except BaseException:
        remove()
        raise
    return remove
