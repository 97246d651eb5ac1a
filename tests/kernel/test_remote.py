"""Calls of hosted models in a real kernel, through the real client libraries, estimated by the real EcoLogits."""

import json

import jsonschema
import pytest
from referencing import Registry, Resource
from rig.kernel import Kernel
from rig.llm_server import TOKENS, llm_server

from jupyter_green import schema

CLIENTS = """
import asyncio, threading, openai, anthropic
says = [{"role": "user", "content": "hello"}]
client, claude = openai.OpenAI(), anthropic.Anthropic()
def chat(**more): return client.chat.completions.create(model="gpt-4o", messages=says, **more)
def ask(**more): return claude.messages.create(model="claude-sonnet-4-6", max_tokens=9, messages=says, **more)
"""
SESSION = "__import__('jupyter_green').session()"


@pytest.fixture(scope="module")
def providers():
    with llm_server() as environment:
        yield environment


@pytest.fixture(scope="module")
def kernel(providers, tmp_path_factory):
    with Kernel(tmp_path_factory.mktemp("kernel"), providers) as shared:
        made = shared.run(CLIENTS)
        assert made.status == "ok", made.outputs
        assert made.records == []
        yield shared


def calls(record):
    return [(line["provider"], line["model"], line["calls"], line["output_tokens"]) for line in record["remote"]]


def validate(name, data):
    documents = [schema.load(each) for each in ("footprint.v1", "feed.v1")]
    registry = Registry().with_resources([(d["$id"], Resource.from_contents(d)) for d in documents])
    jsonschema.Draft202012Validator(schema.load(name), registry=registry).validate(data)


def settled(kernel):
    """The last cell's calls as the session has them once it has settled."""
    kernel.listen(1.3)
    return kernel.value(f"[[r.model, r.calls, r.energy.joules] for r in {SESSION}.cells[-1].footprint.remote]")


def test_a_call_stands_in_the_record_at_once_and_apart_from_what_was_metered(kernel):
    before = kernel.value(f"{SESSION}.footprint.energy.joules")
    outcome = kernel.run("answer = chat()")
    record = outcome.record
    validate("footprint.v1", record)
    assert calls(record) == [("openai", "gpt-4o", 1, TOKENS)]
    (line,) = record["remote"]
    assert 0 < line["low"] * 4.9 < line["joules"] < line["high"] / 4.9
    assert line["source"].startswith("EcoLogits ")
    assert record["energy"]["joules"] == sum(part["joules"] for part in record["components"].values())
    assert record["session"]["joules"] - before < line["joules"]  # it is no part of them
    (text,) = [o["data"]["text/plain"] for o in outcome.outputs if "data" in o]
    assert text.endswith("), modelled, not included")
    assert " · hosted models ≈ 0." in text
    assert settled(kernel) == [["gpt-4o", 1, pytest.approx(line["joules"])]]


def test_streams_threads_and_coroutines_are_the_cells(kernel):
    cell = """
    for piece in chat(stream=True, stream_options={"include_usage": True}): pass
    for event in ask(stream=True): pass
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
    async def several():
        async with openai.AsyncOpenAI() as other:
            await asyncio.gather(*[other.chat.completions.create(model="gpt-4o", messages=says) for _ in range(2)])
    await several()
    """
    record = kernel.run("\n".join(line[4:] for line in cell.splitlines())).record
    assert sorted(calls(record)) == [
        ("anthropic", "claude-sonnet-4-6", 4, 4 * TOKENS),
        ("openai", "gpt-4o", 3, 3 * TOKENS),
    ]
    assert {model: number for model, number, _ in settled(kernel)} == {"gpt-4o": 3, "claude-sonnet-4-6": 4}


def test_what_comes_between_cells_is_the_sessions_and_no_cells(kernel):
    counted = f"sum(r.calls for r in {SESSION}.footprint.remote)"
    before = kernel.value(counted)
    started = kernel.run("go, done = threading.Event(), threading.Event()\n"
                         "def late(): go.wait(); chat(); done.set()\n"
                         "threading.Thread(target=late).start()")  # fmt: skip
    assert started.records == []
    kernel.value("[go.set(), done.wait(20)]")  # not metered: no cell runs
    assert kernel.value(counted) == before + 1
    after = kernel.run("%%carbon\nx = 1").record
    assert "remote" not in after


def test_a_call_that_fails_is_none(kernel):
    failing = 'client.with_options(max_retries=0).chat.completions.create(model="gpt-4o", messages='
    outcome = kernel.run("%%carbon\n" + failing + '[{"role": "user", "content": "429"}])')
    assert outcome.error["ename"] == "RateLimitError"
    assert "jupyter_green" not in "".join(outcome.error["traceback"])
    assert "remote" not in outcome.record


def test_a_measured_block_and_a_saved_footprint_have_their_calls(kernel):
    cell = "%%carbon --save saved\nimport jupyter_green\nchat()\nwith jupyter_green.measure() as block: ask()"
    assert len(kernel.run(cell).record["remote"]) == 2
    assert kernel.value("[r.model for r in block.footprint.remote]") == ["claude-sonnet-4-6"]
    assert sorted(kernel.value("[r.model for r in saved.remote]")) == ["claude-sonnet-4-6", "gpt-4o"]


def test_an_unknown_model_is_unknown_and_named(kernel):
    outcome = kernel.run('_ = client.chat.completions.create(model="my-tuned-model", messages=says)')
    (line,) = outcome.record["remote"]
    assert (line["joules"], line["low"], line["grams"]) == (None, None, None)
    (text,) = [o["data"]["text/plain"] for o in outcome.outputs if "data" in o]
    assert text.endswith(" · hosted models energy unknown, not included")
    status = " ".join(kernel.run("%carbon status").text.split())
    assert "EcoLogits does not know openai/my-tuned-model: their energy is unknown." in status


def test_they_are_told_everywhere_and_added_nowhere(kernel):
    said = " ".join(kernel.run("%carbon").text.split())
    assert "Not included: " in said
    assert "calls of hosted models (" in said
    assert " As EcoLogits " in said
    assert " on the providers' machines; the range is a guess." in said
    status = " ".join(kernel.run("%carbon status").text.split())
    assert "Hosted models" in status
    assert "noted of anthropic and openai; estimated by EcoLogits, never part of the energy above." in status
    (report,) = [o["data"]["text/html"] for o in kernel.run("%carbon report").outputs if "data" in o]
    assert "Hosted models, not included" in report
    assert "claude-sonnet-4-6 (anthropic): " in report


def test_the_feed_tells_one_sum_and_stays_small(kernel):
    models = [f"a-model-with-a-rather-long-name-as-some-have-{number}" for number in range(40)]
    kernel.run(f"for model in {models}: _ = client.chat.completions.create(model=model, messages=says)")
    for number in range(12):
        kernel.run(f"%%carbon --quiet a cell with a label of some length, number {number}\nx = {number}")
    snapshot = kernel.listen(1.6)[-1]
    validate("feed.v1", snapshot)
    assert len(json.dumps(snapshot)) <= 8192
    remote = snapshot["session"]["remote"]
    assert remote["unknown"] >= 40
    assert remote["calls"] > remote["unknown"]
    assert 0 < remote["low"] < remote["joules"] < remote["high"]
    parts = snapshot["session"]["components"].values()
    assert snapshot["session"]["energy"]["joules"] == pytest.approx(sum(part["joules"] for part in parts), rel=1e-4)


def test_who_uses_ecologits_too_sees_the_same_and_nothing_twice(kernel):
    kernel.run("import warnings; warnings.simplefilter('ignore')\nfrom ecologits import EcoLogits\n"
               "EcoLogits.init(providers=['openai'], electricity_mix_zone='FRA')")  # fmt: skip
    record = kernel.run("answer = chat()").record
    assert calls(record) == [("openai", "gpt-4o", 1, TOKENS)]
    (line,) = record["remote"]
    assert line["source"].endswith("grid assumed: FRA")
    # Theirs times the whole call, ours the request: the difference is in the server's part alone.
    assert line["joules"] == pytest.approx(3.6e6 * kernel.value("answer.impacts.energy.value.mean"), rel=0.02)
    assert line["grams"] == pytest.approx(1000 * kernel.value("answer.impacts.usage.gwp.value.mean"), rel=0.02)


def test_a_new_total_begins_without_them(kernel):
    kernel.run("%carbon reset")
    assert kernel.value(f"len({SESSION}.footprint.remote)") == 0


METHODS = "[vars(module._base_client.BaseClient)['_process_response_data'] for module in (openai, anthropic)]"


def test_off_by_setting_pause_and_unload_leave_the_libraries_as_they_were(providers, tmp_path):
    with Kernel(tmp_path, providers, metered=False) as kernel:
        kernel.run("import sys; finders = list(sys.meta_path)")
        kernel.run(CLIENTS + f"originals = {METHODS}")
        same = f"originals == {METHODS}"
        kernel.run("%load_ext jupyter_green")
        assert kernel.value(same) is False
        ours = "len([finder for finder in sys.meta_path if finder not in finders])"
        # One for these libraries, one for those whose work is counted, one that tells Accelerate our tracker's name.
        assert kernel.value(ours) == 3
        for off, left, on in (
            ("%config Green.remote = False", 2, "%config Green.remote = True"),
            ("%carbon off", 1, "%carbon on"),
            ("%unload_ext jupyter_green", 0, "%load_ext jupyter_green"),
        ):
            kernel.run(off)
            assert kernel.value(same) is True, off
            assert kernel.value(ours) == left, off
            assert kernel.value("[finder for finder in sys.meta_path if finder in finders] == finders") is True
            kernel.run(on)
            assert kernel.value(same) is False, on
            assert len(kernel.run("%%carbon\nchat()").record["remote"]) == 1
        kernel.run("%config Green.remote = False")
        assert "remote" not in kernel.run("%%carbon\nchat()").record
        assert "their calls are not noted, as Green.remote is off." in " ".join(
            kernel.run("%carbon status").text.split()
        )


def test_without_a_client_library_nothing_is_loaded_and_later_imports_are_seen(providers, tmp_path):
    with Kernel(tmp_path, providers) as kernel:
        heavy = "[name in __import__('sys').modules for name in ('ecologits', 'openai', 'anthropic', 'pydantic')]"
        assert kernel.value(heavy) == [False] * 4
        status = " ".join(kernel.run("%carbon status").text.split())
        assert "calls are noted once anthropic, google-genai, mistralai or openai is used." in status
        record = kernel.run("%%carbon\n" + CLIENTS + "chat()").record  # imported and used in one cell
        assert calls(record) == [("openai", "gpt-4o", 1, TOKENS)]
        assert settled(kernel)[0][2] > 0
