import pytest
from rig.records import footprint

from jupyter_green import grid
from jupyter_green.energy import UNKNOWN_ENERGY, Energy
from jupyter_green.report.problem import Problem
from jupyter_green.report.regions import regions

ENERGY = Energy(44640.0, 39200.0, 50800.0)


def words(text):
    return " ".join(text.split())


def test_the_same_energy_on_other_grids():
    text = regions(ENERGY, 1.0, grid.lookup("FR"), None, ["NO", "SE", "PL", "GB"])
    assert [" ".join(line.split()) for line in text.splitlines()[4:10]] == [
        "grid mean of g CO₂e/kWh this energy mean against here",
        "Norway 2024 31 0.38 g CO₂e 30 % lower",
        "Sweden 2024 36 0.44 g CO₂e",
        "▸ France 2024 44 0.55 g CO₂e here",
        "United Kingdom 2024 211 2.6 g CO₂e 4.8 times as high",
        "Poland 2024 615 7.6 g CO₂e more than 10 times as high",
    ]
    said = words(text)
    assert "This session's energy, 12.4 Wh, on other grids; annual means of life-cycle emissions of what is" in said
    assert "Ember, Yearly Electricity Data" in said
    assert "Norway's 2024 mean is 30 % lower; same energy assumed." in said
    assert "They say nothing about the time of day" in said
    assert "avoided" not in said
    assert max(map(len, text.splitlines())) <= 100


def test_a_state_says_that_its_figure_is_direct():
    place = grid.locate("gcp:us-central1")
    said = words(regions(ENERGY, 1.1, place.intensity, place.cloud))
    assert "direct emissions (no fuel supply, no construction) of what is generated in the zone" in said
    assert "everywhere with PUE 1.1" in said
    assert "EPA eGRID2023, public domain" in said
    assert "▸ Iowa (us-central1) 2023 288" in said
    assert "None of these grids is cleaner than Iowa's by more than the figures' ranges." in said


def test_the_cleanest_grid_is_told_so_and_dirtier_ones_are_left_out():
    place = grid.locate("azure:norwayeast")
    text = regions(ENERGY, 1.0, place.intensity, place.cloud)
    assert "None of these grids is cleaner than Norway's." in words(text)
    assert "more grids, none of them among the cleanest." in text
    assert len(text.splitlines()) < 30


def test_another_year_is_named():
    afghan = grid.lookup("AF")
    said = words(regions(ENERGY, 1.0, afghan, None, ["NO"]))
    assert f"Norway's 2024 mean is 75 % lower than Afghanistan's of {afghan.year}; same energy assumed." in said


def test_a_further_paragraph_stands_below():
    text = regions(ENERGY, 1.0, grid.lookup("FR"), below="Best start: tomorrow.")
    assert text.splitlines()[-2:] == ["", "Best start: tomorrow."]


@pytest.mark.parametrize("unknown", [UNKNOWN_ENERGY, Energy(0.0, 0.0, 0.0)])
def test_without_energy_there_is_one_line(unknown):
    with pytest.raises(Problem, match="run a cell first"):
        regions(unknown, 1.0, grid.lookup("FR"))


def test_the_own_row_says_what_the_session_says():
    from jupyter_green.report import quantities

    session = footprint(44640.0, intensity=grid.lookup("DE"))
    text = regions(session.energy, session.pue, session.intensity)
    (own,) = (line for line in text.splitlines() if line.startswith("▸"))
    assert quantities.mass(session.emissions.grams) in own
