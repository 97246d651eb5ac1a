"""Patches are run: what they leave has to be the same, to the last bit and type."""

import sys

import numpy as np
import pandas as pd
import pytest
from rig.evidence import cell, notebook, said

from jupyter_green.advice.rules.pandas_rows import RULE
from jupyter_green.work import pandas_frames
from jupyter_green.work.traits import TRAITS

PREPARE = "import numpy as np\nimport pandas as pd\n"
COUNT = 200


@pytest.fixture(autouse=True)
def probe():
    remove = pandas_frames.install(sys.modules["pandas.core.frame"])
    yield
    remove()


def frame(kind):
    random = np.random.default_rng(3)
    floats = {"a": random.normal(size=COUNT), "b": random.normal(size=COUNT), "it's": random.normal(size=COUNT)}
    floats["b"][::7] = np.nan
    floats["a"][::11] = 0.0
    ints = {"m": random.integers(-9, 9, COUNT), "n": random.integers(1, 2**62, COUNT)}
    texts = {"s": random.choice(["x", "y"], COUNT)}
    made = {"floats": floats, "ints": ints, "numbers": {**floats, **ints}, "mixed": {**floats, **ints, **texts}}
    return pd.DataFrame(made[kind])


def run(source, kind, before=""):
    """Run a cell with the probe, and return what the rule says of it with what the cell left."""
    names = {"np": np, "pd": pd, "df": frame(kind), "out": [], "acc": 0.0}
    exec(before, names)
    begun = TRAITS.begin()
    exec(source, names)
    traits = [each for each in TRAITS.between(begun, TRAITS.end) if isinstance(each, pandas_frames.RowLoop)]
    cells = [cell(PREPARE, number=1), cell(before, number=2)]
    last = cell(source, *traits, number=3, duration=sum(each.seconds for each in traits) or 1.0)
    return said(RULE, notebook(*cells, last)), names


def left(names):
    return {name: names[name] for name in ("df", "out", "acc", "res") if name in names}


def assert_same(ours, theirs):
    for name, value in theirs.items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(ours[name], value, check_exact=True)
        elif isinstance(value, pd.Series):
            pd.testing.assert_series_equal(ours[name], value, check_exact=True)
        elif isinstance(value, list):
            assert list(map(type, ours[name])) == list(map(type, value))
            assert all(np.array_equal(p, q, equal_nan=True) for p, q in zip(ours[name], value, strict=True))
        else:
            assert type(ours[name]) is type(value)
            assert np.array_equal(ours[name], value, equal_nan=True)


PATCHED = [
    ("df['c'] = df.apply(lambda r: r['a'] * r['b'] - 2 * r.a, axis=1)", ("floats", "numbers", "mixed")),
    ("df['c'] = df.apply(lambda r: -r['a'] / (r[\"it's\"] + 1), axis=1)", ("floats", "numbers", "mixed")),
    ("df['c'] = df.apply(lambda r: r['m'] * r['a'] + 0.5, axis=1)", ("numbers", "mixed")),
    ("df['c'] = df.apply(lambda r: r['m'] * r['n'] - 3, axis=1)", ("ints",)),
    ("df['c'] = df.apply(lambda r: r['m'] / r['n'], axis=1)", ("ints",)),
    ("df['c'] = df.apply(lambda r: r['m'] > 2, axis=1)", ("ints", "numbers", "mixed")),
    ("df['c'] = df.apply(lambda r: r['a'] > 0 and not r['b'] <= 0.5, axis=1)", ("floats", "numbers", "mixed")),
    ("df['c'] = df.apply(lambda r: 0 < r['a'] < 1 or r['b'] == 0, axis=1)", ("floats", "mixed")),
    ("df['c'] = df.apply(lambda r: 1 if r['a'] > 0 else 0, axis=1)", ("floats", "numbers", "mixed")),
    ("df['c'] = df.apply(lambda r: r['b'] / r['a'] if r['a'] != 0 else 0.0, axis=1)", ("floats", "numbers", "mixed")),
    ("df['c'] = df.apply(lambda r: 'up' if r['a'] > 0 else 'down', axis=1)", ("floats", "numbers", "mixed")),
    ("df['c'] = df.apply(lambda r: r['a'] if r['s'] == 'x' else -r['b'], axis=1)", ("mixed",)),
    ("res = df.apply(lambda row: row.a + row.b, axis='columns')", ("floats", "numbers", "mixed")),
    ("for i, row in df.iterrows():\n    out.append(row['a'] * row['b'])", ("floats", "numbers", "mixed")),
    ("for i, row in df.iterrows():\n    out.append(row['m'] + row['n'])", ("ints",)),
    ("for i, row in df.iterrows():\n    out.append(row['a'] < 0.1)", ("floats", "numbers", "mixed")),
    ("for _, row in df.iterrows():\n    acc += row['a'] * 2 + row.a", ("floats", "numbers", "mixed")),
    ("if True:\n    for _, row in df.iterrows(): acc += row['a']", ("floats", "mixed")),
    ("for i, row in df.iterrows():\n    df.at[i, 'c'] = row['a'] / row['b']", ("floats", "numbers", "mixed")),
    ("for i, row in df.iterrows():\n    df.loc[i, 'b'] = row['a'] + 1", ("floats", "mixed")),
]


@pytest.mark.parametrize(("source", "kind"), [(source, kind) for source, kinds in PATCHED for kind in kinds])
def test_a_patch_gives_the_same_to_the_last_bit(source, kind):
    found, theirs = run(source, kind)
    assert found is not None
    assert found.patch is not None
    assert "iterrows" not in found.patch.after
    assert "apply" not in found.patch.after
    ours = {"np": np, "pd": pd, "df": frame(kind), "out": [], "acc": 0.0}
    exec(found.patch.after, ours)
    assert_same(left(ours), left(theirs))


def test_a_function_with_branches_becomes_one_expression():
    before = (
        "def level(r):\n    'Of a row.'\n    if r['a'] > 1:\n        return 2.0\n"
        "    elif r.a > 0:\n        return r['b']\n    return 0.0"
    )
    found, theirs = run("df['c'] = df.apply(level, axis=1)", "mixed", before)
    assert found.patch.after == 'df[\'c\'] = np.where(df["a"] > 1, 2.0, np.where(df["a"] > 0, df["b"], 0.0))'
    ours = {"np": np, "df": frame("mixed"), "out": [], "acc": 0.0}
    exec(found.patch.after, ours)
    assert_same(left(ours), left(theirs))


SPOKEN_WITHOUT = [
    ("df['c'] = df.apply(lambda r: r['m'] * r['n'], axis=1)", "numbers"),  # whole numbers become broken ones
    ("df['c'] = df.apply(lambda r: r['a'] ** 2, axis=1)", "floats"),
    ("df['c'] = df.apply(lambda r: round(r['a'], 2), axis=1)", "floats"),
    ("res = df.apply(lambda r: r['a'] * 2, axis=1)", "floats"),  # a series of another name
    ("res = df.apply(lambda r: 1 if r['a'] > 0 else 0, axis=1)", "floats"),  # an array
    ("df['c'] = df.apply(lambda r: r['s'], axis=1)", "mixed"),
    ("df['c'] = df.apply(lambda r: r['m'], axis=1)", "numbers"),
    ("df['c'] = df.apply(np.sum, axis=1)", "floats"),
    ("df['c'] = df.apply(lambda r: f\"{r['s']}-{r['m']}\", axis=1)", "mixed"),
    ("for i, row in df.iterrows():\n    out.append({'k': row['s'], 'v': row['a']})", "mixed"),
    ("for i, row in df.iterrows():\n    if row['s'] == 'x':\n        acc += row['a']", "mixed"),
    ("for i, row in df.iterrows():\n    out.append(row['m'])", "mixed"),
    ("out = [row['a'] * 2 for _, row in df.iterrows()]", "floats"),
    ("for i, row in df.iterrows():\n    out.append(row['a'])\nprint(row)", "floats"),
    ("d = {'x': 1.0, 'y': 2.0}\nfor i, row in df.iterrows():\n    out.append(d.get(row['s'], 0))", "mixed"),
    ("counts = {}\nfor _, row in df.iterrows():\n    counts[row['s']] = counts.get(row['s'], 0) + 1", "mixed"),
]


@pytest.mark.parametrize(("source", "kind"), SPOKEN_WITHOUT)
def test_where_it_is_not_sure_there_is_advice_without_a_patch(source, kind):
    found, _ = run(source, kind)
    assert found is not None
    assert found.patch is None


IDIOMS = [
    ("from math import sqrt\nfor _, row in df.iterrows():\n    out.append(sqrt(abs(row['a'])))", ""),
    ("for _, row in df.iterrows():\n    out.append(row.to_dict())", ""),
    ("from tqdm import tqdm\nfor _, row in tqdm(df.iterrows(), total=len(df)):\n    out.append(row['a'] + 1)", ""),
    ("for k, (i, row) in enumerate(df.iterrows()):\n    acc += row['a'] * k", ""),
    (
        "p = Prices(df)\np.total()",
        "class Prices:\n    def __init__(self, t):\n        self.t = t\n    def total(self):\n"
        "        s = 0\n        for _, r in self.t.iterrows():\n            s += r['a']\n        return s",
    ),
    (
        "res = total(df)",
        "def total(t):\n    s = 0\n    for _, r in t.iterrows():\n        s += tax(r['a'])\n    return s\n"
        "def tax(x):\n    if x > 1:\n        y = x * 0.2\n    else:\n        y = 0.1\n    return y",
    ),
    ("df['c'] = df.apply(lambda r: np.sqrt(r['a'] ** 2 + r['b'] ** 2), axis=1)", ""),
    ("df['c'] = df.apply(far, args=(1.0,), axis=1)", "def far(r, x):\n    return abs(r['a'] - x)"),
]


@pytest.mark.parametrize(("source", "before"), IDIOMS)
def test_other_ways_to_say_it_are_understood(source, before):
    found, _ = run(source, "floats", before)
    assert found is not None


def test_a_method_of_an_object_that_was_made_before_is_found():
    before = IDIOMS[4][1] + "\np = Prices(df)"
    found, _ = run("p.total()", "floats", before)
    assert found is not None


SILENT = [
    "prev = 0\nfor i, row in df.iterrows():\n    out.append(row['a'] - prev)\n    prev = row['a']",
    "for i, row in df.iterrows():\n    acc = acc * 0.9 + row['a']\n    out.append(acc)",
    "for i, row in df.iterrows():\n    if i > 0:\n        out.append(row['a'] - df.loc[i - 1, 'a'])",
    "for i, row in df.iterrows():\n    out.append(len(df[df['a'] < row['a']]))",
    "for i, row in df.iterrows():\n"
    "    try:\n"
    "        out.append(1 / row['a'])\n"
    "    except ZeroDivisionError:\n"
    "        pass",
    "class Thing:\n"
    "    def __init__(self, a): self.a = a\n"
    "for i, row in df.iterrows():\n"
    "    out.append(Thing(row['a']))",
    "def ask(x):\n    return sorted([x, 1])\nfor i, row in df.iterrows():\n    out.append(ask(row['a']))",
    "for i, row in df.iterrows():\n    if row['a'] > 2.5:\n        break",
    "for i, row in df.iterrows():\n    acc += np.random.default_rng(i).random() * row['a']",
    "for i, row in df.iterrows():\n    print(row['a'], file=__import__('io').StringIO())",
    "def f(r):\n    if isinstance(r['a'], str):\n        return 0\n    return 1\ndf['c'] = df.apply(f, axis=1)",
    "df['c'] = df.apply(lambda r: r['a'] + r['b'], axis=1, raw=False, engine='python')",
    "for i, row in df.iterrows():\n    out.append(out[-1] + row['a'] if out else row['a'])",
]


@pytest.mark.parametrize("source", SILENT)
def test_what_may_need_its_rows_one_by_one_is_left_alone(source):
    found, _ = run(source, "floats")
    assert found is None


def test_a_few_rows_and_a_small_share_need_no_word():
    loop = pandas_frames.RowLoop("iterrows", 5000, 1.0, (("a", "float64"),), True, True)
    code = "for _, row in df.iterrows():\n    acc += row['a']"
    assert said(RULE, notebook(cell(code, loop, duration=2.0))) is not None
    assert said(RULE, notebook(cell(code, loop, duration=120.0))) is None
    few = pandas_frames.RowLoop("iterrows", 20, 1.0, (("a", "float64"),), True, True)
    assert said(RULE, notebook(cell(code, few, duration=2.0))) is None


def test_the_evidence_has_the_numbers():
    found, _ = run("for _, row in df.iterrows():\n    acc += row['a']", "floats")
    assert "200 rows" in found.evidence
    assert " %" in found.evidence
    assert len(found.evidence) < 300
