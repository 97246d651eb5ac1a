import pytest
from rig.evidence import cell, notebook, said
from rig.torch_traits import steps

from jupyter_green.advice.rules.fused_optimizer import RULE
from jupyter_green.work import Reading

SOURCE = "optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)"
WORK = Reading(steps=100, backwards=100)


def trained(*traits, source=SOURCE, **facts):
    return cell(source, *(traits or steps(5)), **{"work": WORK, **facts})


def test_the_optimizer_is_fused_where_it_is_made():
    found = said(RULE, notebook(trained()))
    assert found.patch.after == "optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, fused=True)"
    assert "40%" in found.evidence
    assert found.share == pytest.approx(0.4)


def test_in_another_cell_too():
    found = said(RULE, notebook(cell(SOURCE), trained(source="fit()", number=2)))
    assert found.patch.cell == 1


def test_of_two_optimizers_the_shares_are_of_both_periods():
    both = [step for pair in zip(steps(4), steps(4, serial=2), strict=True) for step in pair]
    assert said(RULE, notebook(trained(*both))).share == pytest.approx(0.4)


@pytest.mark.parametrize(
    "changes",
    [
        {"fused": True},
        {"fused": False},
        {"foreach": True},
        {"fusible": False},
        {"momentum": False},
        {"name": "RMSprop"},
        {"module": "__main__"},
        {"dtypes": ("complex64",)},
        {"devices": ("cpu", "cuda")},
        {"seconds": 0.001},
    ],
    ids=str,
)
def test_silent(changes):
    assert said(RULE, notebook(trained(*steps(5, **changes)))) is None


def test_silent_in_a_trial_in_old_versions_and_where_the_trainer_was_told():
    assert said(RULE, notebook(trained(work=Reading(steps=5)))) is None
    told = cell("args = TrainingArguments(optim='adamw_torch')")
    assert said(RULE, notebook(told, trained(number=2))) is None
