"""How diffusers pipelines made images: settings in force, and what came out."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .traits import TRAITS

_SCHEDULES = ("timesteps", "sigmas")  # arguments that state each step


@dataclass(frozen=True, slots=True)
class Diffusion:
    """One call of a pipeline.

    Attributes
    ----------
    pipeline, scheduler
        Their classes.
    steps
        How often noise was taken out, for one batch.
    guidance
        ``guidance_scale`` in force; ``None`` where the pipeline has none.
    width, height
        Of an image, pixels; ``None`` where it does not tell.
    images
        That came out.
    scheduled
        Whether each step was stated.
    seconds
        For how long, s.
    """

    pipeline: str
    scheduler: str
    steps: int
    guidance: float | None
    width: int | None
    height: int | None
    images: int
    scheduled: bool
    seconds: float


def note(
    call: Callable[..., Any],
    pipeline: Any,  # noqa: ANN401 - of a library that we do not import
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    made: Any,  # noqa: ANN401
    images: int,
    passes: int,
    seconds: float,
) -> None:
    """Write down a call that has ended, in which the network that takes out noise was asked so often."""
    with suppress(Exception):  # a pipeline unlike any other: its images stand
        bound = inspect.signature(call).bind(pipeline, *args, **kwargs)
        bound.apply_defaults()
        given = bound.arguments
        steps, guidance = given.get("num_inference_steps"), given.get("guidance_scale")
        width, height = _size(made)
        TRAITS.note(
            Diffusion(
                pipeline=type(pipeline).__name__,
                scheduler=type(getattr(pipeline, "scheduler", None)).__name__,
                # Some ask twice a step; some leave out the first steps when they begin with an image.
                steps=passes if steps is None else min(int(steps), passes) or int(steps),
                guidance=None if guidance is None else float(guidance),
                width=width,
                height=height,
                images=images,
                scheduled=any(given.get(name) is not None for name in _SCHEDULES),
                seconds=seconds,
            )
        )


def _size(made: Any) -> tuple[int | None, int | None]:  # noqa: ANN401
    """Return width and height of the first image."""
    first = getattr(made, "images", None)
    if first is None:
        first = getattr(made, "frames", None)
    if first is None and isinstance(made, tuple):
        first = made[0]
    while isinstance(first, (list, tuple)):
        first = first[0]
    size = getattr(first, "size", None)
    if isinstance(size, tuple):  # as PIL has it
        return int(size[0]), int(size[1])
    shape = tuple(getattr(first, "shape", ()))
    if len(shape) < 2:
        return None, None
    channels_last = shape[-1] in (1, 3, 4)
    return (int(shape[-2]), int(shape[-3])) if channels_last and len(shape) > 2 else (int(shape[-1]), int(shape[-2]))
