"""Objects of any other class: their attributes, where it can be shown that they have no other state."""

from __future__ import annotations

import struct
import types
from typing import Any

from .hasher import Hasher, UnknownState, of_type

_POINTER = struct.calcsize("P")
_OBJECT = object.__basicsize__


def read_object(value: object, hasher: Hasher) -> None:
    """Take in an object by its class and its attributes.

    Raises
    ------
    UnknownState
        When it is larger than its attributes need: a state in C, or that of a built-in type that it derives from.
    """
    kind = type(value)
    slots = _slots(kind)
    if not _is_all(kind, len(slots)):
        raise UnknownState(f"what else is in {of_type(kind, '__name__')}")
    hasher.mark("object")
    hasher.value(kind)
    if of_type(kind, "__dictoffset__"):
        hasher.value(_attributes(value, kind))
    for name, slot in slots:
        hasher.text(name)
        try:
            filled = slot.__get__(value)
        except AttributeError:
            hasher.mark("empty")
        else:
            hasher.value(filled)


def _slots(kind: type) -> list[tuple[str, types.MemberDescriptorType]]:
    return [
        (name, member)
        for each in of_type(kind, "__mro__")
        for name, member in of_type(each, "__dict__").items()
        if type(member) is types.MemberDescriptorType
    ]


def _is_all(kind: type, slots: int) -> bool:
    """Whether the room that Python needs for the attributes is all that instances have.

    From Python 3.11 on a dictionary and weak references may stand before the object, where they take no room in it.
    """
    room = _OBJECT + slots * _POINTER
    room += _POINTER * (of_type(kind, "__dictoffset__") > 0) + _POINTER * (of_type(kind, "__weakrefoffset__") > 0)
    return bool(of_type(kind, "__itemsize__") == 0 and of_type(kind, "__basicsize__") == room)


def _attributes(value: object, kind: type) -> dict[str, Any]:
    for each in of_type(kind, "__mro__"):
        found = of_type(each, "__dict__").get("__dict__")
        if type(found) is types.GetSetDescriptorType:
            attributes = found.__get__(value)
            if type(attributes) is dict:
                return attributes
        if found is not None:
            break
    raise UnknownState(f"where the attributes of {of_type(kind, '__name__')} are")
