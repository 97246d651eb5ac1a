import math

import pytest

from jupyter_green.energy import Energy
from jupyter_green.report import quantities

WH = 3600.0


@pytest.mark.parametrize(
    ("wh", "text"),
    [
        (12.4, "12 Wh"),
        (6.2, "6.2 Wh"),
        (0.12, "0.12 Wh"),
        (0.0833, "83 mWh"),
        (0.001, "1.0 mWh"),
        (0.0009, "< 1 mWh"),
        (0.0, "< 1 mWh"),
        (999.9, "1.0 kWh"),
        (0.0999, "0.10 Wh"),
        (1234.0, "1.2 kWh"),
        (1234567.0, "1200 kWh"),
        (math.nan, "unknown"),
        (math.inf, "unknown"),
    ],
)
def test_energy_in_the_unit_people_read(wh, text):
    assert quantities.energy(wh * WH) == text


def test_nothing_known_is_never_a_number():
    unknown = (
        quantities.energy(None),
        quantities.energy_range(Energy(math.nan, math.nan, math.nan)),
        quantities.mass(None),
        quantities.mass_range(math.nan, math.nan, math.nan),
        quantities.power(math.nan),
        quantities.duration(None),
        quantities.share(math.nan),
        quantities.energy_per_unit(None, "sample"),
        quantities.factor(math.nan),
    )
    assert set(unknown) == {"unknown"}


@pytest.mark.parametrize(
    ("low", "value", "high", "text"),
    [
        (10.9, 12.4, 14.1, "12.4 Wh (10.9 – 14.1)"),
        (5.5, 6.2, 7.0, "6.20 Wh (5.5 – 7.0)"),
        (0.0, 6.2, 7.0, "6.20 Wh (0 – 7.0)"),
        (800.0, 999.96, 1200.0, "1.00 kWh (0.80 – 1.2)"),
        (math.nan, 6.2, math.nan, "6.20 Wh"),
        (0.0001, 0.0005, 0.0008, "< 1 mWh"),
        (0.0001, 0.0005, 0.0052, "< 1 mWh (up to 5.2 mWh)"),
    ],
)
def test_energy_with_its_range(low, value, high, text):
    assert quantities.energy_range(Energy(value * WH, low * WH, high * WH)) == text


@pytest.mark.parametrize(
    ("grams", "text"),
    [
        (0.364, "0.36 g CO₂e"),
        (0.083, "83 mg CO₂e"),
        (0.0004, "0.40 mg CO₂e"),
        (4.4e-5, "44 µg CO₂e"),
        (4e-7, "< 1 µg CO₂e"),
        (1500.0, "1.5 kg CO₂e"),
    ],
)
def test_mass(grams, text):
    assert quantities.mass(grams) == text


def test_mass_with_its_range():
    assert quantities.mass_range(0.73, 0.55, 0.94) == "0.730 g CO₂e (0.55 – 0.94)"


@pytest.mark.parametrize(("watts", "text"), [(213.7, "214 W"), (2.14, "2.1 W"), (0.02, "20 mW"), (12_000.0, "12 kW")])
def test_power(watts, text):
    assert quantities.power(watts) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0001, "< 1 ms"),
        (0.12, "120 ms"),
        (0.9999, "1.0 s"),
        (5.23, "5.2 s"),
        (58.0, "58 s"),
        (59.7, "1 min"),
        (104.2, "1 min 44 s"),
        (599.8, "10 min"),
        (1860.0, "31 min"),
        (3599.0, "1 h"),
        (7500.0, "2 h 5 min"),
        (100_000.0, "1 d 4 h"),
    ],
)
def test_duration(seconds, text):
    assert quantities.duration(seconds) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [(0.78, "78 %"), (1.0, "100 %"), (0.997, "> 99 %"), (0.0, "0 %"), (0.003, "< 1 %")],
)
def test_a_part_is_not_called_the_whole_nor_nothing(fraction, text):
    assert quantities.share(fraction) == text


def test_energy_per_unit_of_work():
    assert quantities.energy_per_unit(22320 / 53000, "sample") == "0.42 J/sample"
    assert quantities.energy_per_unit(3.1e-7, "token") == "0.31 µJ/token"


def test_spread_as_percent_or_as_a_factor():
    assert quantities.factor(math.log(1.05)) == "±5 %"
    assert quantities.factor(math.log(2)) == "×/÷ 2.0"
