"""The rules, one a file. Each file has a ``RULE``."""

from __future__ import annotations

import functools
from importlib import import_module
from pkgutil import iter_modules

from ..rule import Rule


@functools.cache
def rules() -> tuple[Rule, ...]:
    """Return all rules, by id; read when they are first asked, away from any cell."""
    found = (import_module(f".{module.name}", __name__).RULE for module in iter_modules(__path__))
    return tuple(sorted(found, key=lambda rule: rule.id))
