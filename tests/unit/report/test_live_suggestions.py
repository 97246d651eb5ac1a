"""Suggestions in the live view of frontends without our extension: evidence, saving, what a measurement showed."""

import re

import pytest
from rig import scripted

from jupyter_green.kernel.live_html import PARTS
from jupyter_green.kernel.live_suggestions import suggestions, verified


def text(**changes):
    """What is said, without markup."""
    said = suggestions(scripted.snapshot(**changes))
    return re.sub(r"<[^>]+>", "", said.replace("<br>", "\n").replace("</p>", "\n").replace("</h4>", "\n"))


def suggestion(**changes):
    return scripted.suggestion("R02", "Train in bfloat16", "All parameters are float32.", **changes)


def test_nothing_is_said_where_there_is_nothing_to_say():
    assert PARTS["suggestions"](scripted.snapshot()) == ""


def test_it_says_what_was_seen_what_it_is_worth_and_what_it_does():
    told = suggestion(saving={"low": 0.3, "high": 0.5}, effect="numerics change", actions=[scripted.action("measure")])
    assert text(suggestions=[told]).splitlines() == [
        "Suggestions",
        "Train in bfloat16",
        "All parameters are float32.",
        "published: 30 to 50 % less energy · numerics change",
        "%carbon try R02-1 measures it here",
    ]


def test_a_finding_stands_in_the_place_of_the_invitation():
    told = suggestion(actions=[scripted.action("measure")], verified=scripted.verified(0.59, 0.56, 0.63))
    assert text(suggestions=[told]).splitlines()[-1] == "measured: ×0.59 (0.56 – 0.63), 12 rounds"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basis": "cpu-time"}, "CPU time, modelled watts: ×0.41 (0.38 – 0.44), 12 rounds"),
        ({"payback": 11.2}, "measured: ×0.41 (0.38 – 0.44), 12 rounds; pays back after 12 runs"),
        ({"payback": 0.5}, "measured: ×0.41 (0.38 – 0.44), 12 rounds; pays back after one run"),
        ({"high": 1.0, "payback": 3.0}, "measured: no detectable difference: ×0.41 (0.38 – 1), 12 rounds"),
        ({"ratio": 1.2, "low": 1.1, "high": 1.3, "payback": 3.0}, "measured: ×1.2 (1.1 – 1.3), 12 rounds"),
    ],
)
def test_only_what_counters_told_is_called_measured(changes, words):
    assert verified(scripted.verified(0.41, 0.38, 0.44) | changes) == words


def test_a_measurement_that_runs_is_said_to():
    assert text(trial=scripted.trial("R02-1", 6)).splitlines() == [
        "Suggestions",
        "measuring R02-1 · 6 of 24 runs · 40 s left · 0.12 Wh so far",
    ]
    unknown = scripted.trial(None, 6, seconds_left=None, joules=None)
    assert text(trial=unknown).splitlines()[-1] == "measuring a function of yours · 6 of 24 runs"


def test_every_text_is_escaped():
    script = "<script>alert(1)</script>"
    told = scripted.suggestion("R02", script, script, scripted.action("measure"), id=script, effect=script)
    assert "<script" not in suggestions(scripted.snapshot(suggestions=[told], trial=scripted.trial(script, 1)))
