"""Work that the user states: what is taken for it, and what is refused in one line."""

import decimal
import fractions
import math
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.work.stated import NoAmountError, amount, in_a_line, unit_name


class Unkind:
    def __float__(self):
        raise RuntimeError("no")

    def __repr__(self):
        raise RuntimeError("no\nmore")


@pytest.mark.parametrize("given", [3, 2.5, True, fractions.Fraction(1, 2), decimal.Decimal("7")])
def test_any_number_above_nothing_is_an_amount(given):
    assert amount(given) == float(given)


@pytest.mark.parametrize(
    "given",
    [0, -3, -0.0, math.nan, math.inf, -math.inf, 10**400, 1j, "12", b"12", None, [1, 2], "a\nb" * 99, {}, Unkind()],
    ids=lambda given: type(given).__name__,
)
def test_nothing_else_is_and_one_short_line_says_so(given):
    with pytest.raises(NoAmountError) as caught:
        amount(given)
    said = str(caught.value)
    assert said.endswith(", which is no number above 0: no energy per unit")
    assert "\n" not in said
    assert len(said) < 120


@given(st.text())
def test_a_units_name_is_short_and_of_one_line(text):
    name = unit_name(text)
    assert 0 < len(name) <= 40
    assert len(name.splitlines()) <= 1
    assert unit_name(name) == name


def test_an_error_is_told_in_a_line_whatever_it_is():
    assert in_a_line(ValueError("one\ntwo")) == "one two"
    assert in_a_line(KeyboardInterrupt()) == "KeyboardInterrupt"


SCRIPT = """
import jupyter_green as green
for units in (0, -1, float("nan"), float("inf"), "x", [3]):
    with green.measure("block", units=units, unit="page") as block:
        pass
    print(block.footprint.units, block.footprint.unit, block.footprint.energy_per_unit)
with green.measure("late", unit="page" * 99) as block:
    block.units = 5
print(block.footprint.units, len(block.footprint.unit), block.footprint.energy_per_unit is not None)
with green.measure("mended", units=-1, unit="page") as block:
    block.units = 5
print(block.footprint.units, block.footprint.unit)
"""


def test_a_block_goes_on_without_a_unit():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["None None None"] * 6 + ["5 40 True", "5 page"]
    lines = done.stderr.splitlines()
    assert len(lines) == 6
    assert lines[1] == "green.measure: units is -1, which is no number above 0: no energy per unit"
