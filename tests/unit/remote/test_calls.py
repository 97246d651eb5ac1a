"""Which cell a call belongs to, and sums of calls."""

import gc
import math

from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.energy import Energy
from jupyter_green.footprint import RemoteCalls
from jupyter_green.remote.calls import Call, CallLog, by_model


class Answer:
    """A response, as far as the log is concerned."""


def note(log, model="gpt-4o", answer=None):
    return log.note(answer or Answer(), "openai", model)


def estimate(call):
    made = RemoteCalls(call.provider, call.model, 1, call.tokens, Energy(2.0, 1.0, 4.0), 0.2, 0.1, 0.4, "a model")
    call.estimated(call.tokens, made)
    return made


def test_a_call_is_of_the_cell_that_runs_and_between_cells_of_none():
    log = CallLog()
    note(log)
    first = log.open()
    inside = note(log)
    log.close(first)
    note(log)
    second = log.open()
    log.close(second)
    assert first == [inside]
    assert second == []
    assert log.session(estimate)[0].calls == 3


def test_of_cells_that_overlap_the_last_begun_has_it_and_no_call_is_counted_twice():
    log = CallLog()
    outer = log.open()
    inner = log.open()
    one = note(log)
    log.close(inner)
    two = note(log)
    assert (outer, inner) == ([two], [one])


def test_a_measured_block_sees_the_calls_of_its_time_beside_the_cell():
    log = CallLog()
    cell = log.open()
    block = log.open(is_block=True)
    one = note(log)
    log.close(block)
    two = note(log)
    assert (cell, block) == ([one, two], [one])


def test_the_pieces_of_an_answer_are_one_call_as_long_as_it_is_read():
    log = CallLog()
    answer = Answer()
    call = note(log, answer=answer)
    assert log.find(answer) is call
    assert log.find(Answer()) is None
    named = log.note("a name", "google_genai", "gemini")
    assert log.find("a name") is named
    del answer
    gc.collect()
    assert len(log._answers) == 0


def test_a_new_session_begins_with_none():
    log = CallLog()
    cell = log.open()
    note(log)
    log.reset()
    assert log.session(estimate) == ()
    assert len(cell) == 1  # the ledger still gets it


def test_the_session_stays_small_with_many_calls():
    log = CallLog()
    for _ in range(1000):
        note(log)
    for _ in range(3):  # at first none of them is estimated
        (line,) = log.session(estimate)
        assert (line.calls, line.energy.joules) == (1000, 2000.0)
    assert len(log._single) == 256
    for _ in range(1000):
        log.note("always the same name", "openai", "gpt-4o")
    assert log.session(estimate)[0].calls == 2000


def test_names_of_any_length_fit_the_record():
    call = CallLog().note(Answer(), "p" * 100, "m" * 1000)
    assert (len(call.provider), len(call.model)) == (40, 120)


def test_unknown_sums_come_last_and_say_why():
    unknown = RemoteCalls(
        "openai", "b", 1, None, Energy(math.nan, math.nan, math.nan), math.nan, math.nan, math.nan, "?"
    )
    known = estimate(Call("openai", "b", 7))
    small = estimate(Call("openai", "a", 7))
    lines = by_model([known, unknown, small])
    assert [(line.model, line.calls, line.energy.known, line.source) for line in lines] == [
        ("a", 1, True, "a model"),
        ("b", 2, False, "?"),
    ]
    assert lines[1].output_tokens is None


amounts = st.floats(0, 1e9)


@given(st.lists(st.tuples(st.sampled_from("abc"), amounts, amounts, st.integers(0, 10**6)), min_size=1), st.integers())
def test_it_makes_no_difference_how_calls_are_grouped(calls, where):
    lines = [
        RemoteCalls("p", model, 1, tokens, Energy(joules, joules / 5, joules * 5), grams, grams, grams, "s")
        for model, joules, grams, tokens in calls
    ]
    cut = where % len(lines)
    whole, parted = (
        {line.model: line for line in by_model(some)}
        for some in (lines, [*by_model(lines[:cut]), *by_model(lines[cut:])])
    )
    assert whole.keys() == parted.keys() == {model for model, *_ in calls}
    for model, line in whole.items():
        other = parted[model]
        assert (line.calls, line.output_tokens) == (other.calls, other.output_tokens)
        assert math.isclose(line.energy.joules, other.energy.joules, rel_tol=1e-9, abs_tol=1e-9)
        assert math.isclose(line.energy.high, other.energy.high, rel_tol=1e-9, abs_tol=1e-9)
        assert math.isclose(line.grams, other.grams, rel_tol=1e-9, abs_tol=1e-9)
