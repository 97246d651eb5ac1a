"""Calls of modules, on a stand-in for PyTorch's class: which are told, and that nothing stays."""

import traceback
from types import SimpleNamespace

import pytest

from jupyter_green.work.counts import INSIDE
from jupyter_green.work.module_calls import observed

torch = SimpleNamespace(compiler=SimpleNamespace(is_dynamo_compiling=lambda: torch.tracing), tracing=False)


class Module:
    """What of ``torch.nn.Module`` takes part in a call."""

    _compiled_call_impl = None

    def __init__(self, *parts, fails=None):
        self.parts, self.fails = parts, fails
        self._modules = dict(enumerate(parts))
        self._parameters = {"weight": 1.0}

    def _call_impl(self, *args, **kwargs):
        if self.fails is not None:
            raise self.fails
        return [part(*args, **kwargs) for part in self.parts] or (args, kwargs)

    def _wrapped_call_impl(self, *args, **kwargs):
        if self._compiled_call_impl is not None:
            return self._compiled_call_impl(*args, **kwargs)
        else:  # noqa: RET505 - as in the original
            return self._call_impl(*args, **kwargs)

    __call__ = _wrapped_call_impl


@pytest.fixture
def told():
    calls = []
    original = Module.__call__.__code__
    remove = observed(Module.__call__, SimpleNamespace(passed=lambda *call: calls.append(call)))
    yield calls
    remove()
    assert Module.__call__.__code__ is original


def test_only_the_outermost_call_is_told_with_what_went_in_and_came_out(told):
    model = Module(Module(Module()), Module())
    assert model(1, b=2) == [[((1,), {"b": 2})], ((1,), {"b": 2})]
    assert told == [(model, (1,), {"b": 2}, [[((1,), {"b": 2})], ((1,), {"b": 2})])]


def test_what_holds_nothing_is_no_root_and_what_it_calls_may_be_one(told):
    loss, model = Module(), Module()
    loss._parameters = {}
    loss.parts = [model]
    loss()
    assert [call[0] for call in told] == [model]


def test_what_keeps_its_parts_elsewhere_is_told(told):
    model = Module()
    del model._modules, model._parameters
    model()
    assert [call[0] for call in told] == [model]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_a_call_that_fails_is_not_told_and_the_next_is(told, error):
    with pytest.raises(error):
        Module(Module(fails=error))()
    assert told == []
    assert INSIDE.root is None
    model = Module()
    model()
    assert told == [(model, (), {}, ((), {}))]


def test_the_compiled_call_is_made_where_there_is_one(told):
    model = Module()
    model._compiled_call_impl = lambda x: x + 1
    assert model(1) == 2
    assert told == [(model, (1,), {}, 2)]


def test_nothing_is_told_while_dynamo_traces(told, monkeypatch):
    monkeypatch.setattr(torch, "tracing", True)
    Module()()
    assert told == []


def test_tracebacks_read_as_without(told):
    with pytest.raises(ValueError, match="bad") as caught:
        Module(fails=ValueError("bad"))()
    frames = traceback.extract_tb(caught.value.__traceback__)
    assert [frame.name for frame in frames[1:]] == ["_wrapped_call_impl", "_call_impl"]
    assert frames[1].line == "return self._call_impl(*args, **kwargs)"
    assert frames[1].filename == __file__


def test_what_others_put_in_our_place_stays():
    calls = []
    original = Module.__call__.__code__
    remove = observed(Module.__call__, SimpleNamespace(passed=lambda *call: calls.append(call)))
    try:
        theirs = (lambda self: "theirs").__code__
        Module.__call__.__code__ = theirs
        remove()
        assert Module.__call__.__code__ is theirs
    finally:
        Module.__call__.__code__ = original


def test_another_function_than_expected_is_left_alone():
    def call(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    code = call.__code__
    with pytest.raises(LookupError, match="built in another way"):
        observed(call, SimpleNamespace())
    assert call.__code__ is code
