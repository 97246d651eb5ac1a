"""Tokens that transformers models generate: the shapes of what went in and what came out, and how far one has come."""

from __future__ import annotations

import functools
from typing import Any

from . import generation_traits
from .counts import COUNTS, INSIDE
from .generation_length import announced, prompt_of
from .replaced import Remove, replaced


def install(utils: Any) -> Remove:  # noqa: ANN401 - a library that we do not import
    """Count generated tokens from now on; return what takes the probe out."""

    def generate(original: Any) -> Any:  # noqa: ANN401
        @functools.wraps(original)
        def counted(model: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            outer = INSIDE.larger
            if outer is not INSIDE.step:  # an assistant's part of a larger generation
                return original(model, *args, **kwargs)
            forwards = 0

            def passed(module: Any) -> None:  # noqa: ANN401
                nonlocal forwards
                forwards += module is model

            INSIDE.larger = passed
            made = None
            try:
                with announced(model, args, kwargs, lambda: forwards):
                    made = original(model, *args, **kwargs)
            finally:
                INSIDE.larger = outer
                prompt = prompt_of(args, kwargs)
                new = _new_tokens(model, prompt, made)
                # Cut short, it has made one token a row in each forward pass that ended.
                COUNTS.tokens += forwards * _rows(prompt) if new is None else new
            generation_traits.note(model, args, kwargs, _rows(prompt), _width(prompt), _longest(new, made))
            return made

        return counted

    return replaced(utils.GenerationMixin, "generate", generate)


def _rows(prompt: Any) -> int:  # noqa: ANN401
    try:
        return int(prompt.shape[0])
    except Exception:  # noqa: BLE001 - none was given, or it is like no tensor: one row
        return 1


def _width(prompt: Any) -> int:  # noqa: ANN401
    try:
        return int(prompt.shape[1])
    except Exception:  # noqa: BLE001 - as above
        return 0


def _longest(new: int | None, made: Any) -> int | None:  # noqa: ANN401
    """Return the new tokens of one row, the longest: rows are padded to it."""
    return None if new is None else new // max(1, len(getattr(made, "sequences", made)))


def _new_tokens(model: Any, prompt: Any, made: Any) -> int | None:  # noqa: ANN401
    """Return rows times new tokens, or ``None`` when the result does not tell."""
    try:
        rows, length = getattr(made, "sequences", made).shape
        if getattr(model.config, "is_encoder_decoder", False):
            given = 1  # the token that begins each answer
        elif prompt is None or getattr(prompt, "is_floating_point", bool)():
            given = 1 if prompt is None else 0  # embeddings are no part of what comes back
        else:
            given = prompt.shape[1]
        return int(rows) * max(0, int(length) - int(given))
    except Exception:  # noqa: BLE001 - it raised, or gave what no model we know gives
        return None
