import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rig.evidence import cell, notebook

from jupyter_green.advice.engine import findings, one_a_cell
from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rule import Rule
from jupyter_green.advice.suggestion import Edit, Finding, Snippet

CODE = notebook(cell("a = 1", number=7))


def rule(number, finding=None, **options):
    def see(of, cells, gates):
        if isinstance(finding, Exception):
            raise finding
        return finding

    values = {"saving": (0.1, 0.3), "title": "Do", "effect": "same result", "source": "measured", **options}
    return Rule(id=f"R{number}", see=see, **values)


def found(*rules, of=CODE, gates=None, trouble=None):
    return findings(of, rules, gates or Gates(), trouble)


def test_a_finding_becomes_a_suggestion():
    (made,) = found(rule(9, Finding("seen", patch=Snippet("b"))))
    assert (made.id, made.rule, made.cell, made.evidence) == ("R9-7", "R9", 7, "seen")
    assert (made.saving, made.joules, made.worth) == ((0.1, 0.3), 6000.0, pytest.approx(1200))
    assert not made.measurable


def test_a_rule_that_sees_nothing_says_nothing():
    assert found(rule(1)) == []


def test_a_rule_that_raises_silences_nobody_else():
    told = []
    made = found(rule(1, ValueError("odd")), rule(2, Finding("seen")), trouble=lambda r, e: told.append((r.id, str(e))))
    assert [each.rule for each in made] == ["R2"]
    assert told == [("R1", "odd")]
    assert len(found(rule(1, ValueError("odd")), rule(2, Finding("seen")))) == 1


def test_a_library_that_is_not_imported_silences():
    assert found(rule(1, Finding("seen"), needs=("torch", "nothing_like_it"))) == []
    assert len(found(rule(1, Finding("seen"), needs=("torch",)))) == 1


SMALL = notebook(cell("a", duration=1.0, joules=10.0))


def test_small_cells_are_not_spoken_of_unless_the_gates_are_open():
    assert found(rule(1, Finding("seen")), of=SMALL) == []
    assert len(found(rule(1, Finding("seen")), of=SMALL, gates=Gates(0))) == 1
    assert len(found(rule(1, Finding("seen")), of=SMALL, gates=Gates(10))) == 1
    long = notebook(cell("a", duration=61.0, joules=math.nan))
    assert len(found(rule(1, Finding("seen")), of=long)) == 1


def test_what_is_of_the_session_is_spoken_of_whatever_the_cells_size():
    (made,) = found(rule(1, Finding("seen"), of_session=True), of=SMALL)
    assert (made.id, made.cell) == ("R1-session", None)


def test_a_small_saving_is_not_worth_a_word():
    assert found(rule(1, Finding("seen", saving=(0.0, 0.04)))) == []
    assert found(rule(1, Finding("seen", share=0.1))) == []
    assert len(found(rule(1, Finding("seen", share=0.1)), gates=Gates(0))) == 1
    assert len(found(rule(1, Finding("seen"), saving=None))) == 1


def test_a_share_makes_the_saving_smaller():
    (made,) = found(rule(1, Finding("seen", share=0.5)))
    assert made.saving == (0.05, 0.15)


def test_a_finding_may_be_about_another_cell():
    (made,) = found(rule(1, Finding("seen", about=3)))
    assert (made.id, made.cell) == ("R1-3", 3)


def test_a_patch_that_changes_nothing_is_none():
    (same,) = found(rule(1, Finding("seen", patch=Edit(7, "a = 1", "a = 1"))))
    (other,) = found(rule(1, Finding("seen", patch=Edit(7, "a = 1", "a = 2"))))
    assert (same.patch, same.measurable) == (None, False)
    assert other.measurable


def test_unknown_energy_is_worth_nothing_and_raises_nothing():
    (made,) = found(rule(1, Finding("seen")), of=notebook(cell("a", joules=math.nan)))
    assert made.worth == 0


SAVINGS = st.one_of(st.none(), st.tuples(st.floats(0, 0.5), st.floats(0.5, 1)))
SAID = st.lists(st.tuples(SAVINGS, st.sampled_from([None, 1, 2, 3]), st.booleans()), max_size=8)


def said(drawn):
    rules = [
        rule(number, Finding("seen", about=about), saving=saving, of_session=of_session)
        for number, (saving, about, of_session) in enumerate(drawn)
    ]
    return found(*rules)


@given(SAID)
def test_the_most_valuable_comes_first(drawn):
    worths = [each.worth for each in said(drawn)]
    assert worths == sorted(worths, reverse=True)


@given(SAID)
def test_there_is_one_card_a_cell_and_it_is_the_most_valuable(drawn):
    every = said(drawn)
    cards = one_a_cell(every)
    cells = [each.cell for each in cards if each.cell is not None]
    assert len(cells) == len(set(cells))
    assert set(cells) == {each.cell for each in every if each.cell is not None}
    for card in cards:
        assert all(card.worth >= each.worth for each in every if each.cell == card.cell and card.cell is not None)
    assert [each for each in cards if each.cell is None] == [each for each in every if each.cell is None]
