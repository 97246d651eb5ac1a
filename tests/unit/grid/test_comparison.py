import math
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jupyter_green import grid
from jupyter_green.energy import Energy
from jupyter_green.grid import cloud, countries, subdivisions
from jupyter_green.grid.comparison import comparable

CODES = [
    c for c, z in {**countries.table(), **subdivisions.table()}.items() if not math.isnan(z.value) and c != "world"
]
JOULES = st.floats(1e-3, 1e12)
PUE = st.floats(1, 5)


def energy(joules):
    return Energy(joules, joules / 1.2, joules * 1.2)


@given(code=st.sampled_from(CODES), joules=JOULES, pue=PUE)
def test_nothing_of_another_boundary_or_data_set_stands_in_a_comparison(code, joules, pue):
    found = grid.compare(energy(joules), pue, grid.lookup(code))
    kinds = {
        (r.intensity.boundary, r.intensity.basis, r.intensity.method, r.intensity.zone[:3].count("-"))
        for r in found.rows
    }
    assert len(kinds) == 1
    assert {row.intensity.zone[:2] for row in found.rows} == {code[:2]} or "-" not in code
    assert [row.own for row in found.rows].count(True) == 1
    assert found.own.intensity == grid.lookup(code)


@given(region=st.sampled_from(sorted(cloud.table())), joules=JOULES, pue=PUE)
def test_a_cloud_region_stands_beside_its_providers(region, joules, pue):
    place = grid.locate(region)
    found = grid.compare(energy(joules), pue, place.intensity, place.cloud)
    assert place.cloud.region in found.own.regions
    assert len({(row.intensity.boundary, row.intensity.source.split(",")[0]) for row in found.rows}) == 1
    for row in found.rows:
        assert all(f"{place.cloud.provider}:{name}" in cloud.table() for name in row.regions)


@given(code=st.sampled_from(CODES), joules=JOULES, pue=PUE)
def test_grams_are_energy_times_factor_times_pue_and_rows_are_sorted(code, joules, pue):
    found = grid.compare(energy(joules), pue, grid.lookup(code))
    for row in found.rows:
        assert row.grams == pytest.approx(joules * row.intensity.value * pue / 3.6e6, rel=1e-12)
    values = [row.intensity.value for row in found.rows]
    assert values == sorted(values)


@given(a=st.sampled_from(CODES), b=st.sampled_from(CODES))
def test_a_difference_is_told_only_where_the_ranges_are_apart(a, b):
    here, there = grid.lookup(a), grid.lookup(b)
    assume(a != b and comparable(here, there))
    (row,) = (r for r in grid.compare(energy(1), 1, here, None, [b]).rows if not r.own)
    apart = there.high < here.low or there.low > here.high
    assert (row.change is not None) == apart
    if apart:
        assert row.change == pytest.approx(there.value / here.value - 1)


@pytest.mark.parametrize(
    ("here", "other", "line"),
    [
        ("FR", "US-CA", "California cannot stand beside France"),
        ("US-CA", "FR", "France cannot stand beside California"),
        ("US-CA", "CA-QC", "Quebec cannot stand beside California"),
        ("US-CA", "aws:eu-west-3", "France cannot stand beside California"),
        ("FR", "Frnce", "did you mean France (FR)?"),
        ("FR", "AD", "No usable figure for Andorra"),
    ],
)
def test_what_cannot_be_compared_gets_one_line(here, other, line):
    with pytest.raises(grid.UnknownRegion) as caught:
        grid.compare(energy(1), 1, grid.lookup(here), None, [other])
    assert line in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_us_cloud_region_beside_a_country_is_the_united_states():
    found = grid.compare(energy(1), 1, grid.lookup("FR"), None, ["aws:us-east-1", "world"])
    assert [row.intensity.zone for row in found.rows] == ["FR", "US", "world"]


@pytest.mark.parametrize(
    ("here", "line"),
    [
        (grid.world_mean(), "The place is not known"),
        (grid.configured(100), "set a region instead"),
        (grid.configured(100, "FR"), "set a region instead"),
        (replace(grid.lookup("FR"), zone="mixed", name="several grids"), "ran on several grids"),
        (replace(grid.lookup("FR"), zone="XX-1", name="elsewhere", status="live"), "no figure for elsewhere"),
    ],
)
def test_a_grid_that_is_of_no_data_set_gets_one_line(here, line):
    with pytest.raises(grid.UnknownRegion, match=line):
        grid.compare(energy(1), 1, here)


def test_a_live_figure_is_compared_by_its_grids_annual_mean():
    live = replace(grid.lookup("GB"), value=77.0, status="live", year=None)
    assert grid.compare(energy(1), 1, live).own.intensity == grid.lookup("GB")
