"""The two rules that are about emissions, not energy."""

import math

import pytest
from rig.evidence import cell, notebook, said

from jupyter_green.advice.evidence import Grid, Machine
from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules import cleaner_region, start_time
from jupyter_green.grid import configured, locate
from jupyter_green.grid.live.periods import Period

HOUR = 3600.0


def placed(region, **grid):
    place = locate(region)
    return Machine(grid=Grid(place.intensity, 1.2, place.cloud, **grid))


def of(rule, machine, joules=2e6, gates=None, duration=HOUR):
    cells = [cell("a", number=n, joules=joules, duration=duration, machine=machine) for n in (1, 2)]
    return said(rule, notebook(*cells), gates)


def test_a_cleaner_region_of_the_same_cloud_is_named():
    found = of(cleaner_region.RULE, placed("gcp:asia-south1"))
    assert "India" in found.evidence
    assert "less CO₂e" in found.evidence
    assert "energy is the same" in found.evidence
    assert len(found.evidence) <= 300


@pytest.mark.parametrize("region", ["aws:eu-north-1", "IN", None])
def test_where_it_is_clean_or_no_cloud_there_is_nothing_to_say(region):
    assert of(cleaner_region.RULE, placed(region)) is None


def test_little_energy_is_not_worth_a_move():
    machine = placed("gcp:asia-south1")
    assert of(cleaner_region.RULE, machine, joules=1000.0) is None
    assert of(cleaner_region.RULE, machine, joules=1000.0, gates=Gates(0)) is not None
    assert of(cleaner_region.RULE, machine, joules=math.nan, gates=Gates(0)) is None


def test_a_configured_factor_cannot_be_compared():
    place = locate("gcp:asia-south1")
    machine = Machine(grid=Grid(configured(500.0, "gcp:asia-south1"), 1.2, place.cloud))
    assert of(cleaner_region.RULE, machine) is None
    assert of(cleaner_region.RULE, Machine()) is None


def forecast(*values):
    return tuple(Period(n * HOUR, (n + 1) * HOUR, value, "forecast") for n, value in enumerate(values))


def test_a_better_start_is_told_with_what_it_saves():
    found = of(start_time.RULE, placed("GB", forecast=forecast(300, 300, 100, 200), now=0.0))
    assert "67 % less CO₂e" in found.evidence
    assert "energy is the same" in found.evidence
    assert len(found.evidence) <= 300


@pytest.mark.parametrize(
    ("values", "duration"),
    [((300, 290, 280), HOUR), ((100, 300, 300), HOUR), ((), HOUR), ((300, 100), 5 * HOUR)],
)
def test_a_start_that_is_no_better_than_the_forecast_is_sure_is_not_told(values, duration):
    machine = placed("GB", forecast=forecast(*values), now=0.0)
    assert of(start_time.RULE, machine, duration=duration) is None


def test_a_short_cell_need_not_wait():
    machine = placed("GB", forecast=forecast(300, 100), now=0.0)
    assert of(start_time.RULE, machine, joules=1000.0, duration=60.0) is None
    assert of(start_time.RULE, Machine(), gates=Gates(0)) is None


@pytest.mark.parametrize("rule", [cleaner_region.RULE, start_time.RULE])
def test_no_saving_of_energy_is_claimed(rule):
    assert rule.of_session
    assert rule.saving is None
    assert rule.effect == "same result"
