"""Lightning's steps: each is a pass of one batch through the whole module, whichever of its parts it calls.

Its rows are the samples, and its ``input_ids`` the tokens: what a step passes on to its parts is not looked at, since
an encoder and a decoder would count the same samples twice.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from .counts import INSIDE
from .replaced import Remove, replaced
from .root_forwards import passed

_STEPS = frozenset({"training_step", "validation_step", "test_step", "predict_step"})


def install(call: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count the batches of steps from now on; return what takes the probe out."""

    def hook(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(trainer: Any, hook_name: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if hook_name not in _STEPS or INSIDE.root is not None:
                return original(trainer, hook_name, *args, **kwargs)
            module = INSIDE.root = trainer.lightning_module
            try:
                output = original(trainer, hook_name, *args, **kwargs)
            finally:
                INSIDE.root = None
            batch = args[0] if args else next(iter(kwargs.values()), None)
            passed(module, (batch,), batch if isinstance(batch, Mapping) else {}, output)
            return output

        return counted

    return replaced(call, "_call_strategy_hook", hook)
