"""Training steps of Keras, whichever its backend: what it tells its callbacks."""

from __future__ import annotations

import functools
from typing import Any

from .counts import COUNTS
from .replaced import Remove, all_or_none, replaced


def install(callback_list: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count training steps from now on; return what takes the probe out."""
    begun = 0

    def begin(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(self: Any, batch: Any, logs: Any = None) -> Any:  # noqa: ANN401
            nonlocal begun
            begun = batch
            return original(self, batch, logs)

        return counted

    def end(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(self: Any, batch: Any, logs: Any = None) -> Any:  # noqa: ANN401
            COUNTS.steps += max(1, batch - begun + 1)  # several in one execution, where the user asks for that
            return original(self, batch, logs)

        return counted

    return all_or_none(
        lambda: replaced(callback_list.CallbackList, "on_train_batch_begin", begin),
        lambda: replaced(callback_list.CallbackList, "on_train_batch_end", end),
    )
