"""BoAmps: a report that its own schema accepts, and that says nothing that no record tells."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4
from rig.bundles import MARGINAL, bundle, run, used
from rig.records import FRANCE, record, run_once

from jupyter_green.grid import lookup
from jupyter_green.report.formats.boamps import render
from jupyter_green.report.formats.task import DATA, parse
from jupyter_green.report.problem import Problem
from jupyter_green.schema import MIME_TYPE

SCHEMAS = [json.loads(path.read_text()) for path in (Path(__file__).parent / "boamps").glob("*_schema.json")]
# Resolved by the name that each has: nothing is fetched.
REGISTRY = Registry().with_resources((one["id"], Resource.from_contents(one, DRAFT4)) for one in SCHEMAS)
REPORT = next(one for one in SCHEMAS if one["title"] == "report")
VALIDATOR = Draft4Validator(REPORT, registry=REGISTRY)


def report(nb, **stated):
    made = json.loads(render(bundle(nb, **stated)))
    VALIDATOR.validate(made)
    return made


def test_the_schema_here_refuses_what_is_no_report():
    made = report(run_once())
    del made["measures"][0]["powerConsumption"]
    assert not VALIDATOR.is_valid(made)
    made = report(run_once())
    made["task"]["dataset"][0]["dataType"] = "unknown"
    assert not VALIDATOR.is_valid(made)


def test_it_states_what_the_records_tell():
    made = report(run_once())
    assert made["measures"] == [
        {
            "measurementMethod": "jupyter-green",
            "version": made["measures"][0]["version"],
            "cpuTrackingMode": "modelled: AMD EPYC 9654, 16 of 192 threads",
            "gpuTrackingMode": "counter: NVML energy counter",
            "powerConsumption": 44640.0 / 3.6e6,
            "measurementDuration": pytest.approx(1900 + 104.2),
            "measurementDateTime": "2026-11-23 15:04:05",
        }
    ]
    assert made["header"]["reportDatetime"] == "2026-11-24 09:30:00"
    assert made["environment"] == {"country": "France", "powerSourceCarbonIntensity": 49.0}
    assert made["infrastructure"]["components"][0] == {
        "componentName": "NVIDIA H200",
        "componentType": "gpu",
        "nbComponent": 1,
    }


def test_what_no_record_tells_is_unknown_and_the_report_a_draft():
    made = report(run_once())
    assert made["header"]["reportStatus"] == "draft"
    assert (made["task"]["taskStage"], made["task"]["taskFamily"]) == ("unknown", "unknown")
    assert made["task"]["algorithms"] == [{"algorithmType": "unknown"}]
    assert made["task"]["dataset"] == [{"dataUsage": "input", "dataType": "other"}]
    assert made["infrastructure"]["infraType"] == "other"


def test_what_the_author_states_of_the_task_stands_in_its_place():
    stated = [("stage", "training"), ("family", "text classification"), ("algorithm", "llm"), ("data", "text")]
    made = report(run_once(), task=parse([*stated, ("training", "fine-tuning")]))["task"]
    assert (made["taskStage"], made["taskFamily"]) == ("training", "text classification")
    assert made["algorithms"] == [{"algorithmType": "llm", "trainingType": "fine-tuning"}]
    assert made["dataset"] == [{"dataUsage": "input", "dataType": "text"}]
    assert made["taskDescription"] == "Cells of a Jupyter notebook."


def test_the_kinds_of_data_are_the_schemas():
    kinds = next(one for one in SCHEMAS if one["title"] == "dataset")["properties"]["dataType"]["enum"]
    assert list(DATA) == kinds


@pytest.mark.parametrize(
    ("pair", "words"),
    [(("colour", "red"), "known are stage"), (("data", "cake"), "known are tabular"), (("stage", ""), "a line")],
)
def test_a_task_that_cannot_be_is_refused_in_one_line(pair, words):
    with pytest.raises(Problem, match=words):
        parse([pair])


def test_the_same_records_make_the_same_report():
    assert render(bundle(run_once())) == render(bundle(run_once()))


def test_gpus_are_counted():
    made = report(run(used(3600.0, hardware={"gpu": ["NVIDIA H200", "NVIDIA H200"], "cpu": "AMD EPYC 9654"})))
    kinds = [(one.get("componentName"), one["nbComponent"]) for one in made["infrastructure"]["components"]]
    assert kinds == [("NVIDIA H200", 2), ("AMD EPYC 9654", 1), (None, 1)]


def test_a_state_is_a_part_of_its_country():
    made = report(run(used(3600.0, intensity=lookup("US-CA"))))
    assert (made["environment"]["country"], made["environment"]["location"]) == ("United States", "California")


@pytest.mark.parametrize("place", [lookup("world"), replace(FRANCE, zone="configured", name="configured")])
def test_an_unknown_place_is_left_out(place):
    assert "environment" not in report(run(used(3600.0, intensity=place)))


def test_factors_that_differ_or_are_of_different_kinds_are_left_out_for_the_energy_needs_none():
    made = report(run(record(1, 3600.0), record(2, 3600.0, session=7200.0, intensity=replace(MARGINAL, value=50.0))))
    assert made["environment"] == {"country": "France"}
    assert made["measures"][0]["powerConsumption"] == pytest.approx(0.002)


def test_a_marginal_factor_is_not_what_the_format_asks_for():
    assert report(run(used(3600.0, intensity=MARGINAL)))["environment"] == {"country": "France"}


def test_a_lower_bound_says_so_and_claims_no_quality():
    made = report(run(record(1, 3600.0), record(5, 3600.0, session=7200.0)))
    assert "The energy is a lower bound: " in made["task"]["taskDescription"]
    assert "quality" not in made
    assert report(run_once())["quality"] == "medium"


def test_unknown_energy_is_refused():
    with pytest.raises(Problem, match="the energy is unknown"):
        render(bundle(run(used(float("nan")))))


@given(st.floats(1e-3, 1e12))
def test_kilowatt_hours_are_not_rounded(joules):
    made = run(used(joules))
    published = made.cells[0].outputs[1].data[MIME_TYPE]
    assert report(made)["measures"][0]["powerConsumption"] == published["session"]["joules"] / 3.6e6
