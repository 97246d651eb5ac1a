"""What the long form says of grids, hosted models and hardware, and that nothing of it enters the total."""

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.records import FRANCE, cell, notebook, record, run_once

from jupyter_green.emissions import Embodied
from jupyter_green.energy import Energy
from jupyter_green.footprint import RemoteCalls
from jupyter_green.report import footnote_table, footnote_text, quantities
from jupyter_green.report.footnote import footnote
from jupyter_green.report.records import read

CALLS = RemoteCalls("openai", "gpt-4o", 2, 800, Energy(720.0, 180.0, 3600.0), 0.1, 0.02, 0.5, "EcoLogits 0.11.3")
MADE = Embodied(3.2, 1.1, 5.0, "vendor's figure, 5 years")


def noted(*cells):
    return footnote(read(notebook(*cells)))


def notes(note):
    return {one.term: one.text for one in footnote_text.notes(note, "1.0")}


def on_grid(value, **about):
    return replace(FRANCE, value=value, low=value / 1.15, high=value * 1.15, **about)


def two(**about):
    """Two cells with the same share of everything given."""
    return noted(cell(1, record(1, 100.0, **about)), cell(2, record(2, 100.0, session=200.0, **about)))


def test_hosted_models_stand_apart_in_both_forms():
    note = two(remote=(CALLS,))
    line = (
        "4 calls of gpt-4o (openai), 0.400 Wh (0.10 – 2.0), 0.200 g CO₂e (0.040 – 1.0), modelled by EcoLogits 0.11.3; "
        "not part of the total."
    )
    assert notes(note)["Hosted models"] == line
    assert f"Hosted models: {line}" in footnote_text.short_print(note)
    assert (note.energy.joules, note.grams) == (two().energy.joules, two().grams)


def test_a_model_that_the_estimate_does_not_know_is_unknown():
    unknown = replace(CALLS, energy=Energy(math.nan, math.nan, math.nan), grams=math.nan)
    assert (
        "2 calls of gpt-4o (openai), unknown, unknown"
        in notes(noted(cell(1, record(1, 1.0, remote=(unknown,)))))["Hosted models"]
    )


def test_the_making_of_the_hardware_stands_apart_too():
    note = two(embodied=MADE)
    assert notes(note)["Making of the hardware"] == (
        "6.40 g CO₂e (2.2 – 10.0) (vendor's figure, 5 years); not part of the total."
    )
    assert note.grams == two().grams
    assert "hardware manufacture is stated apart" in notes(note)["Not included"]
    assert "not counted" not in footnote_text.short_print(note)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        ({"status": "live", "year": None, "source": "National Grid"}, "49 g CO₂e/kWh, live, lifecycle (National Grid)"),
        ({"status": "cached", "year": None}, "live, last known"),
        ({"status": "fallback"}, "2025 mean for want of a live value"),
        ({"status": "world-mean"}, "2025 mean, place not known"),
        ({"status": "configured", "year": None, "source": "user"}, "49 g CO₂e/kWh, as configured, lifecycle"),
        ({"basis": "consumption"}, "of consumption"),
        ({"method": "marginal"}, "marginal"),
    ],
)
def test_a_factor_says_what_it_is(about, words):
    assert words in notes(two(intensity=replace(FRANCE, **about)))["Grid"]


def test_a_live_factor_that_changed_is_one_grid_with_its_mean_and_range():
    live = [on_grid(value, status="live") for value in (30.0, 60.0)]
    note = noted(
        cell(1, record(1, 300.0, intensity=live[0])), cell(2, record(2, 100.0, session=400.0, intensity=live[1]))
    )
    assert "France, 38 (30 – 60) g CO₂e/kWh, live" in notes(note)["Grid"]
    assert len(note.grids) == 1
    assert "hourly mix" not in notes(note)["Range"]


def test_several_grids_are_all_named():
    poland = on_grid(615.0, zone="PL", name="Poland")
    note = noted(cell(1, record(1, 100.0)), cell(2, record(2, 100.0, session=200.0, intensity=poland, pue=1.5)))
    assert "PUE 1.2; Poland, 615 g" in notes(note)["Grid"]
    assert "Poland, 615 g CO₂e/kWh" in footnote_text.short_print(note)


def test_emissions_that_do_not_follow_from_their_energy_are_called_doubtful():
    data = record(1, 100.0)
    data["emissions"] |= {"grams": 0.0001, "low": 0.0, "high": 1.0}
    note = noted(cell(1, data))
    assert note.disputed == 1
    assert footnote_text.partial(note).startswith("Doubtful: the emissions of 1 cell do not follow")


@given(
    joules=st.floats(1e-3, 1e12),
    factor=st.floats(0, 2000),
    pue=st.floats(1, 3),
)
def test_grams_are_joules_times_factor_times_pue_to_the_last_digit(joules, factor, pue):
    data = json.loads(json.dumps(record(1, joules, intensity=on_grid(factor), pue=pue)))
    note = noted(cell(1, data))
    due = joules * factor * pue / 3.6e6
    assert note.disputed == 0
    assert quantities.mass(note.rows[0].grams) == quantities.mass(due)
    assert f"emitted {quantities.mass(due, 3)}" in footnote_text.lead(note)


def test_a_bar_is_as_long_as_its_energy_and_what_is_not_measured_is_drawn_so():
    first, second, rest = footnote_table.lines(footnote(read(run_once())))
    assert first.measured + first.modelled == pytest.approx(1.0)
    assert second.measured / first.measured == pytest.approx(5184 / 22320)
    assert rest.measured + rest.modelled == pytest.approx((44640 - 22320 - 5184) / 22320)
    data = record(1, 100.0)
    data["energy"]["measured_share"] = None
    (line,) = footnote_table.lines(noted(cell(1, data)))
    assert (line.measured, line.modelled) == (0.0, 1.0)


def test_an_assumed_pue_is_called_so():
    one, other = (record(count, 3600.0) for count in (1, 2))
    one["flags"], other["flags"] = ["pue-unknown"], []
    said = notes(noted(cell(1, one), cell(2, other)))["Grid"]
    assert "PUE 1.2 (assumed: data centre not known)" in said
    assert said.count("PUE 1.2") == 2  # one of which was not assumed
