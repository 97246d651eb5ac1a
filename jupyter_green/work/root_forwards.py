"""Samples and tokens that go through PyTorch models: the forward passes of root modules, never those of their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import ref

from .counts import COUNTS, INSIDE

_NO_TASK = -1  # what PyTorch says outside of backward passes


class RootForwards:
    """Counts the forward passes of root modules. Sees shapes only."""

    def __init__(self, torch: Any) -> None:  # noqa: ANN401 - a library that we do not import
        self._tensor = torch.Tensor
        self._tracing = torch._C._get_tracing_state
        self._backward = torch._C._current_graph_task_id
        self._plain = {torch.Tensor, torch.nn.Parameter}
        self._fake = torch._subclasses.FakeTensor
        self._known: Callable[[], Any] = _nothing

    def is_root(self, module: Any) -> bool:  # noqa: ANN401
        """Whether a module that is called inside no other has something in it, unlike a loss or an activation."""
        if not module._modules and not module._parameters:
            return False
        # Recomputed parts of a checkpointed model are called within the backward pass, and are no roots.
        return self._backward() == _NO_TASK and self._tracing() is None

    def passed(self, module: Any, args: Any, kwargs: Any) -> None:  # noqa: ANN401
        """Count a forward pass that has ended."""
        try:
            larger = INSIDE.larger
            if larger is not None:
                larger(module)
                return
            if self._known() is not module:
                if not _has_parameters(module) or getattr(module, "_is_replica", False):
                    return  # made of losses or metrics, or DataParallel's copy on one of its devices
                self._known = ref(module)
            first = args[0] if args and isinstance(args[0], self._tensor) else self._first(args)
            if first is None:
                first = self._first(kwargs)
            if first is not None and self._is_real(first):
                shape = first.shape
                COUNTS.samples += int(shape[0]) if len(shape) else 1
                ids = kwargs.get("input_ids")
                if isinstance(ids, self._tensor):
                    COUNTS.tokens += ids.numel()
        except Exception:  # noqa: BLE001 - a tensor without a shape, a module unlike any other: the call stands
            return

    def _is_real(self, tensor: Any) -> bool:  # noqa: ANN401
        """Whether there are numbers in it; a library that only asks for shapes, or exports a model, passes none."""
        return not tensor.is_meta and (type(tensor) in self._plain or not isinstance(tensor, self._fake))

    def _first(self, value: Any, depth: int = 3) -> Any:  # noqa: ANN401
        if isinstance(value, self._tensor):
            return value
        if depth:
            if isinstance(value, Mapping):
                value = value.values()
            elif not isinstance(value, (list, tuple)):
                return None
            for item in value:
                found = self._first(item, depth - 1)
                if found is not None:
                    return found
        return None


def _has_parameters(module: Any) -> bool:  # noqa: ANN401
    for parameter in module._parameters.values():
        if parameter is not None:
            return True
    return any(_has_parameters(part) for part in module._modules.values() if part is not None)


def _nothing() -> None:
    pass
