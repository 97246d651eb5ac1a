import csv
import math
import string
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green import grid
from jupyter_green.grid import cloud, countries, subdivisions

ROWS = list(csv.DictReader((files("jupyter_green.grid") / "data" / "subdivisions.csv").read_text("utf-8").splitlines()))
WITH_FIGURE = [row["id"] for row in ROWS if row["value"]]
ALL = [code for code, zone in {**countries.table(), **subdivisions.table()}.items() if not math.isnan(zone.value)]


# eGRID2023's total output rates, lb/MWh, and the inventory's generation intensities of 2022, g/kWh.
@pytest.mark.parametrize(
    ("code", "name", "value", "year"),
    [
        ("US-CA", "California", 394.769 * 0.45359237, 2023),
        ("US-WV", "West Virginia", 893, 2023),
        ("US-DC", "District of Columbia", 395.011 * 0.45359237, 2023),
        ("CA-QC", "Quebec", 1.2, 2022),
        ("CA-AB", "Alberta", 470, 2022),
        ("CA-ON", "Ontario", 35, 2022),
    ],
)
def test_a_state_or_province_has_its_published_figure_and_says_what_it_counts(code, name, value, year):
    found = grid.lookup(code)
    assert found.value == pytest.approx(value, abs=0.6)
    assert (found.zone, found.name, found.year, found.status) == (code, name, year, "annual")
    assert (found.boundary, found.basis, found.method) == ("direct", "production", "average")
    assert found.low < found.value < found.high


def test_all_states_and_provinces_are_there_with_their_provenance():
    assert sum(row["id"].startswith("US-") for row in ROWS) == 51
    assert sum(row["id"].startswith("CA-") for row in ROWS) == 13
    for row in ROWS:
        if row["value"]:
            assert 1 <= float(row["value"]) < 900, row
            assert (row["unit"], row["boundary"], row["basis"], row["method"]) == (
                "gCO2e/kWh",
                "direct",
                "production",
                "average",
            )
            assert (row["year"], row["licence"], row["flags"]) in {
                ("2023", "public domain", ""),
                ("2022", "OGL Canada", "preliminary"),
            }
            assert row["source"]
        else:
            assert row["flags"] == "mostly-imported"


@given(code=st.sampled_from(ALL), upper=st.booleans(), edge=st.sampled_from(["", " ", "\n"]))
def test_every_code_and_name_resolves_to_itself(code, upper, edge):
    zone = countries.table().get(code) or subdivisions.table()[code]
    change = str.upper if upper else str.lower
    assert grid.lookup(edge + change(code) + edge).zone == code
    if zone.name != "Georgia":  # the country's
        assert grid.lookup(change(zone.name)).zone == code


@given(region=st.sampled_from(sorted(cloud.table())), upper=st.booleans())
def test_every_cloud_region_resolves_to_a_grid_with_a_figure(region, upper):
    mapped = cloud.table()[region]
    found = grid.lookup(region.upper() if upper else region)
    assert (found.zone, found.value > 0) == (mapped.zone, True)
    assert grid.lookup(mapped.country).boundary == "lifecycle"  # what it is compared by, beside countries
    place = grid.locate(region)
    assert (place.cloud, place.found) == (mapped, f"configured, {region} ({mapped.place})")


@given(region=st.sampled_from(sorted(cloud.table())), more=st.sampled_from(string.ascii_lowercase[3:]))
def test_a_slip_in_a_cloud_region_is_suggested_away(region, more):
    if region + more in cloud.table():
        return
    with pytest.raises(grid.UnknownRegion, match="did you mean") as caught:
        grid.lookup(region + more)
    assert region in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "suggestion"),
    [
        ("aws:eu-west-33", "aws:eu-west-3 (Paris)"),
        ("eu-west-3", "did you mean aws:eu-west-3 (Paris)?"),
        ("azure:france", "azure:francecentral (Paris)"),
        ("gcp:europe-west9-a", "gcp:europe-west9 (Paris)"),
        ("google:europe-wset9", "gcp:europe-west9 (Paris)"),
        ("Californa", "California (US-CA)"),
        ("US-XA", "United States (US)"),
        ("aws:nowhere", "use a country such as FR"),
        ("oracle:eu-paris-1", "Unknown region"),
    ],
)
def test_near_misses(asked, suggestion):
    with pytest.raises(grid.UnknownRegion) as caught:
        grid.lookup(asked)
    assert suggestion in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("Québec", "CA-QC"),
        ("us ca", "US-CA"),
        ("Washington", "US-WA"),
        ("Washington DC", "US-DC"),
        ("Georgia", "GE"),
        ("US-GA", "US-GA"),
        ("CA", "CA"),
        ("azure:France Central", "FR"),
        ("Amazon:EU-West-3", "FR"),
        ("gce:us-west2", "US-CA"),
    ],
)
def test_ways_of_writing(asked, code):
    assert grid.lookup(asked).zone == code


def test_a_province_that_imports_what_it_uses_points_next_door():
    with pytest.raises(grid.UnknownRegion, match="CA-NB"):
        grid.lookup("CA-PE")


def test_a_configured_intensity_keeps_state_and_cloud_region():
    assert grid.configured(100, "US-CA").zone == "US-CA"
    place = grid.locate("aws:eu-west-3", intensity=12.0)
    assert (place.intensity.value, place.intensity.zone, place.cloud.id) == (12.0, "FR", "aws:eu-west-3")
