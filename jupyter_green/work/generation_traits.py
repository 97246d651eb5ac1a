"""How transformers models generated: settings in force, sizes of what went in and came out."""

from __future__ import annotations

import inspect
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from .traits import TRAITS

# What forward passes take that can keep something; those that take anything say nothing.
_CACHES, _ANY = frozenset({"use_cache", "past_key_values"}), frozenset({"self", "args", "kwargs"})


@dataclass(frozen=True, slots=True)
class Generation:
    """One call of ``generate``.

    Attributes
    ----------
    model
        Class of the model.
    rows
        Prompts in the call.
    prompt_tokens
        Width of the prompts, padding included; 0 where none was given.
    new_tokens
        Longest answer; ``None`` where the result does not tell.
    most_tokens
        ``max_new_tokens`` in force, or ``None``.
    beams
        ``num_beams`` in force.
    returned
        ``num_return_sequences`` in force.
    use_cache
        Whether keys and values of earlier tokens were kept.
    samples
        Whether tokens were drawn by chance.
    training
        Whether the model was in training mode.
    caches
        Whether the model has a way to keep anything from token to token.
    """

    model: str
    rows: int
    prompt_tokens: int
    new_tokens: int | None
    most_tokens: int | None
    beams: int
    returned: int
    use_cache: bool
    samples: bool
    training: bool
    caches: bool = True


def note(
    model: Any,  # noqa: ANN401 - of a library that we do not import
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    rows: int,
    prompt_tokens: int,
    new_tokens: int | None,
) -> None:
    """Write down a call that has ended."""
    given = args[1] if len(args) > 1 else kwargs.get("generation_config")

    def setting(name: str) -> Any:  # noqa: ANN401
        if kwargs.get(name) is not None:
            return kwargs[name]
        found = getattr(given, name, None)
        return getattr(model.generation_config, name, None) if found is None else found

    with suppress(Exception):  # a model or settings unlike any other: the call stands
        use_cache = setting("use_cache")
        use_cache = use_cache is None or bool(use_cache)
        TRAITS.note(
            Generation(
                model=type(model).__name__,
                rows=rows,
                prompt_tokens=prompt_tokens,
                new_tokens=new_tokens,
                most_tokens=_whole(setting("max_new_tokens")),
                beams=_whole(setting("num_beams")) or 1,
                returned=_whole(setting("num_return_sequences")) or 1,
                use_cache=use_cache,
                samples=bool(setting("do_sample")),
                training=bool(model.training),
                caches=use_cache or _caches(model),  # asked seldom: it takes 0.1 ms
            )
        )


def _caches(model: Any) -> bool:  # noqa: ANN401
    names = inspect.signature(type(model).forward).parameters.keys()
    return not _CACHES.isdisjoint(names) or names <= _ANY


def _whole(value: Any) -> int | None:  # noqa: ANN401
    return None if value is None else int(value)
