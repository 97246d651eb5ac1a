import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.kernel.annotation import Annotation, OptionError, automatic_label, read, strip


def stripped(cell):
    return "".join(strip(cell.splitlines(keepends=True)))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("%%carbon\nx = 1\n", "\nx = 1\n"),
        ("%%carbon\n\n%%time\nx", "%%time\nx"),
        ("%%time\n%%carbon\nx", "%%time\n\nx"),
        ("# why\n%%carbon\nx", "# why\n\nx"),
        ("%%carbon\n%%time\n%%carbon\ny", "%%time\n\ny"),
        ("%%carbon", "\n"),
    ],
)
def test_the_line_goes_and_the_others_keep_their_place(cell, expected):
    assert stripped(cell) == expected


@pytest.mark.parametrize(
    "cell", ["x\n%%carbon\n", "%%carbonate\nx", "%%carbon?\n", "%%writefile f\n%%carbon\n", "%%html\n%%carbon\n", ""]
)
def test_what_is_not_our_annotation_stays(cell):
    assert stripped(cell) == cell
    assert read(cell) is None


@given(st.text(alphabet="%carbon time\n#x", max_size=60))
def test_stripping_twice_is_stripping_once(cell):
    assert stripped(stripped(cell)) == stripped(cell)


def test_options():
    asked = read("%%carbon 'a run' --units len(data) --unit row --save fp --sync --quiet --skip\n")
    assert asked == Annotation("a run", "fp", "len(data)", "row", sync=True, quiet=True, skip=True)


@pytest.mark.parametrize("line", ["--nope", "--units", "'open", "--label x"])
def test_bad_options_name_the_mend(line):
    with pytest.raises(OptionError) as raised:
        read(f"%%carbon {line}\n1")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        ("model.fit(x, 'secret')  # note", "model.fit(x, …)"),
        ("%%carbon\n\n# comment\ntrain()", "train()"),
        ("f\"{name}\" + r'raw'", "… + …"),
        ('text = """never', "text = …"),
        ("!curl -H 'Authorization: x'", "!curl …"),
        ("out = !/opt/secret/tool --key x", "out = !tool …"),
        ("%env TOKEN=abc", "%env …"),
        ("y = " + "x + " * 30, "y = " + ("x + " * 30)[:55] + "…"),
        ("   \n\n", None),
    ],
)
def test_labels_say_what_a_cell_does_and_no_string_of_it(cell, label):
    assert automatic_label(cell) == label


@given(st.text(max_size=300))
def test_labels_are_short_whatever_the_cell(cell):
    label = automatic_label(cell)
    assert label is None or 0 < len(label) <= 60
