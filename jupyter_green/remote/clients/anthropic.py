"""The ``anthropic`` library: its base client is built as ``openai``'s is, and seen at the same place."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from ..calls import Call, CallLog
from ..hosts import provider_at
from ..seams import Seam

NAME = "anthropic"
LIBRARY = "anthropic"
METHOD = "_process_response_data"


def observe(log: CallLog) -> Seam | None:
    """Note the calls of messages, of Anthropic's own service and of the clouds that offer it."""
    owner = getattr(sys.modules.get("anthropic._base_client"), "BaseClient", None)
    if owner is None or METHOD not in vars(owner):
        return None
    return Seam(owner, METHOD, partial(_look, log), log.failed)


def _look(log: CallLog, result: Any, _: tuple[Any, ...], arguments: dict[str, Any]) -> None:  # noqa: ANN401 - any type
    kind, response = getattr(result, "type", None), arguments["response"]
    if kind == "message":
        call = _call(log, response, result.model)
        if call is not None:
            call.output_tokens = result.usage.output_tokens
            log.on_complete(call)
    elif kind == "message_start":  # the number of tokens in it is that of the first piece
        _call(log, response, result.message.model)
    elif kind in ("content_block_delta", "message_delta"):
        call = log.find(response)
        if call is not None and kind == "content_block_delta":
            call.pieces += 1
        elif call is not None:
            call.output_tokens = result.usage.output_tokens  # of the whole answer so far
            log.on_complete(call)


def _call(log: CallLog, response: Any, model: str) -> Call | None:  # noqa: ANN401 - an httpx response, of any version
    if (known := log.find(response)) is not None:
        return known
    provider = provider_at(response.request.url.host, LIBRARY)
    if provider is None or response.request.method != "POST":
        return None
    call = log.note(response, provider, model)
    if response.is_closed:
        call.latency = response.elapsed.total_seconds()
    return call
