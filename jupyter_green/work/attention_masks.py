"""How much of the tokens that a model was given was padding, by the mask that came with them."""

from __future__ import annotations

import inspect
from typing import Any

_MASKS = ("attention_mask", "input_mask")  # 1 for a token
_PADDING_MASKS = ("src_key_padding_mask", "key_padding_mask", "padding_mask")  # true for padding
_ROWS = 512


def lengths_of(
    module: Any,  # noqa: ANN401 - of a library that we do not import
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    first: Any,  # noqa: ANN401
    *,
    read: bool,
) -> tuple[int, tuple[int, ...]]:
    """Return the width of the tokens that were given, and how many of each row are real.

    Parameters
    ----------
    first
        The first tensor of the arguments.
    read
        Whether the mask itself may be looked at, and not only its shape.
    """
    given = _named(module, args, kwargs)
    ids = given.get("input_ids")
    if ids is None or getattr(ids, "dim", int)() != 2:
        ids = first if first.dim() == 2 and not first.is_floating_point() else None
    width = 0 if ids is None else int(ids.shape[1])
    for name in (*_MASKS, *_PADDING_MASKS):
        mask = given.get(name)
        if mask is not None and getattr(mask, "dim", int)() == 2 and mask.shape[0] <= _ROWS:
            width = int(mask.shape[1])
            return width, _real(mask, name in _PADDING_MASKS) if read else ()
    return width, ()


def _named(module: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401
    """Return the arguments by name, those of a mapping that was given as a whole among them."""
    given: dict[str, Any] = {}
    forward = inspect.unwrap(type(module).forward)  # transformers decorates it
    code = getattr(getattr(forward, "__code__", None), "co_varnames", ())[1:]
    given.update(zip(code, args, strict=False))
    if args and hasattr(args[0], "keys"):
        given.update({name: args[0][name] for name in (*_MASKS, *_PADDING_MASKS, "input_ids") if name in args[0]})
    given.update(kwargs)
    return given


def _real(mask: Any, inverted: bool) -> tuple[int, ...]:  # noqa: ANN401
    if mask.is_floating_point() and inverted:  # added to scores: minus infinity for padding
        return ()
    cpu = mask.device.type == "cpu"
    values = mask.detach().numpy() if cpu else mask  # of numpy, for none of PyTorch's operations
    if mask.is_floating_point() and bool((values < 0).any()):  # added to scores
        return ()
    counts = [int(each) for each in (values != 0).sum(1).tolist()]
    width = int(mask.shape[1])
    return tuple(width - each for each in counts) if inverted else tuple(counts)
