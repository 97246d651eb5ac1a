import csv
import json

import openpyxl
import pytest

from jupyter_green.grid import rebuild, rebuild_pue, rebuild_subdivisions

CARBONTRACKER = """\
alpha-2,Year,Entity,Code,Carbon intensity of electricity (gCO2eq/kWh)
FR,2024,France,FRA,44.18
AE,2023,United Arab Emirates,ARE,492.69
CF,2022,Central African Republic,CAF,0.0
EH,2009,Western Sahara,ESH,666.6666
TM,2023,Turkmenistan,TKM,1306.3036
"""
CO2JS = 'const data = { "ARE": 467.51, "SAU": 691.95, "XKX": 958.72, "NAM": 47.62, "WORLD": 472.94, "FRA": 1 };'


@pytest.fixture
def built(tmp_path):
    table = tmp_path / "carbon-intensities.csv"
    table.write_text(CARBONTRACKER, encoding="utf-8")
    script = tmp_path / "package" / "dist" / "cjs" / "data" / "average-intensities.min.js"
    script.parent.mkdir(parents=True)
    script.write_text(CO2JS, encoding="utf-8")
    return {row["id"]: row for row in rebuild.rows(table, tmp_path / "package")}


def test_the_sources_traps_are_met(built):
    assert (built["FR"]["value"], built["FR"]["year"]) == ("44.18", "2024")
    assert (built["AE"]["value"], built["AE"]["year"]) == ("467.51", "2024")
    assert (built["CF"]["value"], built["CF"]["flags"]) == ("", "zero-reported")
    assert (built["EH"]["value"], built["EH"]["flags"]) == ("", "out-of-date")
    assert (built["TM"]["value"], built["TM"]["flags"]) == ("1306.3", "above-coal")
    assert (built["NA"]["name"], built["NA"]["value"]) == ("Namibia", "47.62")
    assert (built["DE"]["value"], built["DE"]["flags"]) == ("", "no-figure")
    assert list(built)[-1] == "world"


def test_wrong_arguments_give_the_usage(capsys):
    assert rebuild.main([]) == 2
    assert capsys.readouterr().err.startswith("usage: ")


@pytest.mark.parametrize("table", ["countries.csv", "subdivisions.csv"])
def test_the_committed_table_has_the_columns_that_are_built(table):
    path = rebuild.Path(rebuild.__file__).parent / "data" / table
    with path.open(encoding="utf-8", newline="") as file:
        assert csv.DictReader(file).fieldnames == rebuild.COLUMNS


STATES = {
    "_unit": {"emissions": "lbs/MWh"},
    "_source": {"field": "STC2ERTA", "year": 2023},
    "california": {"emissions": 394.769, "regionCode": "CA"},
    "district of columbia": {"emissions": 395.011, "regionCode": "DC"},
    "usa": {"emissions": 770.884, "regionCode": "usa"},
}


def test_states_come_in_grams_and_without_the_countrys_sum(tmp_path):
    file = tmp_path / "usa_emissions.json"
    file.write_text(json.dumps(STATES), encoding="utf-8")
    california, columbia = rebuild_subdivisions.states(file)
    assert (california["id"], california["value"], california["boundary"]) == ("US-CA", "179.1", "direct")
    assert (columbia["name"], columbia["aliases"]) == ("District of Columbia", "Washington DC")


@pytest.mark.parametrize("change", [{"year": 2024}, {"field": "STCO2RTA"}])
def test_another_years_or_gases_table_is_refused(tmp_path, change):
    file = tmp_path / "usa_emissions.json"
    file.write_text(json.dumps({**STATES, "_source": {**STATES["_source"], **change}}), encoding="utf-8")
    with pytest.raises(ValueError, match="not eGRID2023"):
        list(rebuild_subdivisions.states(file))


def workbook(path, skip=None):
    book = openpyxl.Workbook()
    for number, (code, name) in enumerate(rebuild_subdivisions.PROVINCES.items(), 2):
        sheet = book.create_sheet(f"Table A13-{number}")
        sheet.append([f"Table A13-{number}", f"Electricity Generation and GHG Emission Details for {name}"])
        sheet.append([None, 1990, "2021", "2022a"])
        if code != skip:
            sheet.append([None, "Generation Intensity (g CO2 eq / kWh)f", 5, 4, number + 0.2, None])
        sheet.append([None, "Consumption Intensity (g CO2 eq / kWh)r", 9, 9, 9])
    book.save(path)


def test_provinces_have_the_last_years_generation_intensity(tmp_path):
    workbook(tmp_path / "annex13.xlsx")
    built = {row["id"]: row for row in rebuild_subdivisions.provinces(tmp_path / "annex13.xlsx")}
    assert len(built) == 13
    quebec = built["CA-QC"]
    assert (quebec["value"], quebec["year"], quebec["flags"]) == ("6.2", "2022", "preliminary")
    assert (built["CA-PE"]["value"], built["CA-PE"]["flags"]) == ("", "mostly-imported")


METADATA = """\
year,cloud-provider,cloud-region,power-usage-effectiveness
2022,Amazon Web Services,eu-west-2,1.3
2023,Amazon Web Services,eu-north-1,1.12
2024,Amazon Web Services,eu-north-1,1.1
2024,Amazon Web Services,eu-west-3,
2023,Microsoft Azure,westus,1.15
2024,Google Cloud,nowhere1,1.01
"""


def test_the_newest_published_pue_of_a_region_is_kept():
    built = {(row["provider"], row["region"]): row for row in rebuild_pue.rows(METADATA.splitlines())}
    assert (built["aws", "eu-north-1"]["pue"], built["aws", "eu-north-1"]["year"]) == ("1.1", "2024")
    assert built["azure", "westus2"]["pue"] == "1.15"  # "westus" is California's, the figure Washington's
    assert set(built) == {("aws", "*"), ("azure", "*"), ("gcp", "*"), ("aws", "eu-north-1"), ("azure", "westus2")}


@pytest.mark.parametrize("module", [rebuild_subdivisions, rebuild_pue])
def test_the_other_scripts_say_their_usage_too(module, capsys):
    assert module.main([]) == 2
    assert capsys.readouterr().err.startswith("usage: ")
