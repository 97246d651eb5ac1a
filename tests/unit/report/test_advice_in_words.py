from dataclasses import replace

from jupyter_green.advice import Suggestion, Verified
from jupyter_green.report import advice

SUGGESTION = Suggestion(
    "R09-3",
    "R09",
    3,
    "Generate with the key–value cache",
    "One call ran with use_cache=False.",
    (0.4, 0.9),
    "measured on a CPU",
    "same result",
    None,
    1000.0,
    measurable=True,
)


def test_a_paragraph_has_evidence_range_source_effect_and_how_to_verify_it():
    said = advice.listed([SUGGESTION])
    assert said.splitlines() == [
        "Generate with the key–value cache · cell 3 · R09-3",
        "  One call ran with use_cache=False.",
        "  40 to 90 % less energy · same result (measured on a CPU)",
        "  %carbon try R09-3 measures it here",
    ]


def test_what_is_not_measured_is_not_called_so():
    modelled = Verified(0.5, 0.45, 0.55, 12, "CPU time, modelled watts")
    said = advice.verified_in_words(modelled)
    assert said == "CPU time, modelled watts: ×0.5 (0.45 – 0.55), 12 rounds"
    assert "measured" not in said
    assert advice.verified_in_words(replace(modelled, basis="energy")).startswith("measured: ×0.5")


def test_no_difference_is_an_answer():
    said = advice.verified_in_words(Verified(1.01, 0.98, 1.04, 12, "energy"))
    assert said == "measured: no detectable difference: ×1.01 (0.98 – 1.04), 12 rounds"


def test_nothing_to_say():
    assert advice.listed([]) == advice.NONE


def test_a_sentence_for_pages_says_that_nothing_was_measured_here():
    assert advice.sentence(SUGGESTION) == (
        "Cell 3: Generate with the key–value cache. One call ran with use_cache=False. "
        "40 to 90 % less energy (measured on a CPU); not measured here. Same result."
    )
    session = replace(SUGGESTION, cell=None, saving=None)
    assert advice.sentence(session).startswith("This session: ")
