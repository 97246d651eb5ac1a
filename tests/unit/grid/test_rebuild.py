import csv

import pytest

from jupyter_green.grid import rebuild

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


def test_the_committed_table_has_the_columns_that_are_built():
    path = rebuild.Path(rebuild.__file__).parent / "data" / "countries.csv"
    with path.open(encoding="utf-8", newline="") as file:
        assert csv.DictReader(file).fieldnames == rebuild.COLUMNS
