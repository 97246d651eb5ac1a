"""What a trial found is said as it is: never more than was measured."""

import math

import pytest

from jupyter_green.advice.trial.outcome import CPU_TIME, ENERGY, ArmRun, Trial, refused
from jupyter_green.energy import Energy
from jupyter_green.report import trial as said

RUNS = tuple(
    ArmRun(arm, block, joules, joules / 20, joules / 10)
    for block in range(3)
    for arm, joules in (("A", 2.0), ("B", 1.1))
)
FOUND = Trial(
    "bf16",
    ratio=0.571,
    low=0.553,
    high=0.589,
    detectable=0.04,
    spent=Energy(210.0, 190.0, 230.0),
    payback_steps=245,
    rounds=12,
    basis=ENERGY,
    loss_difference=-0.0012,
    finite=True,
    arms=RUNS,
)


def test_the_ratio_comes_first_with_its_interval():
    assert said.headline(FOUND) == "bf16 takes 0.57× the energy per step (0.55 … 0.59)."
    text = said.text(FOUND)
    assert text == str(FOUND)
    for part in (
        "Measured; 95 % interval over 12 rounds",
        "1.1 J/step against 2.0 J/step",
        "-0.0012",
        "after 245 steps",
    ):
        assert part in text


def test_without_counters_nothing_is_called_measured():
    from dataclasses import replace

    text = said.text(replace(FOUND, basis=CPU_TIME))
    assert "CPU time, modelled watts" in text
    assert "easured" not in text


def test_no_detectable_difference_is_an_answer_with_what_would_have_been_seen():
    same = Trial("same", ratio=1.003, low=0.97, high=1.04, detectable=0.045, rounds=12)
    assert said.headline(same).startswith("No detectable difference: same takes 1.00×")
    assert "A difference of 4 % or more" in said.text(same)


@pytest.mark.parametrize(
    ("trial", "line"),
    [
        (refused("bf16", "the step itself raised ValueError: x"), "bf16: the step itself raised ValueError: x."),
        (Trial("bf16", reason="stopped after 1 of 12 rounds"), "bf16: no result; stopped after 1 of 12 rounds."),
    ],
)
def test_what_was_not_found_is_said_in_one_line(trial, line):
    assert said.text(trial) == line


def test_what_is_not_finite_is_a_warning():
    from dataclasses import replace

    assert "do not use it" in said.text(replace(FOUND, finite=False))


def test_a_sweep_lists_its_sizes():
    sweep = Trial("batch=sweep", sizes=((0.5, FOUND), (4.0, refused("batch=4x", "batch=4x ran out of memory"))))
    assert "×4: batch=4x: batch=4x ran out of memory" in said.text(sweep)


def test_as_html_it_has_both_arms_and_nothing_unescaped():
    from dataclasses import replace

    html = replace(FOUND, label="<b>x</b>", notes=("<script>",))._repr_html_()
    assert html.count("<circle") == len(RUNS)
    assert "<b>x" not in html
    assert "<script>" not in html
    assert Trial("x", ratio=math.nan)._repr_html_().count("<circle") == 0
