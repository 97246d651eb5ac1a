"""Comparisons: none unless asked for, none for what is small or unknown, and always whose and of when."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green.energy import UNKNOWN_ENERGY, Energy
from jupyter_green.report.equivalents import CAR, equivalent

WH = Energy(3600.0, 3000.0, 4000.0)


@pytest.mark.parametrize(
    ("grams", "distance"),
    [
        (106.8, "1.0 km"),
        (1068.0, "10 km"),
        (131_000.0, "1,200 km"),
        (0.73, "6.8 m"),
        (45.0, "420 m"),
        (0.05, "0.47 m"),
        (106.75, "1.0 km"),
        (0.001, "less than 10 cm"),
    ],
)
def test_a_named_and_dated_car(grams, distance):
    assert equivalent(WH, grams) == (
        f"as much as {distance} in a new car of 2024, the mean of the EU, Iceland and Norway (WLTP test cycle, exhaust "
        "only): 106.8 g CO₂/km (European Environment Agency, provisional data of 2025)"
    )


@pytest.mark.parametrize(
    ("energy", "grams"),
    [
        (Energy(3599.9, 3000.0, 4000.0), 100.0),
        (UNKNOWN_ENERGY, 100.0),
        (WH, math.nan),
        (WH, 0.0),  # a grid of 0 g/kWh
    ],
)
def test_none_below_a_watt_hour_and_none_of_what_is_unknown(energy, grams):
    assert equivalent(energy, grams) is None


@given(st.floats(1e-6, 1e9))
def test_the_distance_is_the_figure_to_two_digits(grams):
    text = equivalent(WH, grams)
    assert text is not None
    words = text.removeprefix("as much as ").split(" in a new car")[0]
    metres = 1000 * grams / CAR.grams_per_km
    if words == "less than 10 cm":
        assert metres < 0.1
    else:
        figure, unit = words.replace(",", "").split()
        assert float(figure) * {"m": 1, "km": 1000}[unit] == pytest.approx(metres, rel=0.051)
