"""The ``google-genai`` library: each answer, and each piece of a streamed one, is made by one class method."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from ..calls import CallLog
from ..seams import Seam

NAME = "google-genai"
LIBRARY = "google.genai"
METHOD = "_from_response"


def observe(log: CallLog) -> Seam | None:
    """Note the calls of ``generate_content``."""
    owner = getattr(sys.modules.get("google.genai.types"), "GenerateContentResponse", None)
    if owner is None or METHOD not in vars(owner):
        return None
    return Seam(owner, METHOD, partial(_look, log), log.failed)


def _look(log: CallLog, result: Any, *_: object) -> None:  # noqa: ANN401 - the library's type
    name, model = result.response_id, result.model_version
    if not name or not model:  # pieces of a stream without a name would pass for calls
        return
    call = log.find(name) or log.note(name, "google_genai", model)
    usage = result.usage_metadata
    if usage is not None and usage.candidates_token_count is not None:
        call.output_tokens = usage.candidates_token_count + (usage.thoughts_token_count or 0)
    if any(candidate.finish_reason for candidate in result.candidates or ()):
        log.on_complete(call)
