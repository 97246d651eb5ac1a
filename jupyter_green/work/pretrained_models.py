"""Which of transformers' models were read from a checkpoint: their settings do not tell it from a new one's."""

from __future__ import annotations

import functools
from contextlib import suppress
from typing import Any

from .model_facts import MODELS
from .replaced import Remove, replaced


def install(modeling: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Notice models that are read from now on; return what takes the probe out."""

    def from_pretrained(original: Any) -> Any:  # noqa: ANN401
        inner = original.__func__

        @functools.wraps(inner)
        def noticed(cls: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            loaded = inner(cls, *args, **kwargs)
            with suppress(Exception):  # with output_loading_info it is a tuple
                MODELS.pretrained(loaded[0] if isinstance(loaded, tuple) else loaded)
            return loaded

        return classmethod(noticed)

    return replaced(modeling.PreTrainedModel, "from_pretrained", from_pretrained)
