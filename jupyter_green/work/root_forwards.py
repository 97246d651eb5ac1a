"""Samples and tokens that go through a PyTorch model: the forward passes of root modules, never those of their parts.

A hook on every module would cost 1 µs a part. Ours stands among PyTorch's global pre-hooks only while no model runs:
a root's call takes it out, so that the parts run as if we were not there, and a hook on that root, there for that one
call only, puts it back. So nothing of ours is ever in a model that is saved, copied, scripted or compiled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from threading import get_ident
from typing import Any
from weakref import ref

from .counts import COUNTS, INSIDE
from .replaced import Remove

_KEY = "jupyter-green"  # among hooks that have numbers
_NO_TASK = -1  # what PyTorch says outside of backward passes


class RootForwards:
    """Counts the forward passes of root modules.

    Two threads that run models at a time could not both see the one hook come and go. Once a second thread has been
    seen, it stays where it is, and each thread keeps its own account of being inside a root.
    """

    def __init__(self, torch: Any) -> None:  # noqa: ANN401 - a library that we do not import
        self._tensor = torch.Tensor
        self._hooks = torch.nn.modules.module._global_forward_pre_hooks
        self._call = torch.nn.Module._call_impl.__code__
        self._compiling = torch.compiler.is_dynamo_compiling
        self._tracing = torch._C._get_tracing_state
        self._backward = torch._C._current_graph_task_id
        self._grad = torch.is_grad_enabled
        self._thread: int | None = None
        self._threads: set[int] = set()
        self._root: Any = None  # whose call has taken the hook out
        self._leave, self._leave_with_kwargs = self._leaving()
        self._enter = self._entering()
        self._known: Callable[[], Any] = _nothing
        self._removed = False

    current: RootForwards | None = None
    """What counts them now."""

    def install(self) -> Remove:
        """Begin to count; return what leaves PyTorch as it was."""
        RootForwards.current = self
        self._hooks[_KEY] = self._enter
        COUNTS.at_edges = self.mend
        return self._remove

    def _remove(self) -> None:
        RootForwards.current = None
        self._removed = True
        COUNTS.at_edges = _nothing
        self._hooks.pop(_KEY, None)
        if self._root is not None:
            _unhook(self._root)
            self._root = None

    # -- a root's call ---------------------------------------------------------------------------------------------

    def _entering(self) -> Any:  # noqa: ANN401 - a hook, with all that it needs at hand
        compiling, tracing, backward, grad = self._compiling, self._tracing, self._backward, self._grad
        begin, leave, leave_with_kwargs = self._begin, self._leave, self._leave_with_kwargs

        def enter(module: Any, args: Any) -> None:  # noqa: ANN401
            if compiling():  # before anything else: this is all that compiled code holds of us
                return
            if not module._modules and not module._parameters:  # a loss, an activation: nothing in it, nothing counted
                return
            # Recomputed parts of a checkpointed model are called within the backward pass, and are no roots.
            if backward() != _NO_TASK or tracing() is not None:
                return
            if not module.training and not grad() and type(module).__name__ == "TransformerEncoderLayer":
                self.count(module, args, {})  # it takes its fast path only where it bears no hook
                return
            if begin(module):
                if args:
                    module._forward_hooks[_KEY] = leave
                else:
                    module._forward_hooks[_KEY] = leave_with_kwargs
                    module._forward_hooks_with_kwargs[_KEY] = True
                module._forward_hooks_always_called[_KEY] = True

        return enter

    def _leaving(self) -> tuple[Any, Any]:
        compiling, end, count = self._compiling, self._end, self.count

        def leave(module: Any, args: Any, output: Any) -> None:  # noqa: ANN401
            if compiling():
                return
            module._forward_hooks.pop(_KEY, None)
            module._forward_hooks_always_called.pop(_KEY, None)
            end()
            if output is not None:  # it raised
                count(module, args, {})

        def leave_with_kwargs(module: Any, args: Any, kwargs: Any, output: Any) -> None:  # noqa: ANN401
            if compiling():
                return
            _unhook(module)
            end()
            if output is not None:
                count(module, args, kwargs)

        return leave, leave_with_kwargs

    def _begin(self, module: Any) -> bool:  # noqa: ANN401
        """Take note of a root's call; ``False`` if it is a part's."""
        outer = INSIDE.root
        if outer is not None and outer is not module:
            return False
        thread = get_ident()
        if thread != self._thread:
            self._thread = thread
            self._threads.add(thread)
        INSIDE.root = module
        if len(self._threads) == 1:
            self._root = module
            self._hooks.pop(_KEY, None)
        return True

    def _end(self) -> None:
        self._root = INSIDE.root = None
        if not self._removed:
            self._hooks[_KEY] = self._enter

    def around(self, module: Any, call: Any, args: Any, kwargs: Any) -> Any:  # noqa: ANN401
        """Call a root that must see no hook of ours at all, and count it."""
        if self._removed or _KEY not in self._hooks or not self._begin(module):
            return call(module, *args, **kwargs)
        self._hooks.pop(_KEY, None)
        try:
            output = call(module, *args, **kwargs)
        finally:
            self._end()
        self.count(module, args, kwargs)
        return output

    @property
    def under_way(self) -> bool:
        """Whether a root's call has taken the hook out; where a step ends or a backward pass, it should not have."""
        return self._root is not None

    def mend(self) -> None:
        """Go on after an interrupt that left us between a root's call and its end: at the edge of a cell."""
        if self._root is not None and not self._runs(self._thread):
            _unhook(self._root)
            self._end()
        elif INSIDE.root is not None and not self._runs(get_ident()):
            _unhook(INSIDE.root)
            INSIDE.root = None
        if len(self._threads) > 1:
            self._threads.intersection_update(sys._current_frames())

    def _runs(self, thread: int | None) -> bool:
        """Whether a module's call is under way in a thread."""
        frame = sys._current_frames().get(thread or 0)
        while frame is not None and frame.f_code is not self._call:
            frame = frame.f_back
        return frame is not None

    # -- what it was given -----------------------------------------------------------------------------------------

    def count(self, module: Any, args: Any, kwargs: Any) -> None:  # noqa: ANN401
        """Count a forward pass that has ended. Sees shapes only."""
        try:
            larger = INSIDE.larger
            if larger is not None:
                larger(module)
                return
            if self._known() is not module:
                if not _has_parameters(module):  # a loss or a metric made of parts
                    return
                self._known = ref(module)
            first = args[0] if args and isinstance(args[0], self._tensor) else self._first(args)
            if first is None:
                first = self._first(kwargs)
            if first is not None and not first.is_meta:  # a library that only asks for shapes
                shape = first.shape
                COUNTS.samples += int(shape[0]) if len(shape) else 1
                ids = kwargs.get("input_ids")
                if isinstance(ids, self._tensor):
                    COUNTS.tokens += ids.numel()
        except Exception:  # noqa: BLE001 - a tensor without a shape, a module unlike any other: the call stands
            return

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


def _unhook(module: Any) -> None:  # noqa: ANN401
    module._forward_hooks.pop(_KEY, None)
    module._forward_hooks_with_kwargs.pop(_KEY, None)
    module._forward_hooks_always_called.pop(_KEY, None)


def _has_parameters(module: Any) -> bool:  # noqa: ANN401
    for parameter in module._parameters.values():
        if parameter is not None:
            return True
    return any(_has_parameters(part) for part in module._modules.values() if part is not None)


def _nothing() -> None:
    pass
