"""Samples and tokens that go through PyTorch models: the forward passes of root modules, never those of their parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import ref

from .counts import COUNTS, INSIDE
from .forward_traits import ForwardLooks
from .input_ids import NAME, lead

_ROOTS: list[RootForwards] = []
_NO_TASK = -1  # what PyTorch says outside of backward passes


class RootForwards:
    """Counts the forward passes of root modules. Sees shapes only.

    Between two calls a model has cleared the processor's caches, so what this touches costs more than what it computes:
    hence one function without detours for a known model that is given a tensor.
    """

    def __init__(self, torch: Any) -> None:  # noqa: ANN401 - a library that we do not import
        self._tensor = torch.Tensor
        self._fake = torch._subclasses.FakeTensor
        self._tracing = torch._C._get_tracing_state
        self._backward = torch._C._current_graph_task_id
        self._known: Callable[[], Any] = _nothing
        self._other: Callable[[], Any] = _nothing  # the last one that is no model, and its number of parts
        self._parts = 0
        self._ids_lead = False
        self._traits = ForwardLooks(torch)
        self._looks = self._traits.looks

    def passed(self, module: Any, args: Any, kwargs: Any, output: Any) -> None:  # noqa: ANN401
        """Count a call that was inside no other and has ended."""
        try:
            larger = INSIDE.larger
            if larger is not None:
                self._part(larger, module, args, kwargs, output)
                return
            if module is not self._known() and not self._learns(module):
                return
            # Recomputed parts of a checkpointed model are called within the backward pass, and are no roots.
            if self._backward() != _NO_TASK:
                self._traits.recomputed(module)
                return
            if self._tracing() is not None:
                return
            first: Any = args[0] if args else None
            if type(first) is not self._tensor:
                first = self._first((args, kwargs))
                if first is None or isinstance(first, self._fake):
                    return
            if first.is_meta:  # as it is, where a library only asks for shapes
                return
            shape = first.shape
            COUNTS.samples += shape[0] if shape else 1
            if self._ids_lead and args:
                if first is args[0]:
                    COUNTS.tokens += first.numel()
            elif kwargs:
                ids = kwargs.get(NAME)
                if isinstance(ids, self._tensor):
                    COUNTS.tokens += ids.numel()
            traits = self._traits
            if self._looks.left or module.training is not traits.training:
                traits.look(module, args, kwargs, output, first)
        except Exception:  # noqa: BLE001 - a tensor without a shape, a module unlike any other: the call stands
            return

    def _part(self, larger: Any, module: Any, args: Any, kwargs: Any, output: Any) -> None:  # noqa: ANN401
        """Tell a larger whole of a pass in it."""
        if self._backward() != _NO_TASK:
            self._traits.recomputed(module)
            return
        step = INSIDE.step
        if step is not None and step is larger:
            step(self._ids(module, args, kwargs))
        elif (module is self._known() or self._learns(module)) and self._tracing() is None:
            larger(module)
            if self._looks.left:
                self._traits.look(module, args, kwargs, output, self._first((args, kwargs)), larger=True)

    def _learns(self, module: Any) -> bool:  # noqa: ANN401
        """Whether a module is a model: no loss, activation or metric, nor DataParallel's copy on one of its devices."""
        parts = len(module._modules)
        if module is self._other() and parts == self._parts:  # it may be called for each item of a data set
            return False
        if not _has_parameters(module) or "_is_replica" in vars(module):
            self._other, self._parts = ref(module), parts
            return False
        self._known = ref(module)
        self._ids_lead = lead(module)
        self._traits.training = None  # another model than before is worth a look
        return True

    def _ids(self, module: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
        ids = args[0] if args and lead(module) else kwargs.get(NAME)
        return ids if isinstance(ids, self._tensor) else None

    def _first(self, value: Any, depth: int = 4) -> Any:  # noqa: ANN401
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


def counting(torch: Any) -> tuple[RootForwards, Callable[[], None]]:  # noqa: ANN401
    """Return who counts from now on, and what ends that for :func:`passed`."""
    roots = RootForwards(torch)
    _ROOTS.append(roots)
    return roots, lambda: _ROOTS.remove(roots)


def passed(module: Any, args: Any, kwargs: Any, output: Any) -> None:  # noqa: ANN401
    """Count what stands for a root's forward pass, where a library calls the parts by themselves."""
    for roots in _ROOTS[-1:]:
        roots.passed(module, args, kwargs, output)


def _has_parameters(module: Any) -> bool:  # noqa: ANN401
    for parameter in module._parameters.values():
        if parameter is not None:
            return True
    return any(_has_parameters(part) for part in module._modules.values() if part is not None)


def _nothing() -> None:
    pass
