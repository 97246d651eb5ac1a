"""How the whole state of a value is read, by its type: plain values and containers here, other types elsewhere."""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import functools
import itertools
import operator
import pathlib
import random
import re
import struct
import types
from array import array
from collections.abc import Sequence
from typing import Any

from . import code_state, library_state, object_state
from .hasher import Feed, Hasher

_MANY = 16


def reader_of(value: object) -> Feed:
    """Return what takes in values of this one's type."""
    kind = type(value)
    # By identity: a metaclass of the user's may have its own idea of what is equal.
    known = _READERS.get(id(kind)) or code_state.READERS.get(id(kind)) or library_state.reader_of(kind)
    if known is not None:
        return known
    return code_state.read_class if issubclass(kind, type) else object_state.read_object


def _named(value: object, hasher: Hasher) -> None:
    hasher.mark("constant")
    hasher.text(repr(value))


def _int(value: int, hasher: Hasher) -> None:
    hasher.mark("int")
    hasher.data(value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))


def _float(value: float, hasher: Hasher) -> None:
    hasher.mark("float")
    hasher.data(struct.pack("<d", value))


def _complex(value: complex, hasher: Hasher) -> None:
    hasher.mark("complex")
    hasher.data(struct.pack("<dd", value.real, value.imag))


def _str(value: str, hasher: Hasher) -> None:
    hasher.mark("str")
    hasher.text(value)


def _bytes(value: bytes | bytearray, hasher: Hasher) -> None:
    hasher.mark(type(value).__name__)
    hasher.data(value)


def _sequence(value: list[Any] | tuple[Any, ...], hasher: Hasher) -> None:
    hasher.mark(type(value).__name__, len(value))
    read_each(value, hasher)


def read_each(values: Sequence[Any], hasher: Hasher) -> None:
    """Take in what a sequence holds; at once where that is many plain values of one kind."""
    kind = type(values[0]) if len(values) >= _MANY else None
    if (kind is int or kind is float or kind is str) and not any(
        map(operator.is_not, map(type, values), itertools.repeat(kind))
    ):
        try:
            if kind is str:
                lengths, data = array("q", map(len, values)).tobytes(), "".join(values)
                hasher.mark("all str")
                hasher.data(lengths)
                hasher.text(data)
            else:
                packed = array("q" if kind is int else "d", values).tobytes()
                hasher.mark("all int" if kind is int else "all float")
                hasher.data(packed)
            return
        except OverflowError:  # larger whole numbers: one by one
            pass
    for each in values:
        hasher.value(each)


def _dict(value: dict[Any, Any], hasher: Hasher) -> None:
    hasher.mark(type(value).__name__, len(value))
    for key, each in value.items():  # in their order, in which a loop meets them
        hasher.value(key)
        hasher.value(each)


def _default_dict(value: collections.defaultdict[Any, Any], hasher: Hasher) -> None:
    hasher.value(value.default_factory)
    _dict(value, hasher)


def _deque(value: collections.deque[Any], hasher: Hasher) -> None:
    hasher.value(value.maxlen)
    hasher.mark("deque", len(value))
    for each in value:
        hasher.value(each)


def _set(value: set[Any] | frozenset[Any], hasher: Hasher) -> None:
    hasher.mark(type(value).__name__)
    hasher.unordered(value)


def _range(value: range | slice, hasher: Hasher) -> None:
    hasher.mark(type(value).__name__)
    for each in (value.start, value.stop, value.step):
        hasher.value(each)


def _text_of(value: object, hasher: Hasher) -> None:
    hasher.mark(type(value).__name__)
    hasher.text(str(value))


def _moment(value: datetime.datetime | datetime.time, hasher: Hasher) -> None:
    _text_of(value.replace(tzinfo=None), hasher)
    hasher.mark("fold", value.fold)
    hasher.value(value.tzinfo)


def _pattern(value: re.Pattern[Any], hasher: Hasher) -> None:
    hasher.mark("pattern", value.flags)
    hasher.value(value.pattern)


def _random(value: random.Random, hasher: Hasher) -> None:
    hasher.mark("random")
    hasher.value(value.getstate())


def _partial(value: functools.partial[Any], hasher: Hasher) -> None:
    hasher.mark("partial")
    for each in (value.func, value.args, value.keywords):
        hasher.value(each)


def _namespace(value: types.SimpleNamespace, hasher: Hasher) -> None:
    hasher.mark("namespace")
    hasher.value(vars(value))


_BY_TYPE: dict[type, Any] = {
    **dict.fromkeys((type(None), bool, type(...), type(NotImplemented)), _named),
    int: _int,
    float: _float,
    complex: _complex,
    str: _str,
    **dict.fromkeys((bytes, bytearray), _bytes),
    **dict.fromkeys((list, tuple), _sequence),
    **dict.fromkeys((dict, collections.OrderedDict, collections.Counter), _dict),
    collections.defaultdict: _default_dict,
    collections.deque: _deque,
    **dict.fromkeys((set, frozenset), _set),
    **dict.fromkeys((range, slice), _range),
    **dict.fromkeys((datetime.date, datetime.timedelta, datetime.timezone), _text_of),
    **dict.fromkeys((decimal.Decimal, fractions.Fraction), _text_of),
    **dict.fromkeys((pathlib.PurePosixPath, pathlib.PureWindowsPath, type(pathlib.Path())), _text_of),
    **dict.fromkeys((datetime.datetime, datetime.time), _moment),
    re.Pattern: _pattern,
    random.Random: _random,
    functools.partial: _partial,
    types.SimpleNamespace: _namespace,
    types.MappingProxyType: _dict,
}
_READERS: dict[int, Feed] = {id(kind): read for kind, read in _BY_TYPE.items()}
