"""Functions, classes and modules as values: by their code where it is the user's, by name and version elsewhere."""

from __future__ import annotations

import builtins
import functools
import sys
import sysconfig
import types
from collections.abc import Iterator
from typing import Any

from .hasher import Feed, Hasher, UnknownState, of_type

# Of no account for what a class does.
_UNIMPORTANT = frozenset(
    {"__dict__", "__weakref__", "__doc__", "__module__", "__annotations__", "__annotations_cache__", "__qualname__"}
    | {"__firstlineno__", "__static_attributes__", "_abc_impl", "__abstractmethods__"}
)
_MADE_BY_PYTHON = 1 << 9  # Py_TPFLAGS_HEAPTYPE: other types are part of a library in C and never change
_CODE = ("co_code", "co_names", "co_varnames", "co_freevars", "co_cellvars", "co_flags")
_COUNTS = ("co_argcount", "co_posonlyargcount", "co_kwonlyargcount")


@functools.cache
def _installed() -> tuple[str, ...]:
    places = (sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib"))
    return tuple(f"{place}/" for place in dict.fromkeys(places) if place)


def is_installed(file: str | None) -> bool:
    """Whether code is from an installed library or Python's own, which stay as they are while a kernel runs."""
    return file is not None and file.startswith((*_installed(), "<frozen"))


def library(name: str | None, hasher: Hasher) -> None:
    """Take in a library by name and version.

    Raises
    ------
    UnknownState
        When it is the user's own code.
    """
    module = sys.modules.get(name or "")
    if type(module) is not types.ModuleType and not issubclass(type(module), types.ModuleType):
        raise UnknownState(f"no module {name}")
    found = types.ModuleType.__getattribute__(module, "__dict__")
    spec = found.get("__spec__")
    if not (is_installed(found.get("__file__")) or getattr(spec, "origin", None) in ("built-in", "frozen")):
        raise UnknownState(f"{name} is not installed")
    top = sys.modules.get((name or "").partition(".")[0], module)
    version = types.ModuleType.__getattribute__(top, "__dict__").get("__version__")
    hasher.mark("module")
    hasher.text(f"{name} {version if type(version) is str else ''}")


def _module(value: types.ModuleType, hasher: Hasher) -> None:
    library(types.ModuleType.__getattribute__(value, "__dict__").get("__name__"), hasher)


def _function(value: types.FunctionType, hasher: Hasher) -> None:
    hasher.mark("function")
    if is_installed(value.__code__.co_filename) and not value.__closure__:
        hasher.text(f"{value.__module__}.{value.__qualname__}")
        hasher.value(value.__code__)
        return
    for each in (value.__code__, value.__defaults__, value.__kwdefaults__, value.__dict__):
        hasher.value(each)
    for cell in value.__closure__ or ():
        hasher.value(_content(cell))
    if is_installed(value.__code__.co_filename):
        return
    for name in sorted(_names(value.__code__)):
        if name in value.__globals__:
            hasher.text(name)
            hasher.value(value.__globals__[name])
        elif not hasattr(builtins, name):
            hasher.mark("absent")
            hasher.text(name)


def _content(cell: types.CellType) -> object:
    try:
        return cell.cell_contents
    except ValueError:  # not bound yet
        return ...


def _names(code: types.CodeType) -> set[str]:
    """Return the names that may be global ones; those of attributes are among them."""
    return set(code.co_names).union(*(_names(inner) for inner in _inner(code)))


def _inner(code: types.CodeType) -> Iterator[types.CodeType]:
    return (each for each in code.co_consts if type(each) is types.CodeType)


def _code(value: types.CodeType, hasher: Hasher) -> None:
    hasher.mark("code", *(getattr(value, name) for name in _COUNTS))
    for name in _CODE:
        hasher.value(getattr(value, name))
    hasher.value(value.co_consts)


def _builtin(value: types.BuiltinFunctionType, hasher: Hasher) -> None:
    hasher.mark("builtin")
    hasher.text(value.__qualname__)
    owner = value.__self__
    hasher.value(None if owner is None else owner)


def _method(value: types.MethodType, hasher: Hasher) -> None:
    hasher.mark("method")
    hasher.value(value.__func__)
    hasher.value(value.__self__)


def _descriptor(value: Any, hasher: Hasher) -> None:  # noqa: ANN401 - one of several kinds
    hasher.mark("descriptor")
    hasher.text(value.__name__)
    hasher.value(value.__objclass__)


def _wrapping(value: Any, hasher: Hasher) -> None:  # noqa: ANN401 - static and class methods, cached functions
    hasher.mark(type(value).__name__)
    hasher.value(value.__wrapped__ if type(value) is functools._lru_cache_wrapper else value.__func__)


def _property(value: property, hasher: Hasher) -> None:
    hasher.mark("property")
    for each in (value.fget, value.fset, value.fdel):
        hasher.value(each)


def read_class(value: type, hasher: Hasher) -> None:
    """Take in a class: the user's with all that stands in it and in its bases."""
    hasher.mark("class")
    hasher.text(of_type(value, "__qualname__"))
    if not of_type(value, "__flags__") & _MADE_BY_PYTHON:
        hasher.text(of_type(value, "__module__"))
        return
    module = of_type(value, "__dict__").get("__module__")
    if type(module) is str and module != "__main__" and _stands_in(module, value):
        library(module, hasher)
        return
    if type(value) is not type:
        hasher.value(type(value))
    for base in of_type(value, "__bases__"):
        hasher.value(base)
    for name, member in of_type(value, "__dict__").items():
        if name not in _UNIMPORTANT and type(member) is not types.GetSetDescriptorType:
            hasher.text(name)
            if type(member) is not types.MemberDescriptorType:
                hasher.value(member)


def _stands_in(module: str, value: type) -> bool:
    """Whether a class is what an installed module has under its name."""
    found = sys.modules.get(module)
    if found is None or type(found) is not types.ModuleType:
        return False
    space = types.ModuleType.__getattribute__(found, "__dict__")
    name = of_type(value, "__name__")
    return space.get(name) is value and (is_installed(space.get("__file__")) or module in sys.builtin_module_names)


_BY_TYPE: dict[type, Any] = {
    types.ModuleType: _module,
    types.FunctionType: _function,
    types.CodeType: _code,
    types.BuiltinFunctionType: _builtin,
    types.MethodType: _method,
    **dict.fromkeys(
        (types.MethodDescriptorType, types.WrapperDescriptorType, types.ClassMethodDescriptorType), _descriptor
    ),
    **dict.fromkeys((staticmethod, classmethod, functools._lru_cache_wrapper), _wrapping),
    property: _property,
    type: read_class,
}
READERS: dict[int, Feed] = {id(kind): read for kind, read in _BY_TYPE.items()}
