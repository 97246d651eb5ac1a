import ast
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.advice.source_code.code import Code
from jupyter_green.advice.source_code.edits import Change, Places, apply


def first_call(source, name="f"):
    return Code(source).calls(name)[0]


def with_keyword(source, name="k", value="1", function="f"):
    return apply(source, Places(source).keyword(first_call(source, function), name, value))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f()", "f(k=1)"),
        ("f( )", "f( k=1)"),
        ("f(a)", "f(a, k=1)"),
        ("f(a,)", "f(a, k=1)"),
        ("f((a))", "f((a), k=1)"),
        ("f((a) , )", "f((a) , k=1 )"),
        ("f(*a, **b)", "f(*a, **b, k=1)"),
        ("f(a, k=2)", "f(a, k=1)"),
        ("f(k=2, b=3)", "f(k=1, b=3)"),
        ("f(a, k=g(\n 2))", "f(a, k=1)"),
        ("f(x for x in y)", "f((x for x in y), k=1)"),
        ("f((x for x in y))", "f((x for x in y), k=1)"),
        ("f(a)[0](b)", "f(a, k=1)[0](b)"),
        ("(f)(a)", "(f)(a, k=1)"),
        ("é.f('ü', b) + ñ", "é.f('ü', b, k=1) + ñ"),
        ("f('a, b)')", "f('a, b)', k=1)"),
        ("f(a  # last)\n)", "f(a, k=1  # last)\n)"),
        ("f(  # none, yet\n)", "f(  # none, yet\nk=1)"),
        ("f(\n    a,\n    b,  # the last,\n)", "f(\n    a,\n    b, k=1,  # the last,\n)"),
        ("f(\n    a,\n    b\n)", "f(\n    a,\n    b, k=1\n)"),
        ("%time f(a)", "%time f(a, k=1)"),
        ("%%time\nf(a);", "%%time\nf(a, k=1);"),
        ("await f(a)", "await f(a, k=1)"),
    ],
)
def test_a_keyword_comes_where_it_may_stand(before, after):
    assert with_keyword(before) == after


def test_several_keywords_come_in_one_change():
    source = "f(a=1)"
    changes = Places(source).keywords(first_call(source), {"a": "2", "b": "3", "c": "4"})
    assert apply(source, *changes) == "f(a=2, b=3, c=4)"
    assert apply("f()", *Places("f()").keywords(first_call("f()"), {"a": "1", "b": "2"})) == "f(a=1, b=2)"


_BLANKS = st.sampled_from(["", " ", "\n", "  # , ( ) = é\n", "\n    "])
_ARGUMENTS = st.sampled_from(["a", "(a)", "((a, b))", "'é, ('", "*c", "g(1, )", "[1, 2]", "lambda: 0", "'''\n#'''"])
_KEYWORDS = st.sampled_from(["p=1", "q=(2)", "r=g(k=3)", "s='k'"])


@given(st.lists(_ARGUMENTS, max_size=3), st.lists(_KEYWORDS, max_size=3, unique=True), st.data())
def test_a_keyword_is_added_and_nothing_else_is_changed(arguments, keywords, data):
    blank = lambda: data.draw(_BLANKS)  # noqa: E731
    inner = ",".join(f"{blank()}{each}{blank()}" for each in [*arguments, *keywords])
    comma = data.draw(st.sampled_from(["", ",", " , "])) if inner else ""
    source = f"é = 'ü'; f({inner}{comma}{blank()}){data.draw(st.sampled_from(['', '  # end', ';']))}"
    after = with_keyword(source)
    expected = ast.parse(source)
    next(n for n in ast.walk(expected) if isinstance(n, ast.Call) and n.func.id == "f").keywords.append(
        ast.keyword("k", ast.Constant(1))
    )
    assert ast.dump(ast.parse(after)) == ast.dump(expected)


def statement(source, call="f"):
    """The innermost statement in which a call stands."""
    tree = Code(source).tree
    holding = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and any(getattr(n, "id", "") == call for n in ast.walk(node))
    ]
    return holding[-1]


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("f()", "a = 1\nf()"),
        ("for x in y:\n    f(x)\n", "for x in y:\n    a = 1\n    f(x)\n"),
        ("for x in y: f(x)", "for x in y: a = 1; f(x)"),
        ("b = 2; f()", "b = 2; a = 1; f()"),
        ("if c:\n\tf()", "if c:\n\ta = 1\n\tf()"),
        ("é = 'ü'; f()", "é = 'ü'; a = 1; f()"),
        ("@f\ndef g(): pass", "a = 1\n@f\ndef g(): pass"),
    ],
)
def test_lines_come_above_a_statement(source, after):
    assert apply(source, Places(source).before(statement(source), "a = 1")) == after


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("f()", "f()\na = 1"),
        ("f()\n", "f()\na = 1\n"),
        ("f();  # quiet\nb", "f();  # quiet\na = 1\nb"),
        ("f(\n  1)", "f(\n  1)\na = 1"),
        ("for x in y:\n    f(x)", "for x in y:\n    f(x)\n    a = 1"),
        ("for x in y: f(x)", "for x in y: f(x); a = 1"),
        ("f(); b = 2", "f(); a = 1; b = 2"),
        ("f()\r\nb", "f()\na = 1\r\nb"),
    ],
)
def test_lines_come_below_a_statement(source, after):
    assert apply(source, Places(source).after(statement(source), "a = 1")) == after


def test_a_block_cannot_come_beside_a_statement_on_its_line():
    with pytest.raises(ValueError, match="shares its line"):
        Places("b = 2; f()").before(statement("b = 2; f()"), "with c:\n    d()")


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("f()", "with c:\n    f()"),
        ("f()  # why", "with c:\n    f()  # why"),
        ("f();", "with c:\n    f();"),
        ("for x in y:\n    f(x)\n    z", "for x in y:\n    with c:\n        f(x)\n    z"),
        ("for x in y: f(x)", "for x in y: \n    with c:\n        f(x)"),
        ("if a:\n\tf()", "if a:\n\twith c:\n\t\tf()"),
        ("f('''\nleft\n  as it is''',\n  1)", "with c:\n    f('''\nleft\n  as it is''',\n      1)"),
        ("@f\ndef g():\n    pass", "with c:\n    @f\n    def g():\n        pass"),
    ],
)
def test_a_statement_goes_into_a_block(source, after):
    found = statement(source)
    assert apply(source, Places(source).within(found, found, "with c:")) == after


def test_several_statements_go_into_one_block_with_what_is_between():
    source = "a = 1\nb = '''\n'''\n\n# between\nf()\n"
    body = Code(source).tree.body
    after = apply(source, Places(source).within(body[0], body[-1], "with c:"))
    assert after == "with c:\n    a = 1\n    b = '''\n'''\n\n    # between\n    f()\n"


@pytest.mark.parametrize("source", ["b = 2; f()", "f(); b = 2", "for x in y: b(); f()"])
def test_a_statement_that_shares_its_line_stays_there(source):
    found = statement(source)
    with pytest.raises(ValueError, match="another statement"):
        Places(source).within(found, found, "with c:")


_LINES = st.lists(
    st.sampled_from(["a = f(1)", "if a:\n    b = '''\n  x'''", "for é in 'ü':\n    f(é,\n  2)", "# c", "", "g()"]),
    min_size=1,
    max_size=5,
)


@given(_LINES, st.data())
def test_what_goes_into_a_block_stays_the_same(lines, data):
    source = "\n".join(lines) + data.draw(st.sampled_from(["", "\n"]))
    body = ast.parse(source).body
    if not body:
        return
    first = data.draw(st.integers(0, len(body) - 1))
    last = data.draw(st.integers(first, len(body) - 1))
    after = ast.parse(apply(source, Places(source).within(body[first], body[last], "with c:"))).body
    inner = after.pop(first)
    assert isinstance(inner, ast.With)
    assert [ast.dump(each) for each in inner.body] == [ast.dump(each) for each in body[first : last + 1]]
    assert [ast.dump(each) for each in after] == [ast.dump(each) for each in body[:first] + body[last + 1 :]]


@given(_LINES, st.data())
def test_lines_above_and_below_change_nothing_else(lines, data):
    source = "\n".join(lines)
    body = ast.parse(source).body
    if not body:
        return
    at = data.draw(st.integers(0, len(body) - 1))
    places = Places(source)
    after = apply(source, places.before(body[at], "u = 1"), places.after(body[at], "v = 2"))
    expected = [
        *map(ast.unparse, body[:at]),
        "u = 1",
        ast.unparse(body[at]),
        "v = 2",
        *map(ast.unparse, body[at + 1 :]),
    ]
    assert list(map(ast.unparse, ast.parse(after).body)) == expected


def test_changes_that_overlap_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        apply("abc", Change(0, 2, ""), Change(1, 3, ""))


def test_what_is_no_python_any_more_is_refused():
    with pytest.raises(ValueError, match="no Python"):
        apply("a = 1", Change(0, 1, "1 +"))


def test_a_cell_with_magics_is_judged_without_them():
    source = textwrap.dedent(
        """\
        %%time
        !ls
        f(a)
        """
    )
    assert with_keyword(source) == source.replace("f(a)", "f(a, k=1)")
