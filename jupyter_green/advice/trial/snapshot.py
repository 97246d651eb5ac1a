"""The state that a step can reach, kept and put back in place: work goes on bit for bit as if nothing had been.

It is kept object by object rather than by ``state_dict``: what an optimizer or a scheduler made in a trial is taken
away again, shared parameters stay shared, and ``None`` stays ``None``.
"""

from __future__ import annotations

import sys
import types
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any

from .generators import Restore, save_global_generators
from .memory import Room, refuse_or_place
from .reach import Reached, slots_of
from .refusal import Refusal
from .settings import save_settings
from .tensors import Tensors

_EMPTY = object()


class Snapshot:
    """What was found, as it is when this is made.

    Parameters
    ----------
    reached
        What to keep.
    room
        Tells how much memory is free.

    Raises
    ------
    Refusal
        When it does not fit into memory, or cannot be kept.
    """

    def __init__(self, reached: Reached, room: Room | None = None) -> None:
        if not reached.complete:
            raise Refusal("what the code can reach is more than can be kept: let a function name only what it needs")
        room = Room() if room is None else room
        tensors = Tensors(reached.tensors)
        sizes = tensors.bytes()
        host = sum(array.nbytes for array in reached.arrays) + sum(map(_frame_bytes, reached.frames))
        sizes["cpu"] = sizes.get("cpu", 0) + host
        self.bytes = sum(sizes.values())
        to_host = refuse_or_place(sizes, room)
        # The order counts: attributes come back before the tensors that they bind.
        self._restores: list[Restore] = [_container(thing) for thing in reached.containers]
        self._restores += [_bindings(namespace, names) for namespace, names in reached.bindings]
        self._restores += [_namespace(namespace) for namespace in reached.namespaces]
        self._restores += [_class(cls) for cls in reached.classes]
        self._restores += [_cell(cell) for cell in reached.cells]
        self._restores += [_slots(thing) for thing in reached.slotted]
        self._restores += [_array(array) for array in reached.arrays]
        self._restores += [_frame(frame) for frame in reached.frames]
        if reached.tensors:
            tensors.copy(to_host)
            self._restores.append(tensors.restore)
        self._restores += save_settings()
        self._restores += reached.generators
        self._restores += save_global_generators()

    def restore(self) -> None:
        """Put everything back. An interrupt in the midst of it has it done anew, and is raised when it is done."""
        interrupt: KeyboardInterrupt | None = None
        while True:
            try:
                for restore in self._restores:
                    restore()
                break
            except KeyboardInterrupt as error:
                interrupt = error
        if interrupt is not None:
            raise interrupt


def _container(thing: Any) -> Restore:  # noqa: ANN401 - any container
    if isinstance(thing, dict):
        return _dict(thing)
    if isinstance(thing, list):
        return _sequence(thing, list(thing), lambda saved: list.__setitem__(thing, slice(None), saved))
    if isinstance(thing, bytearray):
        kept = bytes(thing)
        return lambda: thing.__setitem__(slice(None), kept)
    if isinstance(thing, deque):
        return _sequence(thing, list(thing), lambda saved: (deque.clear(thing), deque.extend(thing, saved)))
    members = set(thing)

    def restore() -> None:
        if thing != members:
            set.clear(thing)
            set.update(thing, members)

    return restore


def _sequence(thing: Iterable[Any], saved: list[Any], put: Callable[[list[Any]], object]) -> Restore:
    def restore() -> None:
        now = list(thing)
        if len(now) != len(saved) or any(one is not other for one, other in zip(now, saved, strict=True)):
            put(saved)

    return restore


def _dict(thing: dict[Any, Any]) -> Restore:
    saved = list(thing.items())
    kind = OrderedDict if isinstance(thing, OrderedDict) else dict

    def restore() -> None:
        if len(thing) == len(saved) and all(
            key is kept and value is held for (key, value), (kept, held) in zip(dict.items(thing), saved, strict=True)
        ):
            return
        kind.clear(thing)
        for key, value in saved:
            kind.__setitem__(thing, key, value)

    return restore


def _bindings(namespace: dict[str, Any], names: frozenset[str]) -> Restore:
    saved = {name: namespace.get(name, _EMPTY) for name in names}

    def restore() -> None:
        for name, value in saved.items():
            if value is _EMPTY:
                namespace.pop(name, None)
            elif namespace.get(name, _EMPTY) is not value:
                namespace[name] = value

    return restore


def _namespace(namespace: dict[str, Any]) -> Restore:
    bound = _bindings(namespace, frozenset(namespace))
    saved = frozenset(namespace)

    def restore() -> None:
        for name in namespace.keys() - saved:
            del namespace[name]
        bound()

    return restore


def _class(cls: type) -> Restore:
    """Keep the attributes of a class that are the user's."""
    saved = {name: value for name, value in vars(cls).items() if not name.startswith("__")}

    def restore() -> None:
        now = vars(cls)
        for name in [name for name in now if not name.startswith("__") and name not in saved]:
            if not name.startswith("_abc"):
                delattr(cls, name)
        for name, value in saved.items():
            if now.get(name, _EMPTY) is not value:
                setattr(cls, name, value)

    return restore


def _cell(cell: types.CellType) -> Restore:
    try:
        value = cell.cell_contents
    except ValueError:
        return lambda: _clear(cell)
    return lambda: setattr(cell, "cell_contents", value)


def _clear(cell: types.CellType) -> None:
    try:
        del cell.cell_contents
    except ValueError:
        return


def _slots(thing: Any) -> Restore:  # noqa: ANN401
    saved = {name: getattr(thing, name, _EMPTY) for name in slots_of(thing)}

    def restore() -> None:
        for name, value in saved.items():
            if getattr(thing, name, _EMPTY) is value:
                continue
            if value is _EMPTY:
                object.__delattr__(thing, name)
            else:
                object.__setattr__(thing, name, value)

    return restore


def _array(array: Any) -> Restore:  # noqa: ANN401
    numpy: Any = sys.modules["numpy"]
    kept = array.copy()
    return lambda: numpy.copyto(array, kept) if array.flags.writeable else None


def _frame_bytes(frame: Any) -> int:  # noqa: ANN401
    return 0 if _copies_on_write() else int(frame.memory_usage(index=True, deep=False) if frame.ndim == 1 else 0)


def _frame(frame: Any) -> Restore:  # noqa: ANN401
    # From pandas 3 on, whoever writes first makes the copy.
    kept = frame.copy(deep=not _copies_on_write())
    return lambda: object.__setattr__(frame, "_mgr", kept.copy(deep=not _copies_on_write())._mgr)


def _copies_on_write() -> bool:
    version = str(getattr(sys.modules.get("pandas"), "__version__", "0"))
    return int(version.split(".", 1)[0]) >= 3
