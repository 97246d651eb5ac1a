import ast

import pytest

from jupyter_green.advice.source_code.needs import free_names, needs


@pytest.mark.parametrize(
    ("source", "outside", "bound"),
    [
        ("x = x + 1", {"x"}, {"x"}),
        ("y = f(x)\nz = y", {"f", "x"}, {"y", "z"}),
        ("t = 0\nfor i in r:\n    t += i\nprint(t)", {"r", "print"}, {"t", "i"}),
        ("t += 1", {"t"}, {"t"}),
        ("if a:\n    b = 1\nelse:\n    b = 2\nb", {"a"}, {"b"}),
        ("def f(a, b=c):\n    return a + D\nD = 1", {"c"}, {"f", "D"}),
        ("def f():\n    global k\n    k += 1", {"k"}, {"f"}),
        ("[i * k for i in xs if i > j]", {"k", "xs", "j"}, set()),
        ("{a: b for a, b in xs}\na", {"xs", "a"}, set()),
        ("print([n := g(x) for x in xs], n)", {"print", "g", "xs"}, {"n"}),
        ("import a.b, c as d\nfrom e import f\na.b.g(d, f)", set(), {"a", "d", "f"}),
        ("with open(p) as f:\n    s = f.read()", {"open", "p"}, {"f", "s"}),
        ("try:\n    x = g()\nexcept E as e:\n    print(e)", {"g", "E", "print"}, {"x", "e"}),
        ("df['a'] = df['b']\no.c = 1", {"df", "o"}, set()),
        ("class A(B, metaclass=M):\n    k = 1\n    def m(self):\n        return k2 + self.k", {"B", "M", "k2"}, {"A"}),
        ("f = lambda a, b=c: a + b + d", {"c", "d"}, {"f"}),
        ("match p:\n    case [a, *b]:\n        a\n    case {'k': c, **d}:\n        c", {"p"}, {"a", "b", "c", "d"}),
        ("async for a in b:\n    await c(a)", {"b", "c"}, {"a"}),
        ("x: int = 3\ny: T", {"int"}, {"x"}),
        ("del x", {"x"}, set()),
        ("@d\ndef f(): pass\nf()", {"d"}, {"f"}),
    ],
)
def test_what_comes_from_outside_and_what_is_bound(source, outside, bound):
    found = needs(ast.parse(source))
    assert found.outside == outside
    assert found.bound == bound


def test_a_functions_free_names():
    tree = ast.parse(
        "def f(a, *b, c=1, **d):\n"
        "    e = a\n"
        "    def g(h):\n"
        "        return e + h + i\n"
        "    import j\n"
        "    return g(k) + j.l + [m for m in b][0]"
    )
    assert free_names(tree.body[0]) == {"i", "k"}
