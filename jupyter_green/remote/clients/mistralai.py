"""The ``mistralai`` library: its chat makes every answer, and every piece of a streamed one, by one function."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from ..calls import CallLog
from ..hosts import provider_at
from ..seams import Seam

NAME = "mistralai"
LIBRARY = "mistralai.client.chat"  # imported when a client first chats
FUNCTION = "unmarshal_json_response"


def observe(log: CallLog) -> Seam | None:
    """Note the calls of chat."""
    owner = sys.modules.get(LIBRARY)
    if owner is None or FUNCTION not in vars(owner):
        return None
    return Seam(owner, FUNCTION, partial(_look, log), log.failed)


def _look(log: CallLog, result: Any, arguments: tuple[Any, ...], _: object) -> None:  # noqa: ANN401 - any of its types
    is_piece = type(result).__name__ == "CompletionEvent"
    answer = result.data if is_piece else result
    if not hasattr(answer, "choices"):  # an error's text
        return
    response = arguments[1]
    call = log.find(response)
    if call is None:
        provider = provider_at(response.request.url.host, "mistralai")
        if provider is None:
            return
        call = log.note(response, provider, answer.model)
        if response.is_closed:
            call.latency = response.elapsed.total_seconds()
    if is_piece:
        call.pieces += sum(bool(choice.delta.content) for choice in answer.choices)
    if answer.usage is not None:
        call.output_tokens = answer.usage.completion_tokens
        log.on_complete(call)
