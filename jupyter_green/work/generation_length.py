"""How far a generation has come: a forward pass is a token of each row, and its settings say how many there may be."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any

from .library_loops import LibraryLoop, running

_PROMPTS = ("inputs", "input_ids", "inputs_embeds", "input_features", "pixel_values")
_ENDS = ("stopping_criteria", "assistant_model", "custom_generate", "max_time", "stop_strings")


def announced(
    model: Any,  # noqa: ANN401
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    passes: Callable[[], int],
) -> AbstractContextManager[None]:
    """Announce a call of ``generate`` while it runs, given what counts its forward passes."""
    loop = LibraryLoop("generation", lambda: (passes(), longest if fixed else None))
    longest, fixed = None, False
    with suppress(Exception):  # a model or settings unlike any other: the call stands
        longest, fixed = _length(model, args, kwargs)
    if longest is not None and not fixed:
        loop.why_no_total = f"it ends where the model says so, after {longest} tokens at the latest"
    return running(loop)


def prompt_of(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:  # noqa: ANN401
    """Return what ``generate`` was given to go on with, or ``None``."""
    for candidate in (*args[:1], *(kwargs.get(key) for key in _PROMPTS)):
        if hasattr(candidate, "shape"):
            return candidate
    return None


def _length(model: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[int | None, bool]:  # noqa: ANN401
    """Return how many tokens there will be at the most, and whether there will be no fewer."""
    given = args[1] if len(args) > 1 else kwargs.get("generation_config")

    def setting(name: str) -> Any:  # noqa: ANN401
        if name in kwargs:
            return kwargs[name]
        found = getattr(given, name, None)
        return getattr(model.generation_config, name, None) if found is None else found

    longest, shortest = setting("max_new_tokens"), setting("min_new_tokens")
    if longest is None and setting("max_length") is not None:
        prompt = prompt_of(args, kwargs)
        before = 1 if model.config.is_encoder_decoder else prompt.shape[1]
        longest = setting("max_length") - before
    if longest is None:
        return None, False
    ends = setting("eos_token_id") is not None and (shortest is None or shortest < longest)
    return int(longest), not ends and all(setting(name) is None for name in _ENDS)
