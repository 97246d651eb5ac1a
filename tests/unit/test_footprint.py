import math

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from referencing import Registry, Resource
from rig.machine import FRANCE

from jupyter_green import schema
from jupyter_green.emissions import Intensity, emissions
from jupyter_green.energy import Energy, Estimate, total
from jupyter_green.footprint import Component, Footprint
from jupyter_green.record import Record, SessionTotal

JOULES = st.floats(0, 1e9)
ESTIMATES = st.builds(Estimate, JOULES, st.floats(0, 1e3), st.floats(0, 1))


def footprint(joules=100.0, *, intensity=FRANCE, pue=1.0, **more):
    cpu = Component(Estimate(joules * 0.25, 0.0, 0.5), None, "modelled", "model")
    gpu = Component(Estimate(joules * 0.75, 1.0, 0.05), 10.0, "counter", "NVML")
    return Footprint({"cpu": cpu, "gpu": gpu}, {"cpu": cpu.estimate}, 2.0, 1.8e9, intensity, pue, **more)


@given(ESTIMATES)
def test_the_range_holds_the_central_value(estimate):
    energy = estimate.energy
    assert 0 <= energy.low <= energy.joules <= energy.high


@given(st.lists(ESTIMATES, min_size=1, max_size=50))
def test_shared_errors_add_up_linearly_and_quantisation_in_quadrature(estimates):
    whole = sum(estimates[1:], estimates[0])
    assert whole.joules == pytest.approx(sum(e.joules for e in estimates))
    assert whole.quantisation == pytest.approx(math.sqrt(sum(e.quantisation**2 for e in estimates)))
    assert min(e.spread for e in estimates) - 1e-9 <= whole.spread <= max(e.spread for e in estimates) + 1e-9


def test_fifty_cells_of_one_counter_are_no_surer_than_one():
    one = Estimate(100.0, 0.0, math.log(1.05))
    fifty = sum([one] * 49, one).energy
    assert (fifty.low, fifty.high) == (pytest.approx(5000 / 1.05), pytest.approx(5000 * 1.05))


def test_the_totals_range_is_the_sum_of_its_components():
    whole = footprint()
    assert whole.energy.low == pytest.approx(sum(c.energy.low for c in whole.components.values()))
    assert whole.measured_share == pytest.approx(0.75)


def test_footprints_add_up_with_their_emissions():
    poland = Intensity(500.0, "PL", "Poland", 2024, "lifecycle", "Ember", "annual", 450.0, 550.0)
    there = footprint(200.0, intensity=poland)
    here = footprint(100.0)
    both = here + there
    assert both.energy.joules == pytest.approx(300.0)
    assert both.emissions.grams == pytest.approx(here.emissions.grams + there.emissions.grams)
    assert both.intensity.zone == "mixed"
    assert (here + here).intensity == FRANCE


def test_the_designs_example_of_grams():
    emitted = emissions(Energy(22320.0, 19800.0, 25200.0), FRANCE, 1.2)
    assert emitted.grams == pytest.approx(22320.0 * 49.0 * 1.2 / 3.6e6)
    assert round(emitted.grams, 3) == 0.365


def test_unknown_is_not_zero():
    assert not total([]).known
    part = Component(Estimate(math.nan), None, "counter", "NVML")
    partly = Footprint({"gpu": part, "cpu": footprint().components["cpu"]}, {}, 1.0, 0.0, FRANCE)
    assert partly.energy.joules == pytest.approx(25.0)
    nothing = Footprint({"gpu": part}, {}, 1.0, 0.0, FRANCE)
    assert math.isnan(nothing.energy.joules)
    assert math.isnan(nothing.measured_share)
    written = record(nothing).to_json()
    assert written["energy"] == {"joules": None, "low": None, "high": None, "measured_share": None}
    assert written["components"]["gpu"]["joules"] is None
    validate(written)


def record(figures):
    return Record("id", "boot", 3, figures, SessionTotal(figures, 2, 1.0))


def validate(written):
    jsonschema.Draft202012Validator(schema.load("footprint.v1")).validate(written)


@given(JOULES, st.sampled_from(["ok", "error", "interrupted"]), st.none() | st.floats(0.1, 1e6))
def test_records_follow_the_schema(joules, status, units):
    written = record(footprint(joules, status=status, units=units, unit="sample", label="train()")).to_json()
    validate(written)
    assert written["emissions"]["grams"] == pytest.approx(
        written["energy"]["joules"] * written["emissions"]["intensity"]["value"] * written["emissions"]["pue"] / 3.6e6
    )


def test_the_feeds_schema_refers_to_the_records():
    resources = {name: Resource.from_contents(schema.load(name)) for name in ("footprint.v1", "feed.v1")}
    registry = Registry().with_resources([(r.contents["$id"], r) for r in resources.values()])
    validator = jsonschema.Draft202012Validator(schema.load("feed.v1"), registry=registry)
    assert any("is a required property" in e.message for e in validator.iter_errors({}))
