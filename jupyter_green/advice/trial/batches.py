"""Captured batches: how they are given to a step, counted, joined and cut."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any, Final

from .refusal import Refusal

_CAPTURED: Final = 8  # of a loader

Step = Callable[..., Any]


def captured(batches: object) -> list[Any]:
    """Return the batches of a list, or the first few of a loader.

    Raises
    ------
    Refusal
        When it can be gone through only once, or there is nothing in it.
    """
    if hasattr(type(batches), "__next__"):
        raise Refusal("batches is a live iterator, which cannot be wound back: give list(itertools.islice(it, 8))")
    if not isinstance(batches, Iterable) or isinstance(batches, (str, bytes, Mapping)):
        raise Refusal("batches is a list of captured batches, or a loader, not one batch: give [batch]")
    if isinstance(batches, Sequence):
        found = list(batches)
    else:
        found = list(islice(iter(batches), _CAPTURED))
    if not found:
        raise Refusal("there is no batch in batches")
    return found


def caller(step: Step, batch: object) -> Callable[[Any], Any]:
    """Return how a step is given a batch: as its one argument, spread over several, or by name.

    Raises
    ------
    Refusal
        When it takes something else.
    """
    try:
        signature = inspect.signature(step)
    except (TypeError, ValueError):
        return step
    if _fits(signature, batch):
        return step
    if isinstance(batch, (tuple, list)) and _fits(signature, *batch):
        return lambda given: step(*given)
    if isinstance(batch, Mapping) and all(isinstance(key, str) for key in batch) and _fits(signature, **batch):
        return lambda given: step(**given)
    if _fits(signature):
        raise Refusal("the step takes no batch: leave batches out, or have it take the batch as its argument")
    raise Refusal(f"the step takes {signature}, and a batch of batches does not fit")


def check_no_argument(step: Step) -> None:
    """Refuse a step that needs arguments where no batches are given."""
    try:
        signature = inspect.signature(step)
    except (TypeError, ValueError):
        return
    if not _fits(signature):
        raise Refusal(f"the step takes {signature}: give batches=[…], a few captured ones")


def _fits(signature: inspect.Signature, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        return False
    return True


def size(batch: object) -> int:
    """Return the samples in a batch: the first dimension of the first thing that has one; 0 if there is none."""
    shape = getattr(batch, "shape", None)
    if shape is not None:
        return int(shape[0]) if len(shape) else 0
    parts: Iterable[Any] = ()
    if isinstance(batch, Mapping):
        parts = batch.values()
    elif isinstance(batch, (tuple, list)):
        parts = batch
    return next((found for found in map(size, parts) if found), 0)


def resized(batches: Sequence[Any], factor: float) -> tuple[list[Any], list[Any]]:
    """Return batches as they are and in another size, with the same samples in both.

    Parameters
    ----------
    factor
        2 joins two, 0.5 cuts each in half.

    Raises
    ------
    Refusal
        When they cannot be joined or cut so.
    """
    if factor > 1:
        many = round(factor)
        if many != factor:
            raise Refusal(f"batches are joined by whole numbers, not by {factor:g}")
        wanted = -(-len(batches) // many) * many
        as_is = [batches[at % len(batches)] for at in range(wanted)]
        return as_is, [_joined(as_is[at : at + many]) for at in range(0, wanted, many)]
    parts = round(1 / factor)
    if abs(parts * factor - 1) > 1e-9:
        raise Refusal(f"batches are cut into whole numbers of parts, not to {factor:g} of their size")
    for batch in batches:
        if size(batch) < parts:
            raise Refusal(f"a batch of {size(batch)} cannot be cut into {parts}")
    return list(batches), [part for batch in batches for part in _cut(batch, parts)]


def _joined(batches: Sequence[Any]) -> Any:  # noqa: ANN401 - what a batch is
    first = batches[0]
    kind = type(first)
    torch: Any = sys.modules.get("torch")
    numpy: Any = sys.modules.get("numpy")
    if torch is not None and isinstance(first, torch.Tensor):
        if first.ndim and len({batch.shape[1:] for batch in batches}) > 1:
            raise Refusal("batches of several widths cannot be joined: pad them to one")
        return torch.cat(list(batches)) if first.ndim else first
    if numpy is not None and isinstance(first, numpy.ndarray):
        return numpy.concatenate(list(batches)) if first.ndim else first
    if isinstance(first, Mapping):
        return _like(first, {key: _joined([batch[key] for batch in batches]) for key in first})
    if isinstance(first, tuple):
        parts = [_joined(each) for each in zip(*batches, strict=True)]
        return kind(*parts) if hasattr(first, "_fields") else tuple(parts)
    if isinstance(first, list):
        if first and size(first[0]):
            return [_joined(each) for each in zip(*batches, strict=True)]
        return [item for batch in batches for item in batch]
    return first


def _cut(batch: Any, parts: int) -> Iterator[Any]:  # noqa: ANN401
    whole = size(batch)
    edges = [whole * at // parts for at in range(parts + 1)]
    for begin, end in pairwise(edges):
        yield _part(batch, whole, begin, end)


def _part(batch: Any, whole: int, begin: int, end: int) -> Any:  # noqa: ANN401
    shape = getattr(batch, "shape", None)
    if shape is not None:
        return batch[begin:end] if len(shape) and shape[0] == whole else batch
    if isinstance(batch, Mapping):
        return _like(batch, {key: _part(value, whole, begin, end) for key, value in batch.items()})
    if isinstance(batch, tuple):
        parts = [_part(value, whole, begin, end) for value in batch]
        return type(batch)(*parts) if hasattr(batch, "_fields") else tuple(parts)
    if isinstance(batch, list):
        if len(batch) == whole and not (batch and size(batch[0])):
            return batch[begin:end]
        return [_part(value, whole, begin, end) for value in batch]
    return batch


def _like(batch: Mapping[Any, Any], values: dict[Any, Any]) -> Mapping[Any, Any]:
    """Return values as the same kind of mapping, so that ``batch.to(device)`` goes on to work."""
    if type(batch) is dict:
        return values
    try:
        return type(batch)(values)  # type: ignore[call-arg]
    except TypeError:
        return values
