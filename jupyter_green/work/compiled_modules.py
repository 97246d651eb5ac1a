"""Modules under ``torch.compile``: they warn of global hooks, so they are counted from outside."""

from __future__ import annotations

import functools
from typing import Any

from .replaced import Remove, replaced
from .root_forwards import RootForwards


def install(eval_frame: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count calls of compiled modules from now on; return what takes the probe out."""
    from sys import modules

    compiling = modules["torch"].compiler.is_dynamo_compiling

    def called(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(module: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            roots = None if compiling() else RootForwards.current
            if roots is None:
                return original(module, *args, **kwargs)
            return roots.around(module, original, args, kwargs)

        return counted

    return replaced(eval_frame.OptimizedModule, "__call__", called)
