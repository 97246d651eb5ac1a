"""Model cards, read by the Hub's own library."""

from dataclasses import replace

import pytest
import yaml
from huggingface_hub import ModelCard, ModelCardData
from hypothesis import given
from hypothesis import strategies as st
from rig.bundles import DIRECT, MARGINAL, bundle, run, used
from rig.records import FRANCE, record, run_once

from jupyter_green.grid import lookup
from jupyter_green.report.formats.huggingface import merge, render
from jupyter_green.report.formats.task import Task
from jupyter_green.report.problem import Problem

CARD = """---
# Read by the Hub.
license: 'apache-2.0'   # quotes stay
tags:
- text-classification
co2_eq_emissions:
    emissions: 12.5   # old
    training_type: fine-tuning

# About the data.
datasets: [imdb]
base_model:
- organisation/é
---

# My model

---
co2_eq_emissions: in the text
"""


def stated(card):
    return ModelCard(card).data.to_dict()["co2_eq_emissions"]


def test_the_hubs_library_reads_every_key():
    assert stated(render(bundle(run_once()))) == {
        "emissions": bundle(run_once()).footnote.grams,
        "source": stated(render(bundle(run_once())))["source"],
        "geographical_location": "France",
        "hardware_used": "1 x NVIDIA H200",
    }
    source = stated(render(bundle(run_once())))["source"]
    assert "84 % of the energy measured, the rest modelled; France, 49 g CO₂e/kWh, 2025 mean, lifecycle" in source
    assert "PUE 1.2; location-based, use phase only" in source


def test_it_goes_through_the_library_and_back_unchanged():
    card = ModelCard(merge(CARD, bundle(run_once())))
    again = ModelCard(str(card))
    assert again.data.to_dict() == card.data.to_dict()
    assert again.data.to_dict()["co2_eq_emissions"]["emissions"] == bundle(run_once()).footnote.grams
    assert isinstance(card.data, ModelCardData)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_else_in_a_card_stays_byte_for_byte(end):
    before = CARD.replace("\n", end)
    after = merge(before, bundle(run_once()))
    head, tail = (part.replace("\n", end) for part in CARD.split("co2_eq_emissions:\n", 1))
    tail = tail.split(f"fine-tuning{end}")[1]
    assert after.startswith(head + "co2_eq_emissions:" + end)
    assert after.endswith(tail)
    assert after.count("\r") == (after.count("\n") if end == "\r\n" else 0)
    assert stated(after)["training_type"] == "fine-tuning"
    assert ModelCard(after).data.to_dict()["datasets"] == ["imdb"]


def test_a_second_export_changes_nothing_more():
    once = merge(CARD, bundle(run_once()))
    assert merge(once, bundle(run_once())) == once


@pytest.mark.parametrize(
    "card",
    [
        "---\nlicense: mit\n---\nText",
        "---\nlicense: mit\nco2_eq_emissions: 149200\n---\nText",
        "---\nco2_eq_emissions: {emissions: 3,\n  source: x}\nlicense: mit\n---\nText",
        "---\nlicense: mit\nco2_eq_emissions:\n  source: |\n    one\n\n    two\n---\nText",
    ],
)
def test_however_the_key_stood_before(card):
    after = merge(card, bundle(run_once()))
    assert stated(after)["emissions"] == bundle(run_once()).footnote.grams
    assert ModelCard(after).data.license == "mit"
    assert after.endswith("---\nText")


def test_a_readme_without_metadata_gets_some():
    after = merge("# Mine\n", bundle(run_once()))
    assert after.endswith("---\n# Mine\n")
    assert stated(after)["geographical_location"] == "France"


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("---\nlicense: [mit\n---\n", "no YAML"),
        ("---\njust a line\n---\n", "no mapping"),
        ("---\n{license: mit}\n---\n", "no YAML|by hand"),
        ("---\nco2_eq_emissions: 1\nco2_eq_emissions: 2\n---\n", "by hand"),
        ("---\nco2_eq_emissions: &a {source: x}\nother: *a\n---\n", "no YAML|by hand"),
    ],
)
def test_metadata_that_cannot_be_added_to_is_refused_in_one_line(card, words):
    with pytest.raises(Problem, match=words) as refused:
        merge(card, bundle(run_once()))
    assert "\n" not in str(refused.value)


def test_places_and_hardware_that_no_record_tells_are_left_out():
    unplaced = stated(render(bundle(run(used(3600.0, intensity=lookup("world"), hardware={})))))
    assert set(unplaced) == {"emissions", "source"}
    california = stated(render(bundle(run(used(3600.0, intensity=lookup("US-CA"), hardware={})))))
    assert california["geographical_location"] == "California, United States"


def test_the_author_may_state_how_the_model_was_trained():
    made = stated(merge(CARD, bundle(run_once(), task=Task(training="pre-training"))))
    assert made["training_type"] == "pre-training"


def test_hostile_names_stay_text():
    nasty = "France\"\n? - !!python/object {x: 1} #\u2028\U0001f600: '\\"
    made = render(bundle(run(used(3600.0, intensity=replace(FRANCE, source=nasty), hardware={"gpu": [nasty]}))))
    data = yaml.safe_load(made.split("---")[1])
    assert list(data) == ["co2_eq_emissions"]
    assert "python/object" in data["co2_eq_emissions"]["hardware_used"]


@pytest.mark.parametrize(
    ("other", "words"),
    [(MARGINAL, "average and marginal"), (DIRECT, "direct and lifecycle")],
)
def test_factors_of_two_kinds_are_refused(other, words):
    nb = run(record(1, 3600.0), record(2, 3600.0, session=7200.0, intensity=other))
    with pytest.raises(Problem, match=f"^{words} factors are mixed"):
        render(bundle(nb))


def test_two_sessions_of_different_kinds_are_refused_too():
    nb = run(record(1, 3600.0), record(1, 3600.0, boot="second", intensity=MARGINAL))
    with pytest.raises(Problem, match="factors are mixed"):
        render(bundle(nb))


def test_emissions_that_are_unknown_for_one_session_are_refused_and_not_left_out_of_the_sum():
    unknown = record(1, 3600.0, boot="second")
    unknown["session"]["grams"] = None
    with pytest.raises(Problem, match="unknown for part"):
        render(bundle(run(record(1, 3600.0), unknown)))


def test_edited_emissions_are_refused():
    edited = used(3600.0)
    edited["emissions"] |= {"grams": 1e-6, "low": 0.0, "high": 1.0}
    with pytest.raises(Problem, match="do not follow from energy, factor and PUE"):
        render(bundle(run(edited)))


@given(st.floats(1e-3, 1e12), st.floats(0.1, 3000), st.floats(1, 3))
def test_grams_are_joules_times_factor_times_pue_unrounded(joules, grid, pue):
    made = bundle(run(used(joules, grid, pue)))
    assert stated(render(made))["emissions"] == made.footnote.grams
    assert made.footnote.grams == pytest.approx(joules * grid * pue / 3.6e6, rel=1e-12)


NAMES = st.text("abcdefgh_-é", min_size=1, max_size=8)
SCALARS = st.one_of(st.text(max_size=30), st.integers(), st.booleans(), st.none(), st.dates())
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3))


@given(st.dictionaries(NAMES, VALUES, max_size=4), st.booleans(), st.text("# -\n:é", max_size=40))
def test_whatever_a_card_holds_is_there_afterwards(data, flow, text):
    head = yaml.safe_dump(data, allow_unicode=True, default_flow_style=flow) if data else ""
    card = f"---\n{head}---\n{text}"
    try:
        after = merge(card, bundle(run_once()))
    except Problem:
        assert head.startswith("{")  # one flow mapping: nothing can be put behind it
        return
    assert after.startswith(f"---\n{head}co2_eq_emissions:\n")
    assert after.endswith(f"\n---\n{text}")
    block = after[len("---\n") : -len(f"---\n{text}")]
    assert yaml.safe_load(block) == {
        **(yaml.safe_load(head) or {}),  # as written: not every text survives the writing
        "co2_eq_emissions": stated(render(bundle(run_once()))),
    }


def test_a_lower_bound_says_so():
    nb = run(record(1, 3600.0), record(5, 3600.0, session=7200.0))
    assert "; a lower bound: " in stated(render(bundle(nb)))["source"]
