"""What is left of us in libraries, found by looking at everything in them instead of at a list of what we touch."""

import inspect
import sys
from collections import OrderedDict
from types import FunctionType

from jupyter_green.work.probes import PROBES

LIBRARIES = {name.partition(".")[0] for name in PROBES}


def traces(libraries=LIBRARIES):
    """Return the names of all functions, hooks and class attributes in imported libraries that have to do with us."""
    found = set()
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in libraries and inspect.ismodule(module):
            for attribute, value in list(vars(module).items()):
                if issubclass(type(value), type) and value.__module__ == name:
                    members = list(vars(value).items())
                    found.update(f"{name}.{attribute}.{member}" for member, inner in members if is_ours(inner))
                elif is_ours(value) or (type(value) in (dict, OrderedDict) and any(map(is_ours, [*value.values()]))):
                    found.add(f"{name}.{attribute}")
    return sorted(found)


def is_ours(value):
    """Whether a value is of our package, or a function with code of ours or with an object of ours in its code."""
    if type(value) in (classmethod, staticmethod):
        value = value.__func__
    if type(value) is FunctionType:  # no isinstance: lazy objects would be made real by it
        code = value.__code__
        return "jupyter_green" in code.co_filename or any(is_ours(constant) for constant in code.co_consts)
    return type(value).__module__.startswith("jupyter_green")


def functions(libraries=LIBRARIES):
    """Return every function of imported libraries with its code, and every hook, by where it stands."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in libraries and inspect.ismodule(module):
            for attribute, value in list(vars(module).items()):
                if issubclass(type(value), type) and value.__module__ == name:
                    for member, inner in list(vars(value).items()):
                        found[name, attribute, member] = _with_code(inner)
                elif "hook" in attribute and type(value) in (dict, OrderedDict):
                    found[name, attribute, ""] = tuple(value.items())
                else:
                    found[name, attribute, ""] = _with_code(value)
    return {place: value for place, value in found.items() if value is not None}


def _with_code(value):
    inner = value.__func__ if type(value) in (classmethod, staticmethod) else value
    return (value, inner.__code__) if type(inner) is FunctionType else None


def changed(before, after):
    """Return where functions or hooks are others than they were, in modules that were there before."""
    modules = {place[0] for place in before}
    places = before.keys() | {place for place in after if place[0] in modules}
    return sorted(".".join(place) for place in places if before.get(place) != after.get(place))
