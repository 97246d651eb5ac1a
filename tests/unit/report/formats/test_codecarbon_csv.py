"""The CSV is CodeCarbon's: compared with a file that its own tracker wrote, and read as its dashboard reads it."""

import io
import math
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas
import pytest
from rig.records import FRANCE, STARTED, cell, notebook, record, run_once

from jupyter_green.cli import main

THEIRS = Path(__file__).parent / "data" / "codecarbon_3.3.2.csv"
CALIFORNIA = replace(FRANCE, zone="US-CA", name="California", value=200.0, low=150.0, high=250.0)


@pytest.fixture
def table(tmp_path, capsys):
    """Export a notebook and read it with CodeCarbon's own reader, pandas.

    Its dashboard, ``codecarbon/viz/carbonboard.py``, is given this frame, and ``viz/data.py`` takes columns of it.
    """

    def read(nb):
        nbformat.write(nb, tmp_path / "work.ipynb")
        assert main(["export", "csv", str(tmp_path / "work.ipynb")]) == 0
        return pandas.read_csv(io.StringIO(capsys.readouterr().out))

    return read


def test_columns_are_theirs_in_their_order(table):
    assert list(table(run_once()).columns) == list(pandas.read_csv(THEIRS).columns)


def test_units_are_theirs(table):
    """Energies contain the PUE in their file, too, so that emissions are energy x factor."""
    theirs, ours = pandas.read_csv(THEIRS).iloc[0], table(run_once()).iloc[1]
    for row in (theirs, ours):
        parts = [row[f"{name}_energy"] for name in ("cpu", "gpu", "ram")]
        assert math.fsum(parts) == pytest.approx(row.energy_consumed)
        assert row.emissions / row.duration == pytest.approx(row.emissions_rate)
        assert 0.01 < row.emissions / row.energy_consumed < 1  # kg/kWh
        assert row.pue == 1.2
        assert (row.country_name, row.country_iso_code) == ("France", "FRA")
        assert pandas.Timestamp(row.timestamp).year == 2026
    assert ours.energy_consumed == pytest.approx(22320.0 / 3.6e6 * 1.2)
    assert ours.emissions == pytest.approx(ours.energy_consumed * 0.049)
    assert ours.gpu_power == pytest.approx(22320.0 * 0.84 * 1.2 / 104.2)
    assert (ours.duration, ours.gpu_count, ours.gpu_model) == (104.2, 1, "1 x NVIDIA H200")


def test_rows_add_up_to_the_total(table):
    frame = table(run_once())
    assert frame.run_id.is_unique
    assert frame.energy_consumed.sum() == pytest.approx(44640.0 / 3.6e6 * 1.2)
    assert frame.emissions.sum() == pytest.approx(44640.0 / 3.6e6 * 1.2 * 0.049)
    many = notebook(*(cell(n, record(n, 3600.0, session=4000.0 * n, started=STARTED + n)) for n in range(1, 51)))
    frame = table(many)
    assert len(frame) == 51
    assert frame.energy_consumed.sum() == pytest.approx(200_000.0 / 3.6e6 * 1.2)


def test_the_dashboards_sums(table):
    """What ``Data.get_project_summary`` computes of the rows of one project."""
    frame = table(run_once())
    (project,) = frame.project_name.unique()
    rows = frame[frame.project_name == project].sort_values(by="timestamp").to_dict("records")
    last = rows[-1]
    assert isinstance(round(last["emissions"], 1), float)
    assert sum(row["duration"] for row in rows) == pytest.approx(58.0 + 104.2 + 1842.0)
    for column in ("country_name", "country_iso_code", "region", "on_cloud", "cloud_provider", "cloud_region"):
        assert column in last


def test_what_is_not_known_is_empty_and_a_state_has_its_countrys_code(table):
    frame = table(notebook(cell(1, record(1, 3600.0, intensity=CALIFORNIA))))
    row = frame.iloc[0]
    assert (row.country_iso_code, row.region, row.country_name) == ("USA", "california", "United States")
    assert row[["water_consumed", "cloud_provider", "os", "codecarbon_version", "longitude", "wue"]].isna().all()
    unknown = record(2, 3600.0) | {"energy": dict.fromkeys(("joules", "low", "high", "measured_share"))}
    unknown["emissions"] |= dict.fromkeys(("grams", "low", "high"))
    unknown["components"] = {}
    row = table(notebook(cell(2, unknown))).iloc[0]
    assert row[["energy_consumed", "emissions", "cpu_energy", "gpu_power"]].isna().all()


def test_a_spreadsheet_finds_no_formula(table):
    hostile = record(1, 3600.0, boot="=cmd|' /C calc'!A0", hardware={"cpu": '+1+1,"x"\n=2', "gpu": ["@SUM(A1)"]})
    frame = table(notebook(cell(1, hostile)))
    assert not [text for text in frame.iloc[0] if isinstance(text, str) and text[:1] in "=+-@"]
    assert frame.iloc[0].cpu_model == '1+1,"x" =2'
