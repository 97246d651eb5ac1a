"""What is said of hosted models' calls."""

import math
from dataclasses import replace

from rig.records import footprint

from jupyter_green.energy import Energy
from jupyter_green.footprint import RemoteCalls
from jupyter_green.record import Record, SessionTotal
from jupyter_green.remote import Observation
from jupyter_green.report import remote
from jupyter_green.report.line import line, record_line
from jupyter_green.report.reading import reading
from jupyter_green.report.remote_status import remote_status
from jupyter_green.report.summary import summary

SOURCE = "EcoLogits 0.11.3, range widened to ×/÷ 5; grid assumed: USA"
KNOWN = RemoteCalls("openai", "gpt-4o", 3, 1236, Energy(3240.0, 648.0, 16200.0), 0.34, 0.07, 1.7, SOURCE)
NAN = math.nan
UNKNOWN = RemoteCalls("openai", "tuned", 2, None, Energy(NAN, NAN, NAN), NAN, NAN, NAN, "no estimate: not known")


def with_calls(*calls, joules=22320.0):
    return replace(footprint(joules, duration=104.2), remote=calls)


def test_the_line_has_them_last_and_apart():
    before = line(footprint(22320.0, duration=104.2))
    assert line(with_calls(KNOWN)) == f"{before} · hosted models ≈ 0.90 Wh (0.18 – 4.5), modelled, not included"
    assert line(with_calls(KNOWN, UNKNOWN)).endswith(
        "≈ 0.90 Wh (0.18 – 4.5) and 2 calls unknown, modelled, not included"
    )
    assert line(with_calls(UNKNOWN)) == f"{before} · hosted models energy unknown, not included"


def test_a_record_reads_as_its_footprint():
    cell = with_calls(KNOWN, UNKNOWN)
    published = Record("id", "boot", 1, cell, SessionTotal(cell, 1, 0.0)).to_json()
    assert record_line(published) == line(cell)
    first, second = reading(published).remote
    assert first == KNOWN
    assert (second.model, second.calls, second.energy.known) == ("tuned", 2, False)


def test_the_summary_says_in_a_sentence_what_they_are_and_that_they_are_not_included():
    plain = summary(SessionTotal(footprint(22320.0), 4, 0.0))
    known = (
        "As EcoLogits 0.11.3 models it, they used ≈ 0.90 Wh (0.18 – 4.5) and emitted ≈ 0.3 g CO₂e on the providers' "
        "machines; the range is a guess."
    )
    said = summary(SessionTotal(with_calls(KNOWN), 4, 0.0))
    assert said == f"{plain} Not included: 3 calls of hosted models (gpt-4o). {known}"
    said = summary(SessionTotal(with_calls(KNOWN, UNKNOWN), 4, 0.0))
    both = f"Not included: 5 calls of hosted models (gpt-4o, tuned). {known} Of 2 calls nothing is known."
    assert said == f"{plain} {both}"
    said = summary(SessionTotal(with_calls(UNKNOWN), 4, 0.0))
    assert said == f"{plain} Not included: 2 calls of hosted models (tuned), whose energy is unknown."


def test_many_models_are_not_all_named():
    models = [replace(KNOWN, model=f"m{number}") for number in range(5)]
    assert remote.models(models) == "m0, m1, m2 and 2 more"


def test_details_name_model_provider_tokens_and_source():
    assert remote.details([KNOWN, UNKNOWN]) == [
        f"gpt-4o (openai): 3 calls, 1,236 tokens generated, ≈ 0.90 Wh (0.18 – 4.5), ≈ 0.3 g CO₂e, modelled: {SOURCE}.",
        "tuned (openai): 2 calls, tokens not told, energy unknown (no estimate: not known).",
    ]


def test_a_comparison_is_there_when_asked_for_and_of_what_is_metered_alone():
    total = SessionTotal(with_calls(KNOWN), 4, 0.0)
    assert "a new car" not in summary(total)
    compared = summary(total, compare=True)
    assert "PUE 1.2. The emissions are as much as 3.4 m in a new car of 2024" in compared
    assert "a new car" not in summary(SessionTotal(footprint(3000.0), 4, 0.0), compare=True)


def test_the_status_says_what_is_missing(monkeypatch):
    monkeypatch.setattr("jupyter_green.report.remote_status.is_installed", lambda: False)
    observation = Observation()
    assert remote_status(observation, wanted=True) == (
        "their calls are not noted: pip install 'jupyter-green[remote]' has EcoLogits estimate them."
    )
    assert remote_status(observation, wanted=False) == "their calls are not noted, as Green.remote is off."
    monkeypatch.undo()
    assert remote_status(observation, wanted=True) == "their calls are not noted while metering is off."


def test_libraries_that_are_not_observed_are_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "litellm", object())
    observation = Observation()
    observation.start()
    try:
        observation.unobserved.append("openai")
        assert "Not observed, though imported: openai and litellm." in remote_status(observation, wanted=True)
    finally:
        observation.stop()
