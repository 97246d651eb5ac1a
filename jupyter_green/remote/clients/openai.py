"""The ``openai`` library, which many providers' users have too.

Its base client makes every answer, and every piece of a streamed one, into an object in one place, whether the call was
synchronous or not. There each is looked at as it passes.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from ..calls import Call, CallLog
from ..hosts import provider_at
from ..seams import Seam

NAME = "openai"
LIBRARY = "openai"
METHOD = "_process_response_data"

_GENERATING = ("completions", "responses")  # last parts of the addresses; what else they serve is no generation


def observe(log: CallLog) -> Seam | None:
    """Note the calls of chat, completions and responses."""
    owner = getattr(sys.modules.get("openai._base_client"), "BaseClient", None)
    if owner is None or METHOD not in vars(owner):
        return None
    return Seam(owner, METHOD, partial(_look, log), log.failed)


def _look(log: CallLog, result: Any, _: tuple[Any, ...], arguments: dict[str, Any]) -> None:  # noqa: ANN401 - any type
    kind, event = getattr(result, "object", None), getattr(result, "type", None)
    if kind in ("chat.completion", "chat.completion.chunk", "text_completion"):
        _completion(log, result, arguments["response"])
    elif kind == "response":
        _response(log, result, arguments["response"])
    elif isinstance(event, str) and event.startswith("response."):
        _event(log, result, event, arguments["response"])


def _completion(log: CallLog, result: Any, response: Any) -> None:  # noqa: ANN401 - the library's types
    call = _call(log, response, result.model)
    if call is None:
        return
    usage = getattr(result, "usage", None)
    if usage is not None:
        call.output_tokens = usage.completion_tokens
        log.on_complete(call)
    elif response.headers.get("content-type", "").startswith("text/event-stream"):
        for choice in result.choices:
            delta = getattr(choice, "delta", choice)
            if any(getattr(delta, part, None) for part in ("content", "text", "tool_calls", "refusal")):
                call.pieces += 1
            if choice.finish_reason:
                log.on_complete(call)


def _response(log: CallLog, result: Any, response: Any) -> None:  # noqa: ANN401 - the library's types
    call = _call(log, response, result.model)
    if call is not None and result.usage is not None:
        call.output_tokens = result.usage.output_tokens
        log.on_complete(call)


def _event(log: CallLog, result: Any, event: str, response: Any) -> None:  # noqa: ANN401 - the library's types
    if (whole := getattr(result, "response", None)) is not None:
        _response(log, whole, response)
    elif event.endswith(".delta") and (call := log.find(response)) is not None:
        call.pieces += 1


def _call(log: CallLog, response: Any, model: str) -> Call | None:  # noqa: ANN401 - an httpx response, of any version
    if (known := log.find(response)) is not None:
        return known
    request = response.request
    if not model or request.method != "POST" or request.url.path.rsplit("/", 1)[-1] not in _GENERATING:
        return None
    provider = provider_at(request.url.host, LIBRARY)
    if provider is None:
        return None
    call = log.note(response, provider, model)
    if response.is_closed:
        call.latency = response.elapsed.total_seconds()
    return call
