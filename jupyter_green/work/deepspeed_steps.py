"""DeepSpeed's steps: its engine steps once where the optimizers inside may step once for each group of parameters."""

from __future__ import annotations

import functools
from typing import Any

from .counts import COUNTS
from .replaced import Remove, replaced


def install(engine: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count the engine's steps in the place of those inside them from now on; return what takes the probe out."""

    def take_step(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            before = COUNTS.steps
            result = original(*args, **kwargs)
            COUNTS.steps = before + 1
            return result

        return counted

    return replaced(engine.DeepSpeedEngine, "_take_model_step", take_step)
