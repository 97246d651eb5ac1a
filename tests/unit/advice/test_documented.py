"""The page on advice has every rule, as it is."""

import re
from pathlib import Path

import pytest

from jupyter_green.advice.rules import rules

ROWS = {
    match[1]: line
    for line in (Path(__file__).parents[3] / "docs" / "advice.md").read_text().splitlines()
    if (match := re.match(r"\| ([A-Z]+\d*) ", line))
}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_stands_on_the_page_with_title_effect_and_range(rule):
    row = ROWS[rule.id]
    assert row.startswith(f"| {rule.id} {rule.title} |")
    assert f"| {rule.effect} |" in row
    if rule.saving is not None:
        low, high = (f"{100 * share:.3g}" for share in rule.saving)
        assert (f"{low}–{high} %" if low != high else f"{low} %") in row


def test_it_has_no_other():
    assert set(ROWS) == {rule.id for rule in rules()}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.id)
def test_a_rule_says_what_it_rests_on(rule):
    assert rule.effect in ("same result", "numerics change", "result changes")
    assert rule.saving is None or rule.saving[0] <= rule.saving[1] <= 1
    assert re.search(r"measured|literature|traces|arXiv|notes|inferred|means|forecast|depends", rule.source)
