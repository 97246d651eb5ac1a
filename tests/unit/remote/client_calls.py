"""Calls through the real client libraries, as a user writes them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import anthropic
import openai
from google import genai
from mistralai.client import Mistral

OPENAI, ANTHROPIC, GEMINI, MISTRAL = "gpt-4o", "claude-sonnet-4-6", "gemini-2.5-flash", "mistral-small-latest"


def says(text):
    return [{"role": "user", "content": text}]


def chat(text="hello", **more):
    return openai.OpenAI(max_retries=0).chat.completions.create(model=OPENAI, messages=says(text), **more)


def message(text="hello", **more):
    client = anthropic.Anthropic(max_retries=0)
    return client.messages.create(model=ANTHROPIC, max_tokens=99, messages=says(text), **more)


def message_helper():
    client = anthropic.Anthropic()
    with client.messages.stream(model=ANTHROPIC, max_tokens=99, messages=says("hello")) as stream:
        return [*stream.text_stream, stream.get_final_message()]


def chat_helper():
    with openai.OpenAI().chat.completions.stream(model=OPENAI, messages=says("hello")) as stream:
        return [event.type for event in stream], stream.get_final_completion()


def raw():
    answer = openai.OpenAI().chat.completions.with_raw_response.create(model=OPENAI, messages=says("hello"))
    return answer.status_code, answer.parse(), answer.parse()


def gemini(stream=False):
    client = genai.Client(api_key="none", http_options={"base_url": "http://generativelanguage.googleapis.com"})
    if stream:
        return list(client.models.generate_content_stream(model=GEMINI, contents="hello"))
    return client.models.generate_content(model=GEMINI, contents="hello")


def mistral(stream=False):
    chat = Mistral(api_key="none", server_url="http://api.mistral.ai").chat
    if stream:
        return list(chat.stream(model=MISTRAL, messages=says("hello")))
    return chat.complete(model=MISTRAL, messages=says("hello"))


async def several():
    async with openai.AsyncOpenAI() as one, anthropic.AsyncAnthropic() as other:
        create, ask = one.chat.completions.create, other.messages.create
        stream, events = await asyncio.gather(
            create(model=OPENAI, messages=says("hello"), stream=True, stream_options={"include_usage": True}),
            ask(model=ANTHROPIC, max_tokens=99, messages=says("hello"), stream=True),
        )
        whole = await asyncio.gather(
            create(model=OPENAI, messages=says("hello")),
            ask(model=ANTHROPIC, max_tokens=99, messages=says("hello")),
        )
        return [piece async for piece in stream], [event async for event in events], whole


def on_a_loop():
    """Run on a thread of its own: where a browser's tests ran before, this one has a loop already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, several()).result()


def until_cut(stream):
    pieces = []
    return pieces, outcome(lambda: pieces.extend(stream))  # keeps what came before it broke


EVERYTHING = {
    "chat": chat,
    "chat stream": lambda: list(chat(stream=True)),
    "chat stream with usage": lambda: list(chat(stream=True, stream_options={"include_usage": True})),
    "chat helper": chat_helper,
    "chat, raw": raw,
    "responses": lambda: openai.OpenAI().responses.create(model=OPENAI, input="hello"),
    "responses stream": lambda: list(openai.OpenAI().responses.create(model=OPENAI, input="hello", stream=True)),
    "message": message,
    "message stream": lambda: list(message(stream=True)),
    "message helper": message_helper,
    "gemini": gemini,
    "gemini stream": lambda: gemini(stream=True),
    "mistral": mistral,
    "mistral stream": lambda: mistral(stream=True),
    "asyncio": on_a_loop,
    "embedding": lambda: openai.OpenAI().embeddings.create(model="text-embedding-3-small", input="hello"),
    "models": lambda: openai.OpenAI().models.list().data,
    "401": lambda: chat("401"),
    "429": lambda: message("429"),
    "chat, cut off": lambda: until_cut(chat("cut", stream=True)),
    "message, cut off": lambda: until_cut(message("cut", stream=True)),
}


def outcome(call):
    """What a call returns or raises, to be compared."""
    try:
        return "returned", call()
    except Exception as error:  # noqa: BLE001 - to be compared with another one
        return type(error), str(error), getattr(error, "status_code", None), getattr(error, "body", None)
