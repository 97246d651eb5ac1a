"""The rules, one a file. Each has a ``RULE``; their order is of no importance."""

from __future__ import annotations

from importlib import import_module

from ..rule import Rule

_NAMES = ("kv_cache",)

RULES: tuple[Rule, ...] = tuple(import_module(f".{name}", __name__).RULE for name in _NAMES)
