import pytest
from nbformat.v4 import new_code_cell
from rig.records import notebook

from jupyter_green.report.parameters import inject, parse
from jupyter_green.report.problem import Problem


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-2.5", -2.5),
        ("1e-3", 0.001),
        ("true", True),
        ("False", False),
        ("None", None),
        ("adam", "adam"),
        ("it's", "it's"),
        ("[1, 2]", "[1, 2]"),
        ("1e999", "1e999"),
        ("__import__('os')", "__import__('os')"),
        ("", ""),
    ],
)
def test_a_value_is_a_number_a_truth_value_or_text(text, value):
    parsed = parse([("x", text)])["x"]
    assert (parsed, type(parsed)) == (value, type(value))


@pytest.mark.parametrize("name", ["1x", "a-b", "class", "", "a b", "x; import os"])
def test_a_name_must_be_one(name):
    with pytest.raises(Problem, match="not a name"):
        parse([(name, "1")])


def test_they_go_to_the_top_where_no_defaults_are():
    nb = notebook(new_code_cell("x"))
    inject(nb, {"x": 1})
    assert [cell.source for cell in nb.cells] == ["# Parameters\nx = 1", "x"]


def test_a_second_run_replaces_those_of_the_first():
    nb = notebook(new_code_cell("x = 0", metadata={"tags": ["parameters"]}), new_code_cell("x"))
    inject(nb, {"x": 1})
    inject(nb, {"x": 2})
    assert [cell.source for cell in nb.cells] == ["x = 0", "# Parameters\nx = 2", "x"]


def test_old_formats_get_no_ids():
    nb = notebook()
    nb.nbformat_minor = 4
    inject(nb, {"x": 1})
    assert "id" not in nb.cells[0]


def test_without_parameters_nothing_changes():
    nb = notebook(new_code_cell("x"))
    inject(nb, {})
    assert len(nb.cells) == 1
