"""Keeps the contents of tensors, storage by storage, and puts them back in place: whoever holds one holds it still."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .refusal import Refusal


@dataclass(slots=True)
class _Kept:
    """One tensor as it was.

    Attributes
    ----------
    alias
        Another tensor on the same storage, with the shape and type of then.
    gradient
        The very tensor that was its gradient, or ``None``.
    """

    tensor: Any
    alias: Any
    leaf: bool
    needs_gradient: bool
    gradient: Any


class Tensors:
    """The tensors that a step reaches.

    Parameters
    ----------
    tensors
        Their gradients are among them.
    """

    def __init__(self, tensors: Iterable[Any]) -> None:
        self._kept: list[_Kept] = []
        self._storages: dict[tuple[str, int], Any] = {}
        self._copies: dict[tuple[str, int], Any] = {}
        self._odd: list[tuple[Any, Any]] = []
        for tensor in tensors:
            self._note(tensor)

    def _note(self, tensor: Any) -> None:  # noqa: ANN401 - a library's that we do not import
        if _is_lazy(tensor):
            raise Refusal("a layer takes its size from the first batch: run the step once before")
        alias = tensor.detach()
        leaf = bool(tensor.is_leaf)
        self._kept.append(_Kept(tensor, alias, leaf, bool(tensor.requires_grad), tensor.grad if leaf else None))
        if tensor.device.type == "meta" or (hasattr(tensor, "__tensor_flatten__") and _wraps(tensor)):
            return  # nothing in it, or what is in it is on the list by itself
        try:
            storage = alias.untyped_storage()
            place = storage.data_ptr()
        except (RuntimeError, NotImplementedError):  # sparse and other layouts
            self._odd.append((tensor, None))
            return
        if storage.nbytes():
            self._storages.setdefault((str(storage.device), place), storage)

    def bytes(self) -> dict[str, int]:
        """Return how much is to be copied, by device, such as ``cuda:0``."""
        sizes: dict[str, int] = {}
        for (device, _), storage in self._storages.items():
            sizes[device] = sizes.get(device, 0) + storage.nbytes()
        return sizes

    def copy(self, to_host: frozenset[str] = frozenset()) -> None:
        """Copy the contents; those of some devices to the machine's memory."""
        for key, storage in self._storages.items():
            self._copies[key] = storage.cpu() if key[0] in to_host else storage.clone()
        self._odd = [(tensor, tensor.detach().clone()) for tensor, _ in self._odd]

    def restore(self) -> None:
        """Put everything back. May be called any number of times, also after it was cut short."""
        torch: Any = sys.modules["torch"]
        for key, storage in self._storages.items():
            copy = self._copies[key]
            if storage.nbytes() != copy.nbytes():
                storage.resize_(copy.nbytes())
            storage.copy_(copy)
        with torch.no_grad():
            for kept in self._kept:
                _put_back(kept)
            for tensor, copy in self._odd:
                tensor.data = copy.clone()


def _put_back(kept: _Kept) -> None:
    tensor, alias = kept.tensor, kept.alias
    if kept.leaf and not tensor.is_leaf:  # something that needs gradients was written into it
        tensor.detach_()
    if not _same(tensor, alias):
        tensor.data = alias
    if kept.leaf:
        if tensor.requires_grad != kept.needs_gradient:
            tensor.requires_grad_(kept.needs_gradient)
        if tensor.grad is not kept.gradient:
            tensor.grad = kept.gradient


def _same(tensor: Any, alias: Any) -> bool:  # noqa: ANN401
    """Whether a tensor still looks at the place that it looked at, in the same way."""
    if tensor.dtype != alias.dtype or tensor.device != alias.device or tensor.shape != alias.shape:
        return False
    if tensor.device.type == "meta" or _wraps(tensor):
        return True
    try:
        return bool(tensor.data_ptr() == alias.data_ptr() and tensor.stride() == alias.stride())
    except RuntimeError:
        return True


def _is_lazy(tensor: Any) -> bool:  # noqa: ANN401
    torch: Any = sys.modules["torch"]
    return bool(torch.nn.parameter.is_lazy(tensor))


def _wraps(tensor: Any) -> bool:  # noqa: ANN401
    """Whether it is of a class that only holds other tensors."""
    torch: Any = sys.modules["torch"]
    return type(tensor) is not torch.Tensor and hasattr(tensor, "__tensor_flatten__")
