"""Parameters of a labelled cell: what is found, what is not, and that nothing is executed for it."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jupyter_green.kernel.run_parameters import read


class Hostile:
    """Fails if anything is asked of it."""

    def __getattribute__(self, name):
        raise AssertionError(f"asked for {name}")


class Word(str):
    __slots__ = ()

    def __str__(self):
        raise AssertionError("its own method was called")


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("lr = 3e-4\ntrain(epochs=3)", {"lr": 3e-4, "epochs": 3}),
        ("%%carbon run --vs base\nlr: float = -1e-3", {"lr": -1e-3}),
        ("lr, (size, name) = 0.1, (32, 'adam')", {"lr": 0.1, "size": 32, "name": "adam"}),
        ("a = b = True", {"a": True, "b": True}),
        ("hidden = (64, 32)\ndropout = None", {"hidden": "(64, 32)", "dropout": "None"}),
        ("lr = 1\nlr = 2", {"lr": 2}),
        ("lr = 1\nlr = schedule()", {}),
        ("if True:\n    lr = 1", {}),
        ("fit(lr=1)\nscore(lr=2)\nfit(n=3)", {"fit.lr": 1, "score.lr": 2, "n": 3}),
        ("lr = 1\nmodel.fit(lr=2)", {"lr": 1, "fit.lr": 2}),
        ("%%time\nlr = 1\ntrain(n=2)", {"lr": 1, "n": 2}),
        ("%%carbon x\n%%timeit\ntrain(n=2)", {"n": 2}),
        ("%time train(n=2)", {"n": 2}),
        ("%matplotlib inline\n!ls -l\nlr = 1", {"lr": 1}),
        ("%%bash\nlr=1", {}),
        ("await train(n=2)", {"n": 2}),
        ("print(1, end='x')", {}),
        ("text = 'a' * 3", {}),
        ("def broken(:\n lr = 1", {}),
        ("lr = 1" + "\n" * 20_000, {}),
        ("huge = 10 ** 3\nbig = " + "9" * 30, {}),
        ("inf = 1e999", {}),
    ],
)
def test_literals(cell, found):
    assert read(cell, {}) == found


def test_variables_that_are_read():
    variables = {
        "lr": 0.1, "size": 32, "fast": True, "kind": "adam", "unread": 1, "own": 5, "word": Word("x"),
        "thing": Hostile(), "loop": 7, "argument": 8, "_": 3, "many": [1], "missing": None, "endless": float("inf"),
    }  # fmt: skip
    cell = (
        "own = own + 1\nfor loop in many: pass\ndef f(argument): return argument\n"
        "train(lr=lr, size=size, fast=fast)\nkind, word, thing, _, missing, endless, f(own)"
    )
    assert read(cell, variables) == {"lr": 0.1, "size": 32, "fast": True, "kind": "adam"}


@pytest.mark.parametrize(
    "text",
    [
        "/home/someone/data", "~/data", "./x", "../x", "C:\\data", "a/b/c", "https://host/x", "me@example.org",
        "folder/", "sk0123456789abcdefABC", "two\nlines", "x" * 41, "host:80", "\ud800",
    ],
)  # fmt: skip
def test_no_path_address_or_secret_is_kept(text):
    assert read("use(data)", {"data": text}) == {}
    assert read(f"use(data={text!r})", {}) == {}


@pytest.mark.parametrize("name", ["api_key", "TOKEN", "password", "username", "hostname"])
def test_what_is_called_a_secret_is_none_of_ours(name):
    assert read(f"use({name})", {name: "letmein"}) == {}
    assert read("use(max_new_tokens=128)", {}) == {"max_new_tokens": 128}


def test_of_a_models_name_the_owner_is_left_out():
    assert read("load(model)", {"model": "owner/small"}) == {"model": "…/small"}


def test_names_do_not_depend_on_values():
    for second in (1, 2):
        assert list(read(f"fit(lr=1)\nscore(lr={second})", {})) == ["fit.lr", "score.lr"]


def test_there_is_a_bound():
    many = read("\n".join(f"v{n} = {n}" for n in range(200)), {})
    assert len(many) == 40


def test_the_compiler_warns_of_nothing_because_of_us():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read("x = '\\d'\ny = 1if True else 2\nz = 'a\\\nb'", {})
        assert read("x = '\\d+'\nlr = 1", {}) == {"lr": 1}


@settings(max_examples=200)
@given(st.text(max_size=80) | st.text(alphabet="lr=1,()%!\n '\"\\:x*", max_size=40))
def test_whatever_a_cell_holds_it_is_no_error(cell):
    read(cell, {"lr": 1})
