import pytest
from rig.evidence import MACHINE, cell, notebook, said

from jupyter_green.advice.evidence import Machine
from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules.repeated_cell import RULE

FUNCTION = "import numpy as np\ndef f(b, k=1):\n    return np.sum(b) + k"
SAME = {"inputs": "i", "results": "r", "chance": ("c", "c")}


def twice(source, before=FUNCTION, first=SAME, second=SAME, between=(), gates=None, **facts):
    cells = [cell(before, number=1), cell(source, number=2, **{**SAME, **first}, **facts), *between]
    return said(RULE, notebook(*cells, cell(source, number=9, **{**SAME, **second}, **facts)), gates)


def test_the_same_again_is_told_with_how_long_it_took():
    found = twice("a = f(b)")
    assert "as cell [2]" in found.evidence
    assert "120 s" in found.evidence
    thrice = twice("a = f(b)", between=[cell("a = f(b)", number=3, **SAME)])
    assert "2 times before" in thrice.evidence


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({}, {"inputs": "other"}),
        ({"inputs": ""}, {"inputs": ""}),
        ({}, {"results": "other"}),
        ({"status": "error"}, {}),
        ({}, {"status": "interrupted"}),
        ({"chance": ("a", "b")}, {"chance": ("b", "c")}),
        ({"chance": ("a", "a")}, {"chance": ("a", "b")}),
        ({"chance": ("", "")}, {"chance": ("", "")}),
    ],
)
def test_anything_else_is_not_the_same(first, second):
    assert twice("a = f(b)", first=first, second=second) is None


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"results": ""}, {"results": "r"}),  # of an object that cannot be hashed
        ({"chance": ("a", "s")}, {"chance": ("b", "s")}),  # seeded by the cell
        ({"chance": ("a", "a")}, {"chance": ("b", "b")}),  # drawn by others
    ],
)
def test_these_are_the_same(first, second):
    assert twice("a = f(b)", first=first, second=second) is not None


def test_ten_seconds_are_a_size_and_a_look_into_a_cache_is_not():
    assert twice("a = f(b)", duration=9.0) is None
    assert twice("a = f(b)", duration=9.0, gates=Gates(0)) is not None
    assert twice("a = f(b)", duration=0.005, gates=Gates(0)) is None


SILENT = [
    "a = f(b) + np.random.default_rng().random()",
    "import random\nrandom.seed()\na = f(b)",
    "import uuid\na = f(b), uuid.uuid4()",
    "import time\na = f(b), time.time()",
    "from datetime import datetime\na = f(b), datetime.now()",
    "a = f(open('x').read())",
    "a = pd.read_csv('x').sum()",
    "a = np.load('x.npy').sum()",
    "import requests\na = requests.get(b).json()",
    "a = f(b)\nnp.save('x', a)",
    "import os\na = f(os.environ['B'])",
    "a = await f(b)",
    "!make data\na = f(b)",
    "files = !ls\na = f(files)",
    "%run other.py\na = f(b)",
    "%%timeit\nf(b)",
    "%timeit f(b)",
    "b.sort()\na = f(b)",
    "b.fillna(0, inplace=True)\na = f(b)",
    "b['k'] = b['k'] / 2",
    "b.k = f(b)",
    "import numpy as np\ndef f(b): return b",
    "model = Model(8)",
    "import time\ntime.sleep(60)",
    "plt.plot(b)\nplt.show()",
    "fig, ax = plt.subplots()\nax.scatter(b, b)",
    "b",
]


@pytest.mark.parametrize("source", SILENT)
def test_what_may_be_worth_its_re_run_is_left_alone(source):
    assert twice(source) is None


@pytest.mark.parametrize(
    "before",
    [
        "def f(b):\n    return b, random.SystemRandom().random()",
        "def g():\n    return open('x')\ndef f(b):\n    return g()",
        "def f(b):\n    b.sort()\n    return b[0]",
        "def f(b):\n    global k\n    k = b",
        "def f(b):\n    b['k'] = 1\n    return b",
        "class f:\n    def __call__(self, b):\n        import requests\n        return requests.get(b)",
    ],
)
def test_functions_are_looked_into(before):
    assert twice("a = f(b)", before) is None


SPOKEN = [
    "a = f(b)",
    "%%time\na = f(b)",
    "%time a = f(b)",
    "a = b @ b",
    "for k in range(9):\n    a = f(b)",
    "print(f(b))",
    "f(b)",
    "b['new'] = [f(k) for k in b['old']]",
    "rng = np.random.default_rng(0)\na = f(rng.random(9))",
    "a = f(b)\nplt.plot(a)",
    "clf = Forest(random_state=0)\nclf.fit(b, c)",
    "c = []\nfor k in b:\n    c.append(f(k))\nc.sort()",
    "s = '''\n!not a command\n'''\na = f(s)",
]


@pytest.mark.parametrize("source", SPOKEN)
def test_these_are_worth_a_word(source):
    assert twice(source) is not None


WITH_JOBLIB = Machine(cpus=8, libraries=MACHINE.libraries, findable=frozenset({"joblib"}))


def test_what_a_function_returns_is_kept_where_arguments_are_all_that_counts():
    found = twice("a = f(b, k=2)", machine=WITH_JOBLIB)
    assert found.patch.after == ('from joblib import Memory\na = Memory(".cache", verbose=0).cache(f)(b, k=2)')
    assert twice("a = f(b, k=2)").patch is None


@pytest.mark.parametrize(
    ("source", "before"),
    [
        ("a = f(b)", "K = 2\ndef f(b):\n    return b * K"),
        ("a = f(b)", "def g(b):\n    return b\ndef f(b):\n    return g(b)"),
        ("a = f(b)", "@cache\ndef f(b):\n    return b"),
        ("a = f(b) + 1", FUNCTION),
        ("a = f(b)\nc = f(a)", FUNCTION),
        ("a = o.f(b)", FUNCTION),
    ],
)
def test_otherwise_there_is_no_patch(source, before):
    found = twice(source, before, machine=WITH_JOBLIB)
    assert found is not None
    assert found.patch is None
