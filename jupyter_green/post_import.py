"""Hears of a library's import, now or later, and imports nothing itself."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class ImportWatch(MetaPathFinder):
    """Calls *on_import* with the name of each watched module that has been imported.

    Parameters
    ----------
    names
        Modules to watch.
    on_import
        Called after the module's own code has run, on the thread that imports it. It must not raise.
    """

    def __init__(self, names: Sequence[str], on_import: Callable[[str], None]) -> None:
        self._names = set(names)
        self._on_import = on_import
        self._removed = False

    def install(self) -> None:
        """Begin to watch; modules that are there already are told at once."""
        present = [name for name in self._names if name in sys.modules]
        self._names.difference_update(present)
        sys.meta_path.insert(0, self)
        for name in present:
            self._on_import(name)

    def remove(self) -> None:
        """Cease to watch."""
        self._removed = True
        self._names.clear()
        if self in sys.meta_path:
            sys.meta_path.remove(self)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find what the others find, with a loader that tells when it is done."""
        if fullname not in self._names:  # nearly always
            return None
        self._names.discard(fullname)  # so that the others are asked
        try:
            spec = find_spec(fullname)
        finally:
            if not self._removed:
                self._names.add(fullname)
        if spec is not None and spec.loader is not None and hasattr(spec.loader, "exec_module"):
            spec.loader = _Telling(spec.loader, spec, self._imported)
        return spec

    def _imported(self, name: str) -> None:
        if name in self._names and name in sys.modules:  # else somebody runs its code aside, and it is yet to come
            self._names.discard(name)
            self._on_import(name)


class _Telling(Loader):
    """Stands in for a module's loader during its import, and steps back before the module's own code runs."""

    def __init__(self, loader: Loader, spec: ModuleSpec, on_import: Callable[[str], None]) -> None:
        self._loader = loader
        self._spec = spec
        self._on_import = on_import

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever else the loader can do
        """Serve those who only look for a module, to read its code or its data, and do not import it."""
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._spec.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._on_import(self._spec.name)
