"""The CSV is CodeCarbon's: its own tracker writes the same header, its loader and its dashboard open the file."""

import io
import json
import math
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas
import pytest
from codecarbon import OfflineEmissionsTracker
from codecarbon.output_methods.emissions_data import EmissionsData
from codecarbon.output_methods.file import FileOutput
from codecarbon.viz.carbonboard import render_app
from codecarbon.viz.data import Data
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


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """What the installed CodeCarbon writes of a moment, without a network."""
    folder = tmp_path_factory.mktemp("theirs")
    tracker = OfflineEmissionsTracker(
        country_iso_code="FRA", output_dir=str(folder), log_level="critical", allow_multiple_runs=True
    )
    tracker.start()
    tracker.stop()
    return pandas.read_csv(folder / "emissions.csv")


def test_the_installed_codecarbon_writes_the_same_columns_and_appends_to_the_file(theirs, table, tmp_path):
    ours = table(run_once())
    assert list(ours.columns) == list(theirs.columns)
    path = tmp_path / "emissions.csv"
    ours.to_csv(path, index=False)
    (own,) = theirs.to_dict("records")
    output, data = FileOutput("emissions.csv", str(tmp_path)), EmissionsData(**own)
    assert output.has_valid_headers(data)
    output.out(data, None)
    assert list(pandas.read_csv(path).run_id) == [*ours.run_id, own["run_id"]]
    assert not list(tmp_path.glob("*.bak*"))


def test_codecarbons_loader_sums_it_up(table):
    frame = table(run_once())
    (project,) = frame.project_name.unique()
    summary = Data().get_project_summary(Data.get_project_data(frame, project).data)
    assert summary["total"]["emissions"] == pytest.approx(44640.0 / 3.6e6 * 1.2 * 0.049)
    assert summary["total"]["duration"] == pytest.approx(frame.duration.sum())
    assert summary["country_iso_code"] == "FRA"


def test_codecarbons_dashboard_opens_it(table):
    frame = table(run_once())
    frame["energy_consumed"] *= 1e3  # its figures have one digit after the point: kWh, not Wh
    (project,) = frame.project_name.unique()
    page = render_app(frame).server.test_client()
    assert page.get("/").status_code == 200
    (update,) = [each for each in page.get("/_dash-dependencies").get_json() if "net_power" in each["output"]]
    parts = update["output"].strip(".").split("...")
    asked = {
        "output": update["output"],
        "outputs": [dict(zip(("id", "property"), part.rsplit(".", 1), strict=True)) for part in parts],
        "changedPropIds": ["project_name.value"],
        "inputs": [{"id": "project_name", "property": "value", "value": project}],
    }
    answer = page.post("/_dash-update-component", data=json.dumps(asked), content_type="application/json")
    assert answer.get_json()["response"]["net_power_consumption"]["children"] == "14.9 kWh"


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
