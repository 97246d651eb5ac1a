"""Checkpointed parts of PyTorch models, computed anew in backward passes: how often is of no interest, whether is."""

from __future__ import annotations

import functools
from typing import Any

from .forward_traits import Recomputed
from .replaced import Remove, replaced
from .traits import TRAITS

_LOOKS = TRAITS.looks()


def install(checkpoint: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Notice what is computed anew from now on; return what takes the probe out.

    Such a computation stops as soon as it has all that was wanted, by an exception: so no module that is called in it
    need ever end. This is what PyTorch makes at the beginning of each.
    """

    def begin(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def noticed(self: Any, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
            if _LOOKS.left > 0:
                _LOOKS.left -= 1
                TRAITS.note(Recomputed())
            original(self, *args, **kwargs)

        return noticed

    return replaced(checkpoint._recomputation_hook, "__init__", begin)
