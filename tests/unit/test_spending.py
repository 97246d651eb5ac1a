"""Budgets as users write them, and how a cell spends one."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jupyter_green.budget import Budget, joined, parse
from jupyter_green.config import Green
from jupyter_green.kernel.annotation import read
from jupyter_green.spending import Spending

JOULES = {"J": 1.0, "kJ": 1e3, "MJ": 1e6, "mJ": 1e-3, "mWh": 3.6, "Wh": 3600.0, "kWh": 3.6e6, "MWh": 3.6e9}
GRAMS = {"mg": 1e-3, "g": 1.0, "kg": 1e3}
OF_CO2 = ["", "CO2e", "CO2", "CO2eq", " CO2e", " CO₂e", "CO₂", " CO2 e", "co2e", "CO2-eq"]
AMOUNTS = st.decimals("0.001", "99999", places=3, allow_nan=False)
SPACES = st.sampled_from(["", " ", "  ", "\u202f", "\t"])


@given(AMOUNTS, SPACES, st.sampled_from(sorted(JOULES)))
def test_energy(amount, space, unit):
    told = parse(f" {amount}{space}{unit} ")
    assert told == Budget(pytest.approx(float(amount) * JOULES[unit]), "J", in_joules=unit.endswith("J"))


@given(AMOUNTS, SPACES, st.sampled_from(sorted(GRAMS)), st.sampled_from(OF_CO2))
def test_emissions(amount, space, unit, of):
    assert parse(f"{amount}{space}{unit}{of}") == Budget(pytest.approx(float(amount) * GRAMS[unit]), "gCO2e")


@pytest.mark.parametrize(
    ("text", "joules"),
    [
        ("0,5Wh", 1800.0),
        ("0,500 J", 0.5),
        ("12,25kJ", 12_250.0),
        ("1,234.5 J", 1234.5),
        ("1,234,567J", 1_234_567.0),
        (".5kWh", 1.8e6),
        ("1e3 J", 1000.0),
        ("3KWH", 1.08e7),
        ("7wh", 25_200.0),
    ],
)
def test_commas_points_and_cases(text, joules):
    assert parse(text).amount == pytest.approx(joules)


@pytest.mark.parametrize(
    "text",
    [
        *("", "5", "Wh", "5 W", "5mwh", "5mj", "2Mg", "5Wh/h", "2gWh", "3CO2", "5 Wh CO2e"),
        *("-3Wh", "0J", "1e400J", "nan J", "inf Wh", "1,000 J", "1.2.3J", "1,2,3J", "٣٣W"),
    ],
)
def test_what_is_no_budget_is_refused_in_one_line_that_names_the_mend(text):
    with pytest.raises(ValueError, match=r"write it (like|without)") as refused:
        parse(text)
    assert "\n" not in str(refused.value)


@given(st.text(max_size=12))
def test_no_text_is_taken_for_more_than_it_says(text):
    try:
        told = parse(text)
    except ValueError:
        return
    assert 0 < told.amount < math.inf


@pytest.mark.parametrize(
    ("line", "budget", "label"),
    [
        ("--budget 5Wh", "5Wh", None),
        ("--budget=10kJ train", "10kJ", "train"),
        ("train it --budget 5 Wh", "5 Wh", "train it"),
        ("--budget 2 g CO2e lab", "2 g CO2e", "lab"),
        ("--budget=0,5 Wh lab", "0,5 Wh", "lab"),
        ("--budget '2 gCO2e' g", "2 gCO2e", "g"),
        ("--budget 5 lab", "5", "lab"),
    ],
)
def test_a_budget_may_be_written_with_spaces(line, budget, label):
    asked = read(f"%%carbon {line}\nx = 1")
    assert (asked.budget, asked.label) == (budget, label)


def test_words_that_are_no_budgets_stay_apart():
    words = ["--unit", "5", "g", "--units", "3", "kg"]
    assert joined(words) == words


@pytest.mark.parametrize("name", ["budget", "daily_budget"])
def test_the_configuration_takes_what_can_be_kept(name):
    config = Green()
    setattr(config, name, "50 Wh")
    with pytest.raises(Exception, match="write it like"):
        setattr(config, name, "50 W")
    assert getattr(config, name) == "50 Wh"


def spent_by(power, at):
    """J of a power that changes every quarter of a second, by a time in s."""
    whole, part = divmod(at, 0.25)
    return 0.25 * sum(power[: int(whole)]) + part * (power[int(whole)] if whole < len(power) else 0.0)


@given(st.lists(st.floats(0.0, 900.0), min_size=4, max_size=60), st.floats(0.001, 1.0))
def test_a_spent_budget_is_noticed_within_half_a_second_whatever_the_power_does(power, share):
    whole, end = spent_by(power, len(power) / 4), len(power) / 4
    assume(whole > 1)
    spending = Spending(Budget(share * whole, "J"), began=0.0)
    now = before = 0.05
    while not spending.is_due and now <= end + 1:
        spending.look(now, spent_by(power, now))
        before, now = now, now + spending.pause()
    assert spending.is_due
    assert spent_by(power, max(0.0, before - 0.5 - 1e-6)) < share * whole
    late = spending.use(before, spent_by(power, before)).late
    assert 0 <= late <= 0.5 + 1e-6


@pytest.mark.parametrize("watts", [0.05, 5.0, 90.0, 700.0])
def test_with_a_steady_power_the_first_look_too_late_is_hardly_late(watts):
    spending = Spending(Budget(20 * watts, "J"))
    now, looks = 0.05, 0
    while True:
        spending.look(now, watts * now)
        looks += 1
        if spending.is_due:
            break
        now += spending.pause()
    assert now == pytest.approx(20.0, abs=0.02)
    assert looks < 60  # two a second, and a few in the end


def test_a_cell_that_goes_on_is_interrupted_at_twice_the_budget_and_so_on():
    spending = Spending(Budget(100.0, "J"))
    stopped = []
    for joules in range(0, 1000, 10):
        spending.look(joules / 100, float(joules))
        if spending.is_due:
            spending.interrupted()
            stopped.append(joules)
    assert stopped == [100, 200, 400, 800]
    use = spending.use(10.0, 990.0)
    assert (use.interruptions, use.is_spent, use.late) == (4, True, pytest.approx(9.0))


def test_one_interruption_answers_for_all_that_was_overspent_meanwhile():
    spending = Spending(Budget(100.0, "J"))
    spending.look(1.0, 950.0)
    spending.interrupted()
    assert not spending.is_due
    spending.look(2.0, 1600.0)
    assert spending.is_due


def test_what_is_unknown_is_never_spent():
    spending = Spending(Budget(1.0, "J"))
    for second in range(5):
        spending.look(second, math.nan)
        assert not spending.is_due
        assert spending.pause() > 0
    use = spending.use(5.0, math.nan)
    assert (use.is_spent, use.late) == (False, None)
