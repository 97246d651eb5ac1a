import csv
import math
import subprocess
import sys
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyter_green import grid

ROWS = list(csv.DictReader((files("jupyter_green.grid") / "data" / "countries.csv").read_text("utf-8").splitlines()))

# Read off Our World in Data's chart of Ember's 2024 figures, gCO2e/kWh.
TEN = {"FR": 44, "DE": 344, "PL": 615, "US": 384, "IN": 708, "CN": 560, "NO": 31, "GB": 211, "BR": 103, "ZA": 709}


@pytest.mark.parametrize(("code", "value"), TEN.items())
def test_ten_countries_have_their_published_figure(code, value):
    intensity = grid.lookup(code)
    assert intensity.value == pytest.approx(value, abs=0.6)
    assert (intensity.zone, intensity.year, intensity.boundary, intensity.status) == (code, 2024, "lifecycle", "annual")
    assert intensity.source == grid.ATTRIBUTION
    assert (intensity.low, intensity.high) == pytest.approx((intensity.value / 1.15, intensity.value * 1.15))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("fr", "FR"),
        ("FRA", "FR"),
        (" France\n", "FR"),
        ("UK", "GB"),
        ("the united kingdom", "GB"),
        ("United States of America", "US"),
        ("Czech Republic", "CZ"),
        ("turkiye", "TR"),
        ("Türkiye", "TR"),
        ("Côte d’Ivoire", "CI"),
        ("Korea (South)", "KR"),
        ("Trinidad & Tobago", "TT"),
        ("na", "NA"),
        ("Namibia", "NA"),
        ("XKX", "XK"),
        ("World", "world"),
    ],
)
def test_codes_and_names_are_understood_in_any_case(asked, code):
    assert grid.lookup(asked).zone == code


@pytest.mark.parametrize(
    ("asked", "suggestion"),
    [("Frnace", "France (FR)"), ("Germny", "Germany (DE)"), ("FR-IDF", "France (FR)"), ("wrld", "world")],
)
def test_a_near_miss_is_suggested(asked, suggestion):
    with pytest.raises(grid.UnknownRegion, match="did you mean") as caught:
        grid.lookup(asked)
    assert suggestion in str(caught.value)


@given(st.text())
def test_any_text_gives_a_figure_or_one_short_line(text):
    try:
        assert math.isfinite(grid.lookup(text).value)
    except grid.UnknownRegion as error:
        line = str(error)
        assert len(line.splitlines()) == 1
        assert len(line) < 250


@pytest.mark.parametrize("asked", ["", "\x00", "x" * 100_000, "<script>alert(1)</script>", "../../etc/passwd", None, 7])
def test_hostile_regions_give_one_printable_line(asked):
    with pytest.raises(grid.UnknownRegion) as caught:
        grid.lookup(asked)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize("code", ["CF", "EH", "AD"])
def test_a_country_without_a_usable_figure_says_so(code):
    with pytest.raises(grid.UnknownRegion, match="No usable figure"):
        grid.lookup(code)


def test_no_figure_stands_without_its_provenance_and_none_is_zero():
    for row in ROWS:
        if row["value"]:
            assert 0 < float(row["value"]) < 1400, row
            assert 2022 <= int(row["year"]) <= 2024, row
            assert (row["unit"], row["boundary"], row["basis"], row["method"], row["licence"]) == (
                "gCO2e/kWh",
                "lifecycle",
                "production",
                "average",
                "CC BY 4.0",
            )
            assert row["source"].startswith("Ember, Yearly Electricity Data (2025)")
        else:
            assert row["flags"] in {"no-figure", "zero-reported", "out-of-date"}, row
    assert sum(bool(row["value"]) for row in ROWS) == 213


def test_a_mean_above_what_coal_emits_reaches_down_to_coal():
    turkmenistan = grid.lookup("TM")
    assert turkmenistan.low == pytest.approx(820)


def test_the_worlds_mean_is_marked_and_nine_of_ten_countries_lie_within_its_range():
    world = grid.world_mean()
    assert (world.value, world.year, world.status) == (472.94, 2024, "world-mean")
    values = [float(row["value"]) for row in ROWS if row["value"] and row["id"] != "world"]
    inside = sum(world.low <= value <= world.high for value in values) / len(values)
    assert 0.90 <= inside < 0.92
    assert world.high < 1000


@pytest.mark.parametrize("value", [0, 49.5, 3000])
def test_a_configured_intensity_is_kept(value):
    intensity = grid.configured(value)
    assert (intensity.value, intensity.status, intensity.boundary, intensity.year) == (
        value,
        "configured",
        "unknown",
        None,
    )
    assert (grid.configured(value, "France").zone, grid.configured(value, "AD").zone) == ("FR", "AD")


BAD_NUMBERS = [math.nan, math.inf, -math.inf, -1, -1e-9, 3000.1, 1e308, 10**400, "coal", "x" * 9999, None, [], b"\n"]


@pytest.mark.parametrize("value", BAD_NUMBERS)
def test_a_bad_intensity_gives_one_line(value):
    with pytest.raises(ValueError, match=r"^intensity must be from 0 to 3000 gCO2e/kWh, not ") as caught:
        grid.configured(value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 120


@pytest.mark.parametrize("value", [1, 1.0, 1.58, 5])
def test_a_pue_is_kept(value):
    assert grid.check_pue(value) == value


@pytest.mark.parametrize("value", [*BAD_NUMBERS, 0, 0.99, 5.01])
def test_a_bad_pue_gives_one_line(value):
    with pytest.raises(ValueError, match=r"^pue must be from 1 to 5, not ") as caught:
        grid.check_pue(value)
    assert str(caught.value).isprintable()


def test_a_bad_region_beside_a_configured_intensity_is_refused():
    with pytest.raises(grid.UnknownRegion):
        grid.configured(30, "Frnace")


def test_importing_reads_no_table_and_nothing_of_jupyter():
    script = (
        "import sys, jupyter_green.grid as g; from jupyter_green.grid.countries import table;"
        "assert not table.cache_info().currsize; bad = {'csv', 'difflib', 'tzlocal', 'IPython', 'jupyter_core', "
        "'traitlets', 'urllib.request', 'socket', 'http'} & set(sys.modules); assert not bad, bad"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
