"""carbontracker's log, opened by carbontracker's own parser."""

import math

import pytest
from carbontracker import parser
from hypothesis import given
from hypothesis import strategies as st
from rig.bundles import MARGINAL, bundle, run, used
from rig.records import record, run_once

from jupyter_green.report.formats import names
from jupyter_green.report.formats.carbontracker import render
from jupyter_green.report.problem import Problem


@pytest.fixture
def logs(tmp_path):
    for path in names("carbontracker", tmp_path / "run_carbontracker.log"):
        path.write_text(render(bundle(run_once())), encoding="utf-8")
    return tmp_path


def consumption(nb):
    actual, predicted = parser.get_consumption(render(bundle(nb)))
    assert predicted is None
    return actual


def test_the_parser_finds_a_pair_with_the_total(logs):
    (entry,) = parser.parse_all_logs(str(logs))
    assert entry["actual"]["energy (kWh)"] == pytest.approx(0.0124 * 1.2)  # as there, with the PUE
    assert entry["actual"]["co2eq (g)"] == bundle(run_once()).footnote.grams
    assert entry["actual"]["duration (s)"] == 2004
    assert entry["early_stop"] is False
    assert entry["pred"] is None


def test_an_epoch_is_a_recorded_cell(logs):
    components = parser.parse_logs(str(logs))
    assert set(components) == {"gpu", "cpu", "ram"}
    assert components["gpu"]["devices"] == ["NVIDIA H200"]
    assert components["gpu"]["epoch_durations (s)"] == pytest.approx([58.0, 104.2])
    joules = sum(part["avg_energy_usages (J)"].sum(axis=1) for part in components.values())
    assert joules == pytest.approx([5184.0, 22320.0])


def test_its_summary_adds_the_log_up(logs, capsys):
    energy, grams, _ = parser.aggregate_consumption(str(logs))
    assert energy == pytest.approx(0.0124 * 1.2)
    assert grams == bundle(run_once()).footnote.grams
    parser.print_aggregate(str(logs))
    assert "0.01488" in capsys.readouterr().out


def test_devices_whose_names_hold_its_marks_are_told_apart():
    nb = run(used(3600.0, hardware={"gpu": ["A.B, C", "A.B, C", "D: E."], "cpu": "Xeon(R) @ 2.20GHz"}))
    devices = parser.get_devices(render(bundle(nb)))
    assert devices == {"gpu": ["A B C", "A B C", "D E"], "cpu": ["Xeon(R) @ 2 20GHz"], "ram": ["RAM"]}


def test_a_part_that_a_cell_lacks_has_no_power_and_the_epochs_still_match():
    lacking = record(2, 3600.0, session=7200.0)
    del lacking["components"]["gpu"]
    text = render(bundle(run(used(3600.0), lacking)))
    assert text.count("Average power usage (W) for gpu: None") == 1
    assert [len(powers) for powers in parser.get_avg_power_usages(text).values()] == [2, 2, 2]


def test_a_lower_bound_says_so_and_changes_no_figure():
    nb = run(used(3600.0), record(5, 3600.0, session=7200.0))
    assert "The actual consumption is a lower bound: " in render(bundle(nb))
    assert consumption(nb)["energy (kWh)"] == pytest.approx(0.002 * 1.2)


def test_what_the_parser_would_read_as_nothing_is_refused():
    with pytest.raises(Problem, match="energy is unknown"):
        render(bundle(run(used(math.nan))))
    mixed = run(used(3600.0), record(2, 3600.0, session=7200.0, intensity=MARGINAL))
    with pytest.raises(Problem, match="average and marginal factors are mixed"):
        render(bundle(mixed))


@given(st.floats(1e-9, 1e12), st.floats(0.1, 3000), st.floats(1, 3), st.floats(0.01, 1e6))
def test_figures_are_not_rounded_at_any_size(joules, grid, pue, seconds):
    nb = run(used(joules, grid, pue, duration=seconds))
    actual = consumption(nb)
    assert actual["co2eq (g)"] == bundle(nb).footnote.grams
    assert actual["co2eq (g)"] == pytest.approx(joules * grid * pue / 3.6e6, rel=1e-12)
    assert actual["energy (kWh)"] == pytest.approx(joules / 3.6e6 * pue, rel=1e-12)
    text = render(bundle(nb))
    assert parser.get_epoch_durations(text) == [pytest.approx(seconds, abs=0.0051)]
    powers = parser.get_avg_power_usages(text)
    assert sum(power[0][0] for power in powers.values()) * seconds == pytest.approx(joules, rel=1e-12)
