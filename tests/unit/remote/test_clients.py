"""The real client libraries, observed, against a local server: what they do, and what is seen of it."""

import gc
import inspect
import os
import pickle
import sys
import weakref
from concurrent.futures import ThreadPoolExecutor

import anthropic
import mistralai.client.chat
import openai
import pytest
from client_calls import ANTHROPIC, EVERYTHING, GEMINI, MISTRAL, OPENAI, chat, gemini, message, outcome, raw, says
from google.genai.types import GenerateContentResponse
from rig.llm_server import PIECES, STEP, TOKENS

from jupyter_green.remote import Observation

pytestmark = pytest.mark.usefixtures("providers")

SEAMS = [
    (openai._base_client.BaseClient, "_process_response_data"),
    (anthropic._base_client.BaseClient, "_process_response_data"),
    (GenerateContentResponse, "_from_response"),
    (mistralai.client.chat, "unmarshal_json_response"),
]
CHAT, MESSAGE = (("openai", OPENAI), ("anthropic", ANTHROPIC))


def seen(calls):
    return [(call.provider, call.model, call.output_tokens, call.pieces) for call in calls]


def test_everything_returns_raises_and_streams_what_it_does_without_us():
    without = {name: outcome(call) for name, call in EVERYTHING.items()}
    observation = Observation()
    observation.start()
    observed = {name: outcome(call) for name, call in EVERYTHING.items()}
    observation.stop()
    assert observed == without
    assert observation.trouble is None
    for (kind, *first), (_, *second) in zip(without.values(), observed.values(), strict=True):
        if kind == "returned" and hasattr(first[0], "model_dump"):
            assert type(first[0]) is type(second[0])
            assert pickle.loads(pickle.dumps(second[0])) == first[0]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("chat", [(*CHAT, TOKENS, 0)]),
        ("chat stream", [(*CHAT, None, len(PIECES))]),  # this API says nothing of tokens then
        ("chat stream with usage", [(*CHAT, TOKENS, len(PIECES))]),
        ("chat helper", [(*CHAT, None, len(PIECES))]),
        ("chat, raw", [(*CHAT, TOKENS, 0)]),
        ("responses", [(*CHAT, TOKENS, 0)]),
        ("responses stream", [(*CHAT, TOKENS, len(PIECES))]),
        ("message", [(*MESSAGE, TOKENS, 0)]),
        ("message stream", [(*MESSAGE, TOKENS, len(PIECES))]),
        ("message helper", [(*MESSAGE, TOKENS, len(PIECES))]),
        ("gemini", [("google_genai", GEMINI, TOKENS, 0)]),
        ("mistral", [("mistralai", MISTRAL, TOKENS, 0)]),
        ("mistral stream", [("mistralai", MISTRAL, TOKENS, len(PIECES))]),
        ("embedding", []),
        ("models", []),
        ("401", []),
        ("429", []),
        ("chat, cut off", [(*CHAT, None, 4)]),
        ("message, cut off", [(*MESSAGE, None, 3)]),
    ],
)
def test_what_is_seen_of_a_call(observation, name, expected):
    calls = observation.log.open()
    outcome(EVERYTHING[name])
    assert seen(calls) == expected


def test_calls_of_coroutines_and_threads_are_seen(observation):
    calls = observation.log.open()
    EVERYTHING["asyncio"]()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: chat() if number % 2 else message(), range(40)))
    assert sorted(call.model for call in calls) == [ANTHROPIC] * 22 + [OPENAI] * 22
    assert {call.output_tokens for call in calls} == {TOKENS}


def test_a_gemini_stream_is_one_call(observation):
    calls = observation.log.open()
    gemini(stream=True)
    assert [(call.model, call.output_tokens) for call in calls] == [(GEMINI, TOKENS)]


def test_pieces_pass_as_they_come(observation):
    calls = observation.log.open()
    stream = chat("step", stream=True)
    for number in range(1 + len(PIECES)):  # the first one is empty
        STEP.release()  # the server sends no event before the last one has been read
        next(stream)
        assert [call.pieces for call in calls] == [number]
    stream.close()
    STEP.release(9)


def test_a_model_on_this_machine_is_no_hosted_one(observation):
    calls = observation.log.open()
    client = openai.OpenAI(base_url=os.environ["LLM_SERVER"] + "/v1")
    client.chat.completions.create(model=OPENAI, messages=says("hello"))
    list(client.chat.completions.create(model=OPENAI, messages=says("hello"), stream=True))
    assert calls == []


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        ("http://api.mistral.ai/v1", "mistralai"),
        ("http://somebody.openai.azure.com/openai", "openai"),
        ("http://llm.our-company.example/v1", "openai"),  # the name of a gateway goes into no record
    ],
)
def test_the_provider_is_who_answers(observation, address, provider):
    calls = observation.log.open()
    openai.OpenAI(base_url=address).chat.completions.create(model=OPENAI, messages=says("hello"))
    assert [call.provider for call in calls] == [provider]


def test_the_time_of_a_whole_answer_is_kept(observation):
    calls = observation.log.open()
    chat()
    assert 0 < calls[0].latency < 60


def test_nothing_of_prompt_or_answer_is_kept(observation):
    calls = observation.log.open()
    answer = weakref.ref(chat("a secret"))
    list(message("another secret", stream=True))
    gc.collect()
    assert answer() is None
    kept = repr([[getattr(call, name) for name in call.__slots__] for call in calls])
    assert "secret" not in kept
    assert PIECES[0] not in kept
    assert len(calls) == 2
    assert len(observation.log._answers) == 0


def test_the_libraries_are_left_as_they_were():
    originals = [vars(owner)[name] for owner, name in SEAMS]
    observation = Observation()
    observation.start()
    assert observation.observed == ("anthropic", "google-genai", "mistralai", "openai")
    for (owner, name), original in zip(SEAMS, originals, strict=True):
        assert vars(owner)[name] is not original
        plain = original.__func__.__get__(owner) if isinstance(original, classmethod) else original
        assert inspect.signature(getattr(owner, name)) == inspect.signature(plain)
    observation.stop()
    assert [vars(owner)[name] for owner, name in SEAMS] == originals
    assert observation.observed == ()


def test_what_others_put_around_ours_stays_and_ours_falls_silent():
    owner, name = SEAMS[0]
    original = vars(owner)[name]
    observation = Observation()
    observation.start()
    calls = observation.log.open()
    ours = vars(owner)[name]

    def theirs(self, **arguments):
        return ours(self, **arguments)

    setattr(owner, name, theirs)
    try:
        chat()
        observation.stop()
        assert vars(owner)[name] is theirs
        chat()
        assert len(calls) == 1
    finally:
        setattr(owner, name, original)


def test_a_library_built_otherwise_is_named_and_left_alone(monkeypatch):
    monkeypatch.delattr(*SEAMS[0])
    observation = Observation()
    observation.start()
    assert observation.unobserved == ["openai"]
    assert observation.observed == ("anthropic", "google-genai", "mistralai")
    observation.stop()


def test_an_answer_of_an_unknown_form_harms_nobody(observation, monkeypatch):
    calls = observation.log.open()
    monkeypatch.setattr(openai.types.CompletionUsage, "__getattribute__", lambda *_: 1 / 0)
    assert type(raw()[1]) is openai.types.chat.ChatCompletion
    assert observation.trouble == "ZeroDivisionError: division by zero"
    assert len(calls) == 1


def test_a_forked_child_calls_undisturbed(observation):
    calls = observation.log.open()
    with observation.log._lock:  # as another thread may hold it while we fork
        child = os.fork()
        if child == 0:
            try:
                os._exit(0 if chat().choices[0].message.content == "".join(PIECES) else 1)
            finally:
                os._exit(2)
        _, status = os.waitpid(child, 0)
    assert status == 0
    assert calls == []


def test_without_ecologits_nothing_is_touched(monkeypatch):
    monkeypatch.setitem(sys.modules, "ecologits", None)
    before, finders = [vars(owner)[name] for owner, name in SEAMS], list(sys.meta_path)
    observation = Observation()
    observation.start()
    assert not observation.is_on
    assert [vars(owner)[name] for owner, name in SEAMS] == before
    assert sys.meta_path == finders
