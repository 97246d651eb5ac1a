"""What a step can reach, and so may change: its closure, the globals it names, its object, and all in them."""

from __future__ import annotations

import functools
import sys
import types
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from .generators import Restore, save_generator
from .users_code import is_users, is_users_function

_MOST: Final = 300_000  # objects; a model of 10,000 modules has fewer
_MOST_ITEMS: Final = 10_000  # of a container; a longer one is data, whose items are not looked into
_ATOMS: Final = (
    str,
    bytes,
    int,
    float,
    complex,
    bool,
    type(None),
    type,
    range,
    slice,
    type(...),
    types.CodeType,
    types.ModuleType,
)
# Whatever is of these packages is either not changed by a step, or is not to be put back.
_LEFT: Final = frozenset(
    {
        "IPython", "_io", "_thread", "_weakref", "asyncio", "concurrent", "io", "ipykernel", "ipywidgets",
        "jupyter_green", "logging", "matplotlib", "multiprocessing", "re", "socket", "subprocess", "threading",
        "traitlets", "weakref", "zmq",
    }
)  # fmt: skip
# Classes whose state lies elsewhere.
_KEEPING: Final = {"StatefulDataLoader": "keeps its place in the data", "MemorizedFunc": "keeps its results on disk"}
_LEFT_OF_TORCH: Final = ("torch._dynamo", "torch._inductor", "torch.fx", "torch._C", "torch._ops", "torch.distributed")


@dataclass(slots=True)
class Reached:
    """What was found. Held for the length of a trial, no longer.

    Attributes
    ----------
    containers
        Lists, dicts, sets and deques, the attributes of objects among them.
    bindings
        A namespace each, with the names in it that a step may bind.
    namespaces
        That are to be left without any new name.
    classes
        The user's own, whose attributes may be counters.
    cells
        Of closures.
    tensors, arrays, frames
        PyTorch's, NumPy's and pandas'.
    slotted
        Objects whose attributes stand in slots.
    generators
        What puts each random number generator back.
    iterators
        What the step holds that cannot be wound back, by what it is called, with what it is.
    functions
        The user's own.
    modules, optimizers
        PyTorch's, for what has to be known of them.
    """

    containers: list[Any] = field(default_factory=list)
    bindings: list[tuple[dict[str, Any], frozenset[str]]] = field(default_factory=list)
    namespaces: list[dict[str, Any]] = field(default_factory=list)
    classes: list[type] = field(default_factory=list)
    cells: list[types.CellType] = field(default_factory=list)
    tensors: list[Any] = field(default_factory=list)
    arrays: list[Any] = field(default_factory=list)
    frames: list[Any] = field(default_factory=list)
    slotted: list[Any] = field(default_factory=list)
    generators: list[Restore] = field(default_factory=list)
    iterators: list[str] = field(default_factory=list)
    functions: list[types.FunctionType] = field(default_factory=list)
    modules: list[Any] = field(default_factory=list)
    optimizers: list[Any] = field(default_factory=list)
    complete: bool = True

    @property
    def devices(self) -> frozenset[str]:
        """Kinds of devices that tensors lie on, such as ``cpu`` and ``cuda``."""
        return frozenset(tensor.device.type for tensor in self.tensors)

    @property
    def roots(self) -> list[Any]:
        """Modules that are no part of another one."""
        parts = {id(part) for module in self.modules for part in module.modules() if part is not module}
        return [module for module in self.modules if id(module) not in parts]


def reach(roots: Iterable[tuple[str, Any]]) -> Reached:
    """Return what can be reached from these things, each with the name that the user knows it by."""
    walk = _Walk()
    for name, root in roots:
        walk.add(root, name, theirs=False)
    walk.run()
    return walk.found


def reach_names(namespace: dict[str, Any], names: Iterable[str]) -> Reached:
    """Return what code that reads and binds these names in a namespace can reach."""
    walk = _Walk()
    walk.follow(namespace, frozenset(names))
    walk.run()
    return walk.found


class _Walk:
    """A walk over objects, the near ones first."""

    def __init__(self) -> None:
        self.found = Reached()
        self._queue: deque[tuple[Any, str, bool]] = deque()
        self._seen: set[int] = set()
        self._held: list[Any] = []  # so that no identity is used twice
        self._named: dict[int, set[str]] = {}
        self._torch: Any = sys.modules.get("torch")
        self._array: Any = getattr(sys.modules.get("numpy"), "ndarray", ())
        pandas: Any = sys.modules.get("pandas.core.generic")
        self._frame: Any = getattr(pandas, "NDFrame", ())

    def add(self, thing: Any, name: str, *, theirs: bool) -> None:  # noqa: ANN401 - anything at all
        """Put a thing on the list; *theirs*: it was found inside an object of a library."""
        if isinstance(thing, _ATOMS) and not (isinstance(thing, type) and is_users(thing.__module__)):
            return
        if id(thing) not in self._seen:
            self._seen.add(id(thing))
            self._held.append(thing)
            self._queue.append((thing, name, theirs))

    def run(self) -> None:
        while self._queue:
            if len(self._seen) > _MOST:
                self.found.complete = False
                return
            self._visit(*self._queue.popleft())

    def follow(self, namespace: dict[str, Any], names: frozenset[str]) -> None:
        """Look at the values of names in a namespace."""
        known = self._named.setdefault(id(namespace), set())
        new = frozenset(names - known)
        if not new:
            return
        known |= new
        self.found.bindings.append((namespace, new))
        for name in sorted(new):
            value = namespace.get(name)
            if isinstance(value, types.ModuleType):
                if is_users(value.__name__):
                    self.follow(vars(value), names & vars(value).keys())
            else:
                self.add(value, name, theirs=False)

    def _visit(self, thing: Any, name: str, theirs: bool) -> None:  # noqa: ANN401
        found, torch = self.found, self._torch
        if isinstance(thing, types.FunctionType):
            self._function(thing, name)
        elif isinstance(thing, types.MethodType):
            self.add(thing.__self__, name, theirs=theirs)
            self.add(thing.__func__, name, theirs=theirs)
        elif isinstance(thing, functools.partial):
            for part in (thing.func, *thing.args, *thing.keywords.values()):
                self.add(part, name, theirs=theirs)
        elif isinstance(thing, types.CellType):
            self._cell(thing, name, theirs)
        elif isinstance(thing, type):
            self._class(thing)
        elif torch is not None and isinstance(thing, torch.Tensor):
            self._tensor(thing, name)
        elif isinstance(thing, self._array):
            found.arrays.append(thing)
        elif isinstance(thing, self._frame):
            found.frames.append(thing)
        elif isinstance(thing, (dict, list, set, deque, bytearray)):
            found.containers.append(thing)
            self._items(thing, name, theirs)
            self._attributes(thing, name, theirs)
        elif isinstance(thing, (tuple, frozenset)):
            self._items(thing, name, theirs)
        elif (restore := save_generator(thing)) is not None:
            found.generators.append(restore)
        elif hasattr(type(thing), "__next__"):
            if not theirs and thing is not sys.stdout and thing is not sys.stderr:
                found.iterators.append(f"{name} is {'an open file' if hasattr(thing, 'fileno') else 'a live iterator'}")
        else:
            self._object(thing, name, theirs)

    def _items(self, thing: Any, name: str, theirs: bool) -> None:  # noqa: ANN401
        if len(thing) <= _MOST_ITEMS and not isinstance(thing, bytearray):
            for item in list(thing.values()) if isinstance(thing, dict) else list(thing):
                self.add(item, name, theirs=theirs)

    def _tensor(self, tensor: Any, name: str) -> None:  # noqa: ANN401
        self.found.tensors.append(tensor)
        if tensor.is_leaf and tensor.grad is not None:
            self.add(tensor.grad, name, theirs=True)
        inner = getattr(tensor, "__tensor_flatten__", None)
        if inner is not None and type(tensor) is not self._torch.Tensor:
            for part in inner()[0]:
                self.add(getattr(tensor, part), name, theirs=True)

    def _function(self, function: types.FunctionType, name: str) -> None:
        for free, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
            self.add(cell, free, theirs=False)
        self.add(getattr(function, "__wrapped__", None), name, theirs=False)
        if not is_users_function(function):
            return
        self.found.functions.append(function)
        for value in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
            self.add(value, name, theirs=False)
        if vars(function):
            self.found.containers.append(vars(function))
            self._items(vars(function), name, theirs=False)
        self.follow(function.__globals__, frozenset(names_of(function.__code__)))

    def _cell(self, cell: types.CellType, name: str, theirs: bool) -> None:
        self.found.cells.append(cell)
        try:
            self.add(cell.cell_contents, name, theirs=theirs)
        except ValueError:  # an empty one
            return

    def _class(self, cls: type) -> None:
        """Follow the methods of the user's own classes."""
        for base in cls.__mro__:
            if is_users(base.__module__):
                self._seen.add(id(base))
                self.found.classes.append(base)
                for name, value in list(vars(base).items()):
                    function = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
                    if isinstance(function, types.FunctionType) or not name.startswith("__"):
                        self.add(function, f"{base.__name__}.{name}", theirs=False)

    def _object(self, thing: Any, name: str, theirs: bool) -> None:  # noqa: ANN401
        module = str(type(thing).__module__)
        if module.split(".", 1)[0] in _LEFT or module.startswith(_LEFT_OF_TORCH):
            return
        torch = self._torch
        if torch is not None and isinstance(thing, torch.nn.Module):
            self.found.modules.append(thing)
        elif torch is not None and isinstance(thing, torch.optim.Optimizer):
            self.found.optimizers.append(thing)
        users = is_users(module)
        if users:
            self.add(type(thing), name, theirs=False)
        if type(thing).__name__ in _KEEPING:
            self.found.iterators.append(f"{name} {_KEEPING[type(thing).__name__]}")
        self._attributes(thing, name, not users)

    def _attributes(self, thing: Any, name: str, theirs: bool) -> None:  # noqa: ANN401
        attributes = getattr(thing, "__dict__", None)
        if isinstance(attributes, dict) and attributes:
            self._seen.add(id(attributes))
            self.found.containers.append(attributes)
            if theirs:
                self._items(attributes, name, theirs)
            else:
                for key, value in list(attributes.items()):
                    self.add(value, f"{name}.{key}", theirs=False)
        slots = slots_of(thing)
        if slots:
            self.found.slotted.append(thing)
            for slot in slots:
                self.add(getattr(thing, slot, None), name, theirs=theirs)


def names_of(code: types.CodeType) -> Iterator[str]:
    """Yield the names that a function's code, and the functions in it, look up or bind outside of themselves."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from names_of(constant)


def slots_of(thing: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Return the names of an object's slots, but for those of built-in types."""
    names: list[str] = []
    for base in type(thing).__mro__:
        slots = vars(base).get("__slots__", ())
        names.extend((slots,) if isinstance(slots, str) else slots)
    return tuple(name for name in names if name not in ("__dict__", "__weakref__") and not name.startswith("__"))
