"""A hash over all of a value: whatever could change what is computed from it changes the hash.

Where that cannot be promised – a value of a type whose whole state we do not know how to read, or more of it than time
allows – there is no hash at all. Samples would be faster and miss edits.

Nothing of the user's is run and nothing is changed: types are told apart by identity, states are read by what Python
and the libraries themselves offer for it, never by a method that a user's class may have written anew. What could be
told apart by ``is`` only hashes the same: two equal lists, or one list twice.
"""

from __future__ import annotations

import builtins
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .hasher import Budget, Hasher
from .state_readers import reader_of

__all__ = ["Budget", "chance", "digests_of", "hash_of", "hash_of_names", "joined"]


def hash_of(value: object, budget: Budget) -> str:
    """Return the hash of one value; empty where there is none."""
    try:
        hasher = Hasher(budget, reader_of)
        hasher.value(value)
        return hasher.hex()
    except Exception:  # noqa: BLE001 - too deep, changed meanwhile, unlike what we know: there is no hash
        return ""


def digests_of(names: Iterable[str], namespace: Mapping[str, Any], budget: Budget) -> dict[str, str]:
    """Return the hash of what each name stands for, as far as it stands for anything; empty where there is none."""
    return {name: hash_of(namespace[name], budget) for name in sorted(names) if name in namespace}


def joined(names: Iterable[str], digests: Mapping[str, str], code: str = "") -> str:
    """Return the hash of what names stand for, and of the code that reads them; empty where there is none.

    Built-in names count where the user has given them another meaning.
    """
    known = [(name, digests.get(name, "absent")) for name in sorted(names)]
    if any(not digest for _, digest in known):
        return ""
    told = [(name, digest) for name, digest in known if name in digests or not hasattr(builtins, name)]
    return hash_of([code, told], Budget(math.inf))


def hash_of_names(names: Iterable[str], namespace: Mapping[str, Any], budget: Budget, code: str = "") -> str:
    """Return the hash of what names stand for in a namespace, as of :func:`joined`."""
    wanted = set(names)
    return joined(wanted, digests_of(wanted, namespace, budget), code)


def chance() -> tuple[Any, ...]:
    """Return where the generators of random numbers stand that everybody shares: some 20 microseconds.

    What draws from them leaves them elsewhere.
    """
    try:
        return tuple(read(module) for name, read in _SHARED if (module := sys.modules.get(name)) is not None)
    except Exception:  # noqa: BLE001 - a library that is only half imported, or another than we think
        return (object(),)  # is never the same again


_SHARED: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("random", lambda module: module.getstate()),
    ("numpy.random", lambda module: module.get_state(legacy=False)),
    ("torch", lambda module: module.default_generator.get_state()),
)
