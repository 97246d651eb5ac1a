"""Images that diffusers pipelines make, and their steps: how often the network that takes out noise was asked."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator
from typing import Any

from . import pipeline_traits
from .counts import COUNTS, INSIDE
from .replaced import Remove, replaced

_CALL = "__call__"
_DENOISERS = ("unet", "transformer", "transformer_2", "prior", "decoder")  # what pipelines call theirs


def install(pipeline_utils: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count images from now on; return what takes the probes out.

    Each pipeline class has a call of its own, and they are imported as they are asked for.
    """
    base = pipeline_utils.DiffusionPipeline
    removes: list[Remove] = []
    original = vars(base).get("__init_subclass__")

    def probe(pipeline: type) -> None:
        if _CALL in vars(pipeline):
            removes.append(replaced(pipeline, _CALL, _counted))

    def init_subclass(cls: Any, /, **kwargs: Any) -> None:  # noqa: ANN401
        if original is None:
            super(base, cls).__init_subclass__(**kwargs)
        else:
            original.__get__(None, cls)(**kwargs)
        probe(cls)

    for pipeline in (base, *_subclasses(base)):
        probe(pipeline)
    base.__init_subclass__ = classmethod(init_subclass)

    def remove() -> None:
        if original is None:
            del base.__init_subclass__
        else:
            base.__init_subclass__ = original
        while removes:
            removes.pop()()

    return remove


def _subclasses(base: type) -> Iterator[type]:
    subclass: type
    for subclass in base.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _counted(original: Any) -> Any:  # noqa: ANN401
    @functools.wraps(original)
    def counted(pipeline: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        outer = INSIDE.larger
        if outer is not INSIDE.step:  # a pipeline's own
            return original(pipeline, *args, **kwargs)
        steps, began = _Steps(pipeline), time.perf_counter()
        INSIDE.larger = steps.passed
        try:
            made = original(pipeline, *args, **kwargs)
        finally:
            INSIDE.larger = outer
        images, seconds = _images(made), time.perf_counter() - began
        COUNTS.images += images
        pipeline_traits.note(original, pipeline, args, kwargs, made, images, steps.number, seconds)
        return made

    return counted


def _images(made: Any) -> int:  # noqa: ANN401
    """Return how many images, or frames of video, came out."""
    try:
        images = getattr(made, "images", None)
        if images is None:
            images = getattr(made, "frames", None)
        if images is None and isinstance(made, tuple):
            images = made[0]
        if images is None:
            return 0
        return sum(len(item) if isinstance(item, (list, tuple)) else 1 for item in images)
    except Exception:  # noqa: BLE001 - what no pipeline we know gives
        return 0


class _Steps:
    """Counts how often a pipeline asks the networks that take out noise."""

    def __init__(self, pipeline: Any) -> None:  # noqa: ANN401
        self.number = 0
        self._networks = [network for name in _DENOISERS if (network := vars(pipeline).get(name)) is not None]

    def passed(self, module: object) -> None:
        """Take note of a network that was asked."""
        if any(module is network for network in self._networks):
            self.number += 1
            COUNTS.steps += 1
