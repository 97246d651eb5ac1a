import pytest
from rig.evidence import cell, notebook, said
from rig.loading import gone_through

from jupyter_green.advice.rules.kept_items import RULE
from jupyter_green.advice.suggestion import Snippet
from jupyter_green.work.loader_items import ItemsAgain

SOURCE = """class Frames(Dataset):
    def __len__(self):
        return 320

    def __getitem__(self, index):
        return transform(self.files[index])

train(DataLoader(Frames(), batch_size=32))"""


def again(source=SOURCE, *, passes=3, workers=0, items=320, **changes):
    values = {
        "data": 1,
        "dataset": "Frames",
        "compared": 30,
        "same": 30,
        "drew": False,
        "seconds": 0.1,
        "share": 0.95,
        "size": 600_000,
    }
    traits = gone_through(passes=passes, workers=workers, items=items)
    return cell(source, *traits, ItemsAgain(**{**values, **changes}))


def test_a_class_that_stands_in_the_cell_keeps_its_items():
    found = said(RULE, notebook(again()))
    assert "30 of 30 items" in found.evidence
    assert "took 100% of the loop" in found.evidence
    assert found.saving[1] == pytest.approx(0.98 * 0.8 * 2 / 3)
    assert found.patch.after == "import functools\n" + SOURCE.replace(
        "    def __getitem__", "    @functools.cache\n    def __getitem__"
    )
    compile(found.patch.after, "", "exec")


@pytest.mark.parametrize("size", [600_000, 60_000_000])
def test_one_from_elsewhere_is_wrapped(size):
    found = said(RULE, notebook(again("train(loader)", size=size)))
    assert isinstance(found.patch, Snippet)
    assert ("joblib" in found.patch.code) is (size > 1e7)
    compile(found.patch.code, "", "exec")


@pytest.mark.parametrize(
    "changes",
    [
        {"same": 29},
        {"drew": True},
        {"compared": 5, "same": 5},
        {"seconds": 5e-6},
        {"seconds": 0.005},  # 4 % of the cell, 5 % of the loop
        {"passes": 1},
        {"workers": 2},
    ],
)
def test_no_reason(changes):
    assert said(RULE, notebook(again(**changes))) is None


def test_items_for_validation_are_not_those_that_models_learn_from():
    checked = gone_through(data=2, backwards=0, first=7)
    known = ItemsAgain(2, "Frames", 30, 30, drew=False, seconds=0.1, share=0.9, size=8)
    learned = again(drew=True)
    assert said(RULE, notebook(cell(SOURCE, *learned.traits, *checked, known))) is None
    assert said(RULE, notebook(cell(SOURCE, *checked, known))) is not None
