import copy
import functools
import math
import sys
import types
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from threading import Lock

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from jupyter_green.advice.state.input_hash import Budget, hash_of, hash_of_names


def hashed(value, seconds=5.0):
    return hash_of(value, Budget(seconds))


PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.integers(min_value=2**70),
    st.floats(allow_nan=False),
    st.complex_numbers(allow_nan=False),
    st.text(max_size=8),
    st.text(st.characters(codec=None, categories=["Cs", "L"]), max_size=3),
    st.binary(max_size=8),
    st.dates(),
    st.timedeltas(),
)
HASHABLE = st.one_of(PLAIN, st.tuples(PLAIN, PLAIN), st.frozensets(PLAIN, max_size=3))
VALUES = st.recursive(
    HASHABLE,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(HASHABLE, inner, max_size=3),
        st.lists(inner, max_size=3).map(deque),
        st.sets(HASHABLE, max_size=3),
    ),
    max_leaves=12,
)


@given(VALUES)
def test_a_copy_hashes_the_same_and_nothing_is_changed(value):
    before = repr(value)
    assert hashed(value) == hashed(copy.deepcopy(value)) != ""
    assert repr(value) == before


def same(a, b):
    """Whether two values are the same with all their types, the order of dictionaries and the signs of zeros."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple, deque)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return same(list(a.items()), list(b.items()))
    if isinstance(a, (set, frozenset)):
        return len(a) == len(b) and all(any(same(x, y) for y in b) for x in a)
    if isinstance(a, (float, complex)):
        return repr(a) == repr(b)
    return a == b


@given(VALUES, VALUES)
def test_what_differs_hashes_differently(a, b):
    assert (hashed(a) == hashed(b)) is same(a, b)


ARRAYS = arrays.arrays(
    st.sampled_from([np.uint8, np.int64, ">i4", np.float32, np.float64, np.complex64, "M8[s]", "S3", "U2", bool]),
    arrays.array_shapes(min_dims=0, max_dims=3, max_side=4),
)


@given(ARRAYS, st.data())
def test_any_byte_of_an_array_counts(array, data):
    there = hashed(array)
    assert there == hashed(array.copy()) != ""
    assert there == hashed(np.asfortranarray(array) if array.ndim else array)
    changed = array.copy()
    raw = changed.reshape(-1).view(np.uint8)
    at = data.draw(st.integers(0, raw.size - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    assert hashed(changed) != there


@given(ARRAYS)
def test_shape_and_type_of_an_array_count(array):
    there = hashed(array)
    assert hashed(array[None]) != there
    assert hashed(array.tolist()) != there
    if array.dtype.itemsize == 8 and array.ndim:
        assert hashed(array.view(np.uint64)) != there
    assert hashed(np.zeros((0, 3))) != hashed(np.zeros((3, 0)))


def test_arrays_that_are_views_hash_as_what_they_show():
    array = np.arange(24).reshape(4, 6)
    assert hashed(array[::2, ::-1]) == hashed(array[::2, ::-1].copy())
    assert hashed(np.broadcast_to(np.float64(1), (3, 3))) == hashed(np.ones((3, 3)))


FRAME = pd.DataFrame(
    {
        "n": [1, 2, 3],
        "x": [0.5, math.nan, 2.0],
        "s": ["a", None, "c"],
        "t": pd.to_datetime(["2020-01-01", "2021-01-01", None]),
        "z": pd.to_datetime(["2020-01-01", "2021-01-01", None]).tz_localize("Europe/Paris"),
        "k": pd.Categorical(["u", "v", "u"]),
        "i": pd.array([1, None, 3], dtype="Int64"),
        "b": [True, False, True],
        "o": [1, "two", (3,)],
    }
)
CHANGES = {
    "an element": lambda f: f.assign(n=[1, 2, 4]),
    "a type": lambda f: f.astype({"n": "int32"}),
    "a name": lambda f: f.rename(columns={"n": "m"}),
    "the order of columns": lambda f: f[["x", *[c for c in f if c != "x"]]],
    "the order of rows": lambda f: f.iloc[::-1],
    "the index": lambda f: f.set_index(pd.Index([0, 1, 3])),
    "the index's name": lambda f: f.rename_axis("row"),
    "a text": lambda f: f.assign(s=["a", None, "d"]),
    "a missing text": lambda f: f.assign(s=["a", "b", "c"]),
    "a moment": lambda f: f.assign(t=pd.to_datetime(["2020-01-01", "2021-01-02", None])),
    "a time zone": lambda f: f.assign(z=f["z"].dt.tz_convert("UTC")),
    "a category": lambda f: f.assign(k=pd.Categorical(["u", "v", "v"])),
    "an unused category": lambda f: f.assign(k=pd.Categorical(["u", "v", "u"], categories=["u", "v", "w"])),
    "a masked number": lambda f: f.assign(i=pd.array([1, 2, 3], dtype="Int64")),
    "an object": lambda f: f.assign(o=[1, "two", (4,)]),
    "a row less": lambda f: f.iloc[:-1],
    "two levels": lambda f: f.set_index(["n", "s"]),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_anything_of_a_frame_counts(change):
    assert hashed(FRAME) == hashed(FRAME.copy()) != ""
    changed = hashed(change(FRAME))
    assert changed != ""
    assert changed != hashed(FRAME)
    assert changed == hashed(change(FRAME).copy())


def test_anything_of_a_tensor_counts():
    tensor = torch.arange(6.0).reshape(2, 3)
    others = [
        tensor.reshape(3, 2),
        tensor.double(),
        tensor.bfloat16(),
        tensor + torch.eye(2, 3) * 1e-6,
        tensor.clone().requires_grad_(),
        torch.nn.Parameter(tensor.clone()),
    ]
    hashes = [hashed(each) for each in (tensor, *others)]
    assert "" not in hashes
    assert len(set(hashes)) == len(hashes)
    assert hashed(tensor) == hashed(tensor.clone()) == hashed(tensor.t().contiguous().t())
    assert hashed((tensor.requires_grad_() * 2).sum()) == ""  # a graph is behind it


def test_a_model_counts_with_its_weights_and_its_mode():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Dropout(0.5))
    there = hashed(model)
    assert there == hashed(copy.deepcopy(model)) != ""
    assert hashed(model.eval()) != there
    model.train()
    with torch.no_grad():
        model[0].weight[0, 0] += 1e-6
    assert hashed(model) != there


@dataclass
class Point:
    x: int = 1
    y: float = 2.0


class Slotted:
    __slots__ = ("a", "b")


def test_objects_count_with_their_attributes():
    assert hashed(Point()) == hashed(Point()) != ""
    assert hashed(Point()) != hashed(Point(y=2))
    slotted = Slotted()
    empty = hashed(slotted)
    slotted.a = 1
    assert "" != hashed(slotted) != empty != ""


def test_a_state_that_cannot_be_seen_has_no_hash():
    class Longer(list):
        pass

    class Number(int):
        pass

    with open(__file__) as file:
        unseen = [(k for k in "ab"), file, Longer(), Number(3), iter([]), Lock(), map(len, [])]
        assert [hashed(each) for each in unseen] == [""] * len(unseen)
        assert hashed([1, {"k": file}]) == ""


class Hostile:
    """Every method that could be called raises or lies."""

    def _no(self, *_):
        raise AssertionError("a method of the user's was called")

    __eq__ = __hash__ = __reduce__ = __reduce_ex__ = __getattribute__ = __getattr__ = __repr__ = __str__ = _no
    __len__ = __iter__ = __bool__ = __getstate__ = __copy__ = __deepcopy__ = __dir__ = __format__ = __sizeof__ = _no


class HostileType(type):
    def _no(cls, *_):
        raise AssertionError("a method of the user's was called")

    __eq__ = __hash__ = __repr__ = __instancecheck__ = __subclasscheck__ = __getattribute__ = _no


def test_no_method_of_the_users_is_called():
    value = Hostile()
    assert hashed([value, {1: value}, (value,)]) != ""
    kind = HostileType("Made", (), {"k": 1})
    assert hashed([kind]) != ""
    names = hash_of_names({"a", "b"}, {"a": Hostile(), "b": [Hostile()] * 20}, Budget(1))
    assert names


def test_what_holds_itself_ends():
    a, b, c = [1], [1], [2]
    for each in (a, b, c):
        each.append(each)
    assert hashed(a) == hashed(b) != ""
    assert hashed(a) != hashed(c)
    table = {}
    table["me"] = [table]
    assert hashed(table)
    point = Point()
    point.x = point
    assert hashed(point)


def test_what_is_too_deep_or_takes_too_long_has_no_hash():
    deep = []
    for _ in range(100_000):
        deep = [deep]
    assert hashed(deep) == ""
    twice = [0]
    for _ in range(60):
        twice = [twice, twice]
    assert hash_of(twice, Budget(0.02)) == ""
    assert hash_of(np.zeros(50_000_000, dtype=np.uint8), Budget(0.0005)) == ""
    assert hash_of(1, Budget(-1)) == ""


LOOK_ALIKES = [
    1, 1.0, True, "1", b"1", bytearray(b"1"), Decimal(1), Fraction(1), np.int64(1), np.float64(1), np.array(1), [1],
    (1,), {2}, {1}, frozenset({1}), {1: 1}, OrderedDict({1: 1}), Counter({1: 1}), defaultdict(int, {1: 1}), deque([1]),
    range(1), slice(1), None, ..., 0.0, -0.0, math.nan, math.inf, "", b"", [], (), {}, [[]], [[], []], "[]", 10**400,
    -(10**400), Path("1"), date(2020, 1, 1), datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=timezone.utc),
    timedelta(1), types.SimpleNamespace(a=1), int, float, len, max, "a".join, "b".join, np.sum, np.sin, math, np,
    functools.partial(int, 1),
    pd.Series([1]), pd.Series([1], name="a"), pd.Index([1]), pd.RangeIndex(1, 2), ["a", "b"], ["ab", ""], [1, 2], [12],
    list(range(40)), [*range(39), 39.0], [*range(39), True], list("a" * 40), [*("a" * 39), "b"], [1.0] * 20, [1] * 20,
]  # fmt: skip


def test_look_alikes_are_told_apart():
    hashes = [hashed(each) for each in LOOK_ALIKES]
    assert "" not in hashes
    assert len(set(hashes)) == len(hashes)
    assert hashed(math.nan) == hashed(float("nan"))


def notebook(source, **names):
    """A namespace in which code was run as a notebook's is."""
    space = {"__name__": "__main__", **names}
    exec(compile(source, "/tmp/ipykernel_1/1.py", "exec"), space)
    return space


def of(name, space):
    return hash_of_names({name}, space, Budget(5))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(x): return x + 1", "def f(x): return x + 2"),
        ("def f(x): return x + 1", "def f(x): return x + 1.0"),
        ("def f(x): return x + 1", "def f(x): return x - 1"),
        ("def f(x, k=1): return x + k", "def f(x, k=2): return x + k"),
        ("def f(x, *, k=1): return x + k", "def f(x, *, k=2): return x + k"),
        ("K = 1\ndef f(x): return x + K", "K = 2\ndef f(x): return x + K"),
        ("def g(): return 1\ndef f(x): return g()", "def g(): return 2\ndef f(x): return g()"),
        ("def f(x): return [lambda: 1]", "def f(x): return [lambda: 2]"),
        ("def m(k): return lambda x: x + k\nf = m(1)", "def m(k): return lambda x: x + k\nf = m(2)"),
        ("class f:\n    def a(self): return 1", "class f:\n    def a(self): return 2"),
        ("class f:\n    k = 1", "class f:\n    k = 2"),
        ("class B:\n    k = 1\nclass f(B): pass", "class B:\n    k = 2\nclass f(B): pass"),
        ("class C:\n    def a(self): return 1\nf = C()", "class C:\n    def a(self): return 2\nf = C()"),
        (
            "class C:\n    @property\n    def a(self): return 1\nf = C",
            "class C:\n    @property\n    def a(self): return 2\nf = C",
        ),
        (
            "from functools import cache\n@cache\ndef f(x): return 1",
            "from functools import cache\n@cache\ndef f(x): return 2",
        ),
    ],
)
def test_a_function_counts_with_all_that_it_is_made_of(before, after):
    assert of("f", notebook(before)) == of("f", notebook(before)) == of("f", notebook(f"# moved\n\n{before}")) != ""
    assert of("f", notebook(after)) not in ("", of("f", notebook(before)))


def test_functions_that_call_each_other_end():
    assert of("f", notebook("def f(): return g()\ndef g(): return f()"))


def test_a_module_of_the_users_own_may_change():
    mine = types.ModuleType("mine")
    mine.__file__ = "/home/me/mine.py"
    sys.modules["mine"] = mine
    try:
        assert hashed(mine) == ""
    finally:
        del sys.modules["mine"]


def test_names_that_are_missing_are_not_those_that_are_none():
    assert hash_of_names({"a"}, {}, Budget(1)) != hash_of_names({"a"}, {"a": None}, Budget(1))
    assert hash_of_names({"len"}, {}, Budget(1)) == hash_of_names((), {}, Budget(1))
    assert hash_of_names({"len"}, {"len": 3}, Budget(1)) != hash_of_names((), {}, Budget(1))


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_random_generators_count_by_where_they_stand(random):
    generator = np.random.default_rng(random.randrange(2**32))
    there = hashed(generator)
    assert there == hashed(copy.deepcopy(generator)) != ""
    generator.random()
    assert hashed(generator) != there
