"""A number for what an item of a data set holds, so that it is known again and nothing is kept of it."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Mapping
from typing import Any

_WHOLE = 1 << 22  # bytes; of larger arrays as many, evenly taken
_DEEP = 4


def fingerprint(item: Any, tensor: type, deep: int = _DEEP) -> tuple[int, int]:  # noqa: ANN401
    """Return a number for what an item holds, and its size, bytes.

    Raises
    ------
    TypeError
        When it holds something of which that cannot be told without running code of the user's.
    """
    if isinstance(item, Mapping):
        item = [part for pair in item.items() for part in pair]
    if isinstance(item, (list, tuple)) and deep:
        mark, size = len(item), 0
        for part in item:
            inner, bytes_of = fingerprint(part, tensor, deep - 1)
            mark, size = hash((mark, inner)), size + bytes_of
        return mark, size
    if isinstance(item, tensor):
        item = _numbers(item)
    if isinstance(item, (bool, int, float, str, bytes, complex)) or item is None:
        return hash((type(item).__name__, item)), 8 if not isinstance(item, (str, bytes)) else len(item)
    if hasattr(item, "tobytes"):  # arrays and their scalars, pictures
        nbytes = getattr(item, "nbytes", None)
        if nbytes is not None and nbytes > _WHOLE:
            item = item.reshape(-1)[:: -(-nbytes // _WHOLE)]
        held = item.tobytes()
        shape = getattr(item, "shape", getattr(item, "size", None))
        return hash((zlib.crc32(held), str(shape))), len(held) if nbytes is None else int(nbytes)
    raise TypeError


def _numbers(tensor: Any) -> Any:  # noqa: ANN401
    """Return a tensor's memory as an array; raises for what is on a device or sparse."""
    if tensor.device.type != "cpu":
        raise TypeError
    plain = tensor.detach()
    if plain.dtype.itemsize == 2 and plain.is_floating_point():  # numpy knows no bfloat16
        plain = plain.view(sys.modules["torch"].int16)
    return plain.numpy()
