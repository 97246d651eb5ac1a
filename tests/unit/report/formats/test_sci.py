"""SCI: the formula of the specification, and refused without what the specification demands."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.bundles import DIRECT, EMBODIED, MARGINAL, bundle, run, used
from rig.records import record, run_once

from jupyter_green.embodied import allocated
from jupyter_green.report.formats.sci import render
from jupyter_green.report.problem import Problem

HOUR = 3600.0
FOUR_YEARS = 4 * 365 * 24 * HOUR
WORK = {"units": 1000.0, "unit": "sample"}


def stated(nb, **given_):
    return json.loads(render(bundle(nb, **given_)))


def refusal(nb, **given_):
    with pytest.raises(Problem) as refused:
        render(bundle(nb, **given_))
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_the_specifications_worked_example():
    """SCI 1.1.0, Embodied emissions: 1000 kg over four years, reserved for an hour: around 28 g."""
    embodied = allocated(1000e3, HOUR, FOUR_YEARS)
    assert math.floor(embodied) == 28
    # An hour at 1 kW on a grid of 49 g/kWh, for one training run.
    made = stated(run(used(3.6e6, pue=1.0, duration=HOUR)), unit="training run", units=1.0, embodied_grams=embodied)
    assert made["energy_kwh"] == pytest.approx(1.0)
    assert made["intensity_gco2eq_per_kwh"] == pytest.approx(49.0)
    assert made["sci"] == pytest.approx(49.0 + 28.5388, abs=1e-4)
    assert made["unit"] == "gCO2eq per training run"
    assert made["specification"] == "SCI 1.1.0 (ISO/IEC 21031:2024)"


def test_it_discloses_rate_boundary_and_method():
    made = stated(run_once(), unit="sample", units=1000.0, embodied_grams=28.5)
    assert made["sci"] == pytest.approx((bundle(run_once()).footnote.grams + 28.5) / 1000)
    assert made["energy_kwh"] == pytest.approx(0.0124 * 1.2)  # with the overhead of the building
    assert "GPU, CPU, memory" in made["software_boundary"]
    assert "storage and network are not seen" in made["software_boundary"]
    assert "PUE 1.2" in made["method"]["intensity"]
    assert made["method"]["embodied"] == "as stated by the author"
    assert made["functional_unit"] == {"unit": "sample", "amount": 1000.0}


def test_offsets_lower_nothing_and_are_not_named():
    plain = render(bundle(run_once(), unit="run", units=1.0, embodied_grams=1.0))
    assert render(bundle(run_once(), unit="run", units=1.0, embodied_grams=1.0, offset="all of it")) == plain


def test_the_records_own_work_and_embodied_carbon_serve():
    nb = run(
        record(1, 3600.0, embodied=EMBODIED, units=300.0, unit="sample"),
        record(2, 3600.0, session=7200.0, embodied=EMBODIED),
        record(3, 3600.0, session=10800.0, embodied=EMBODIED, units=700.0, unit="sample"),
    )
    made = stated(nb)
    assert made["functional_unit"] == {"unit": "sample", "amount": 1000.0}
    assert made["embodied_gco2eq"] == pytest.approx(6.0)
    assert made["method"]["embodied"].startswith("3 to 9 g for the time of the recorded cells: NVIDIA H100: vendor")
    assert made["sci"] == pytest.approx((bundle(nb).footnote.grams + 6.0) / 1000)


def test_a_lower_bound_says_so():
    nb = run(used(3600.0), record(5, 3600.0, session=7200.0))
    assert "All of it is a lower bound: " in stated(nb, unit="run", units=1.0, embodied_grams=1.0)["software_boundary"]


def test_no_embodied_carbon_no_sci():
    assert refusal(run(used(3600.0, **WORK))).startswith("SCI needs embodied carbon: give its grams (--embodied)")


def test_no_functional_unit_no_sci():
    assert refusal(run_once(), embodied_grams=1.0).startswith("SCI needs a functional unit: give --unit and --units")
    assert "give --units" in refusal(run_once(), embodied_grams=1.0, unit="sample")


def test_two_units_ask_for_a_choice():
    nb = run(used(3600.0, **WORK), record(2, 3600.0, session=7200.0, units=9.0, unit="token"))
    assert refusal(nb, embodied_grams=1.0) == "the records count sample and token: choose one with --unit"
    assert stated(nb, embodied_grams=1.0, unit="token")["functional_unit"]["amount"] == 9.0


def test_embodied_carbon_of_part_of_the_records_is_not_taken_for_all():
    nb = run(used(3600.0, embodied=EMBODIED, **WORK), record(2, 3600.0, session=7200.0))
    assert refusal(nb) == "1 record without embodied carbon: give its grams (--embodied)"


def test_embodied_carbon_that_is_unknown_is_not_zero():
    unknown = type(EMBODIED)(math.nan, math.nan, math.nan, "a GPU: no figure")
    assert "is unknown (a GPU: no figure)" in refusal(run(used(3600.0, embodied=unknown, **WORK)))


@pytest.mark.parametrize("other", [MARGINAL, DIRECT])
def test_factors_of_two_kinds_are_refused(other):
    nb = run(used(3600.0), record(2, 3600.0, session=7200.0, intensity=other))
    assert "factors are mixed" in refusal(nb, unit="run", units=1.0, embodied_grams=1.0)


def test_a_marginal_factor_alone_is_allowed_and_named():
    made = stated(run(used(3600.0, intensity=MARGINAL)), unit="run", units=1.0, embodied_grams=1.0)
    assert "marginal" in made["method"]["intensity"]


def test_unknown_energy_is_refused():
    assert "energy is unknown" in refusal(run(used(math.nan)), unit="run", units=1.0, embodied_grams=1.0)


@given(st.floats(1e-3, 1e12), st.floats(0.1, 3000), st.floats(1, 3), st.floats(0, 1e9), st.floats(1e-3, 1e9))
def test_the_rate_is_e_times_i_plus_m_per_r(joules, grid, pue, embodied, units):
    made = stated(run(used(joules, grid, pue)), unit="run", units=units, embodied_grams=embodied)
    assert made["operational_gco2eq"] == pytest.approx(joules * grid * pue / 3.6e6, rel=1e-12)
    assert made["energy_kwh"] * made["intensity_gco2eq_per_kwh"] == pytest.approx(made["operational_gco2eq"], rel=1e-12)
    assert made["sci"] == pytest.approx((joules / 3.6e6 * pue * grid + embodied) / units, rel=1e-12)
