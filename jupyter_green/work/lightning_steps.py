"""Lightning's steps: each is a pass of one batch through the whole module, whichever of its parts it calls.

The batch's rows are the samples: an encoder and a decoder would count the same ones twice. Its ``input_ids`` are the
tokens, or where it names none, those that the parts are given; once, though a teacher and a student may both get them.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from .counts import COUNTS, INSIDE
from .input_ids import NAME
from .replaced import Remove, replaced
from .root_forwards import passed

_STEPS = frozenset({"training_step", "validation_step", "test_step", "predict_step"})


def install(call: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count the batches of steps from now on; return what takes the probe out."""

    def hook(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(trainer: Any, hook_name: str, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if hook_name not in _STEPS or INSIDE.root is not None or INSIDE.larger is not None:
                return original(trainer, hook_name, *args, **kwargs)
            given: list[Any] = []

            def part(ids: Any) -> None:  # noqa: ANN401
                if ids is not None and not any(ids is each for each in given):
                    given.append(ids)

            INSIDE.larger = INSIDE.step = part
            try:
                output = original(trainer, hook_name, *args, **kwargs)
            finally:
                INSIDE.larger = INSIDE.step = None
            with suppress(Exception):  # a batch or tensors unlike any others: the step stands
                batch = args[0] if args else next(iter(kwargs.values()), None)
                named = batch if isinstance(batch, Mapping) else {}
                if NAME not in named:
                    COUNTS.tokens += sum(ids.numel() for ids in given)
                passed(trainer.lightning_module, (batch,), named, output)
            return output

        return counted

    return replaced(call, "_call_strategy_hook", hook)
