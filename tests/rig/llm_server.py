"""A local server that speaks the APIs of OpenAI, Mistral, Anthropic and Gemini, as the client libraries know them.

It stands where a proxy does, so that clients may ask for a provider's own address and nothing leaves the machine:
``HTTP_PROXY`` and a base URL with ``http``. What the last message says decides what happens:
"401", "429", "cut" (the stream breaks after three pieces), "step" (each event of a stream waits for :data:`STEP`),
anything else is answered with :data:`PIECES`.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

PIECES = ["Energy ", "is ", "the ", "capacity ", "to ", "do ", "work."]
STEP = threading.Semaphore(0)
TOKENS = 412
"""As the answers say; more than there are pieces."""


@contextmanager
def llm_server():
    """Serve until the block ends; gives the environment that sends clients there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield {
            "HTTP_PROXY": address,
            "http_proxy": address,
            "NO_PROXY": "127.0.0.1,localhost",
            "no_proxy": "127.0.0.1,localhost",
            "OPENAI_API_KEY": "sk-nobody",
            "OPENAI_BASE_URL": "http://api.openai.com/v1",
            "ANTHROPIC_API_KEY": "sk-nobody",
            "ANTHROPIC_BASE_URL": "http://api.anthropic.com",
            "LLM_SERVER": address,
        }
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def date_time_string(self, timestamp: float | None = None) -> str:
        return "Mon, 23 Nov 2026 15:04:05 GMT"  # so that answers can be compared

    def do_GET(self) -> None:
        self._json(200, {"object": "list", "data": []})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        path = urlsplit(self.path).path
        if urlsplit(self.path).hostname == "api.mistral.ai":  # always tells
            asked["stream_options"] = {"include_usage": True}
        said = json.dumps(asked.get("messages", asked.get("input", asked.get("contents"))))
        if "401" in said:
            self._json(401, {"error": {"type": "authentication_error", "message": "no such key"}})
        elif "429" in said:
            self._json(429, {"error": {"type": "rate_limit_error", "message": "too fast"}}, {"retry-after-ms": "1"})
        elif path.endswith("/chat/completions"):
            self._answer(asked, _chat(asked), _chat_events(asked), said)
        elif path.endswith("/responses"):
            self._answer(asked, _response(asked), _response_events(asked), said)
        elif path.endswith("/messages"):
            self._answer(asked, _message(asked), _message_events(asked), said)
        elif path.endswith("/embeddings"):
            vector = {"object": "embedding", "index": 0, "embedding": [0.5]}
            usage = {"prompt_tokens": 1, "total_tokens": 1}
            self._json(200, {"object": "list", "model": asked["model"], "data": [vector], "usage": usage})
        elif ":generateContent" in path or ":streamGenerateContent" in path:
            model = path.rsplit("/", 1)[-1].split(":")[0]
            asked = {"model": model, "stream": "stream" in path}
            self._answer(asked, _gemini(model, "".join(PIECES), TOKENS), _gemini_events(model), said)
        else:
            self._json(404, {"error": {"message": f"nothing at {path}"}})

    def _answer(self, asked: dict[str, Any], whole: dict[str, Any], events: list[str], said: str) -> None:
        cut = "cut" in said
        if not asked.get("stream"):
            self._json(200, whole)
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events[:5] if cut else events:
            if "step" in said:
                STEP.acquire(timeout=30)
            data = event.encode()
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()
        if cut:  # without the chunk that ends a body
            self.close_connection = True
            self.connection.shutdown(2)
        else:
            self.wfile.write(b"0\r\n\r\n")

    def _json(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)


def _sse(data: dict[str, Any] | str, event: str = "") -> str:
    text = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {event}\n" if event else "") + f"data: {text}\n\n"


def _chat(asked: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(PIECES)}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1_795_446_245,
        "model": asked["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}],
        "usage": {"prompt_tokens": 9, "completion_tokens": TOKENS, "total_tokens": 9 + TOKENS},
    }


def _chat_events(asked: dict[str, Any]) -> list[str]:
    def chunk(choices: list[dict[str, Any]], **more: Any) -> str:
        base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_795_446_245}
        return _sse({**base, "model": asked["model"], "choices": choices, **more})

    events = [chunk([{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])]
    events += [chunk([{"index": 0, "delta": {"content": piece}, "finish_reason": None}]) for piece in PIECES]
    events += [chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}])]
    if (asked.get("stream_options") or {}).get("include_usage"):
        events += [chunk([], usage={"prompt_tokens": 9, "completion_tokens": TOKENS, "total_tokens": 9 + TOKENS})]
    return [*events, _sse("[DONE]")]


def _response(asked: dict[str, Any], status: str = "completed") -> dict[str, Any]:
    text = {"type": "output_text", "text": "".join(PIECES), "annotations": []}
    message = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed", "content": [text]}
    done = status == "completed"
    usage = {
        "input_tokens": 9,
        "output_tokens": TOKENS,
        "total_tokens": 9 + TOKENS,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0},
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_795_446_245,
        "model": asked["model"],
        "status": status,
        "output": [message] if done else [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage if done else None,
    }


def _response_events(asked: dict[str, Any]) -> list[str]:
    def event(kind: str, number: int, **more: Any) -> str:
        return _sse({"type": kind, "sequence_number": number, **more}, kind)

    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0, "logprobs": []}
    events = [event("response.created", 0, response=_response(asked, "in_progress"))]
    events += [event("response.output_text.delta", i + 1, delta=piece, **where) for i, piece in enumerate(PIECES)]
    return [*events, event("response.completed", len(PIECES) + 1, response=_response(asked))]


def _message(asked: dict[str, Any], *, begun: bool = False) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": asked["model"],
        "content": [] if begun else [{"type": "text", "text": "".join(PIECES)}],
        "stop_reason": None if begun else "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 9, "output_tokens": 1 if begun else TOKENS},
    }


def _message_events(asked: dict[str, Any]) -> list[str]:
    def event(kind: str, **more: Any) -> str:
        return _sse({"type": kind, **more}, kind)

    stop = {"delta": {"stop_reason": "end_turn", "stop_sequence": None}, "usage": {"output_tokens": TOKENS}}
    return [
        event("message_start", message=_message(asked, begun=True)),
        event("content_block_start", index=0, content_block={"type": "text", "text": ""}),
        *(event("content_block_delta", index=0, delta={"type": "text_delta", "text": piece}) for piece in PIECES),
        event("content_block_stop", index=0),
        event("message_delta", **stop),
        event("message_stop"),
    ]


def _gemini(model: str, text: str, tokens: int, finish: str | None = "STOP") -> dict[str, Any]:
    return {
        "candidates": [{"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": finish, "index": 0}],
        "usageMetadata": {"promptTokenCount": 9, "candidatesTokenCount": tokens, "totalTokenCount": 9 + tokens},
        "modelVersion": model,
        "responseId": "gemini-1",
    }


def _gemini_events(model: str) -> list[str]:
    last = len(PIECES) - 1
    return [
        _sse(_gemini(model, piece, TOKENS if i == last else i + 1, "STOP" if i == last else None))
        for i, piece in enumerate(PIECES)
    ]
