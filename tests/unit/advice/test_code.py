import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.advice.source_code.code import Code, argument, constant, dotted, last_name
from jupyter_green.advice.source_code.magics import without_magics


def text(source):
    return ast.unparse(Code(source).tree)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("a = 1", "a = 1"),
        ("%%time\na = 1", "a = 1"),
        ("\n%%carbon train --units 3\n%%time\na = 1", "a = 1"),
        ("# first\n%%carbon\na = 1", "pass\na = 1"),
        ("%%timeit -n 1\na = 1", "a = 1"),
        ("%%capture out\na = 1", "a = 1"),
        ("%%bash\nls", ""),
        ("%%writefile a.py\na = 1", ""),
        ("%%timer\na = 1", ""),
        ("%matplotlib inline\na = 1", "pass\na = 1"),
        ("!pip install x\na = 1", "pass\na = 1"),
        ("!pip install x \\\n  y \\\n  z\na = 1", "pass\na = 1"),
        ("if a:\n    !ls\n    b", "if a:\n    pass\n    b"),
        ("%time a = f(b)\nc", "0\na = f(b)\nc"),
        ("%timeit -n 1 -r1 f(b)", "0\nf(b)"),
        ("%time\na", "pass\na"),
        ("%time for x in y: f(x)\na", "pass\na"),
        ("files = !ls *.py\na", "files = None\na"),
        ("t = %timeit -o f()", "t = None"),
        ("d['k'] = %env X", "d['k'] = None"),
        ("df.head?\na", "pass\na"),
        ("f??", "pass"),
        ("?df", "pass"),
        ("a = 1  # why?", "a = 1"),
        ("a = (b\n     % c)", "a = b % c"),
        ("a = b \\\n  % c", "a = b % c"),
        ("a = [\n  1,\n  %2]", ""),
        ("s = '''\n%d items\n!ls\nwhat?\n'''", "s = '\\n%d items\\n!ls\\nwhat?\\n'"),
        ("s = 'it\\'s ('\n%who\na", 's = "it\'s ("\npass\na'),
        ("# an ' apostrophe (\n!ls\na", "pass\na"),
        ("await f()", "await f()"),
        ("async with a as b:\n    await b", "async with a as b:\n    await b"),
        ("x != y", "x != y"),
        ("def f(:", ""),
        ("print 'old'", ""),
        ("a = 1\r\n!ls\r\nb", "a = 1\npass\nb"),
        ("a = 1\rb = 2", ""),
        ("a\x00b", ""),
    ],
)
def test_magics_give_way_to_python(source, expected):
    assert text(source) == expected


_LINES = st.sampled_from(
    [
        "a = f(1)",
        "!ls",
        "%time b = f(a)",
        "for x in y:",
        "    %who",
        "    f('''",
        "%d",
        "''')",
        "df?",
        "(",
        ")",
        "# '",
        "é = 'ü'",
    ]
)


@given(st.lists(_LINES, max_size=8))
def test_every_line_stays_in_its_place(lines):
    source = "\n".join(lines)
    assert without_magics(source).count("\n") in (source.count("\n"), 0)
    code = Code(source)
    for call in code.calls("f"):
        assert code.segment(call).startswith("f(")
    for node in code.nodes:
        if isinstance(node, ast.Name):
            assert code.segment(node) in (node.id, "")


@given(st.text(max_size=60))
def test_nothing_raises_whatever_is_written(source):
    code = Code(source)
    assert isinstance(code.shape, str)
    assert code.said >= code.read
    code.calls("f"), code.attributes("a"), code.keywords("k"), code.defined, code.written, code.imported


def test_what_is_longer_than_code_is_data():
    assert Code("a = 1\n" * 100_000).tree.body == []


def test_the_shape_of_a_very_long_sum_is_not_known():
    assert Code(f"a = {'+'.join(['1'] * 900)}").shape in ("", Code(f"a = {' + '.join(['1'] * 900)}").shape)


def test_layout_and_comments_do_not_change_the_shape():
    assert Code("a=f( 1,\n 2)  # so").shape == Code("%%time\n\na = f(1, 2)").shape != Code("a = f(1, 3)").shape


def test_calls_attributes_and_keywords_are_found_by_name():
    code = Code("a.b.fit(x, k=1)\nfit(y)\nc.d = e.fit\nf(**g)")
    assert [code.segment(each) for each in code.calls("fit")] == ["a.b.fit(x, k=1)", "fit(y)"]
    assert {code.segment(each) for each in code.attributes("d", "fit")} == {"c.d", "a.b.fit", "e.fit"}
    assert [each.arg for each in code.keywords("k")] == ["k"]
    assert code.said == {"a", "b", "x", "y", "k", "fit", "c", "d", "e", "f", "g"}
    assert code.read == {"a", "x", "y", "fit", "c", "e", "f", "g"}


def test_names_and_arguments():
    call = Code("a.b.f(1, *z, k=-2)").calls("f")[0]
    assert (dotted(call.func), last_name(call.func)) == ("a.b.f", "f")
    assert constant(argument(call, "k")) == -2
    assert constant(argument(call, "x", 0)) == 1
    assert argument(call, "x", 1) is None
    assert argument(call, "x", 5) is None
    assert dotted(Code("f()[0].g").tree.body[0].value) == ""
    assert constant(Code("f()").tree.body[0].value) is None


def test_definitions_and_imports_are_told():
    code = Code("import numpy as np\nfrom a import b as c, d\ndef f():\n    import e.g\nclass K: pass\nx = 1")
    assert code.defined == {"f", "K"}
    assert code.imported == {"np", "c", "d", "e"}
    assert code.written == {"x"}


def test_the_names_of_a_cell_are_gathered_once():
    code = Code("model.fit(x, k=1)")
    assert code.said is code.said
    assert code.nodes is code.nodes
