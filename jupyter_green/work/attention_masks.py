"""How much of the tokens that a model was given was padding: by the mask that came with them, or by its embedding."""

from __future__ import annotations

import inspect
from contextlib import suppress
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
    padding: int | None = None,
    read: bool,
) -> tuple[int, tuple[int, ...]]:
    """Return the width of the tokens that were given, and how many of each row are real.

    Parameters
    ----------
    first
        The first tensor of the arguments.
    padding
        The id that the model's embedding takes for padding, if it has one.
    read
        Whether masks and ids themselves may be looked at, and not only their shapes.
    """
    given = _named(module, args, kwargs)
    ids = given.get("input_ids")
    if ids is None or getattr(ids, "dim", int)() != 2:
        ids = first if first.dim() == 2 and not first.is_floating_point() else None
    for name in (*_MASKS, *_PADDING_MASKS):
        mask = given.get(name)
        if mask is not None and getattr(mask, "dim", int)() == 2 and mask.shape[0] <= _ROWS:
            return int(mask.shape[1]), _real(mask, name in _PADDING_MASKS) if read else ()
    if ids is None:
        return 0, ()
    width = int(ids.shape[1])
    if not read or not width or not 0 < ids.shape[0] <= _ROWS:
        return width, ()
    masks = (each for name, each in given.items() if "mask" in name and getattr(each, "shape", None) == ids.shape)
    return width, _by_ids(ids, masks, padding)


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
    values = _values(mask) if cpu else mask  # of numpy, for none of PyTorch's operations
    if values is None:
        return ()
    if mask.is_floating_point() and bool((values < 0).any()):  # added to scores
        return ()
    counts = [int(each) for each in (values != 0).sum(1).tolist()]
    width = int(mask.shape[1])
    return tuple(width - each for each in counts) if inverted else tuple(counts)


def _by_ids(ids: Any, masks: Any, padding: int | None) -> tuple[int, ...]:  # noqa: ANN401
    """Return the lengths by a mask of any name, or else by the embedding's own id of padding.

    What such a mask marks may be tokens as well as padding, or something else: padding is one and the same id, in a row
    at the end or the beginning of rows.
    """
    tokens, uniform = _values(ids), False
    if tokens is None:
        return ()
    for each in masks:
        values = _values(each)
        if values is None:
            continue
        mask = values != 0
        uniform = uniform or bool(mask.all()) or not mask.any()
        for padded in (mask, ~mask):
            marked = tokens[padded]
            if 0 < marked.size < tokens.size and marked.min() == marked.max() and _at_an_end(padded):
                return _rest(padded)
    if padding is None:
        return (tokens.shape[1],) * len(tokens) if uniform else ()
    padded = tokens == padding
    if not _at_an_end(padded):  # ids in the midst that are the same: only what ends or begins rows
        padded = padded[:, ::-1].cumprod(1)[:, ::-1].astype(bool)
    return _rest(padded)


def _values(tensor: Any) -> Any:  # noqa: ANN401
    """Return a tensor as an array of numpy; ``None`` for what has no such form, as bfloat16 has none."""
    with suppress(Exception):
        return (tensor if tensor.device.type == "cpu" else tensor.cpu()).detach().numpy()
    return None


def _at_an_end(padded: Any) -> bool:  # noqa: ANN401
    """Whether what is marked is one run that ends rows, or that begins them."""
    right = (padded[:, 1:] >= padded[:, :-1]).all()
    return bool(right or (padded[:, 1:] <= padded[:, :-1]).all())


def _rest(padded: Any) -> tuple[int, ...]:  # noqa: ANN401
    return tuple(padded.shape[1] - int(each) for each in padded.sum(1).tolist())
