import pytest
from rig.evidence import cell, notebook, said
from rig.torch_traits import forwards, model, steps

from jupyter_green.advice.rules.float64_leak import RULE
from jupyter_green.work import Reading
from jupyter_green.work.torch_state import TorchState

DOUBLE = model(dtypes=(("float64", 2_000_000),))
SEEN = [*forwards(3, DOUBLE), *steps(3, dtypes=("float64",))]
WORK = Reading(steps=30, backwards=30)
MAKES = "x = torch.from_numpy(X)\nmodel = nn.Linear(4, 1).to(x.dtype)\ntrain(model, x)"


def leaky(source=MAKES, *traits, **facts):
    return cell(source, *(traits or SEEN), **{"work": WORK, "doubles": {"X": "array", "x": "tensor"}, **facts})


def test_the_data_are_made_of_32_bits_where_they_become_tensors():
    found = said(RULE, notebook(leaky()))
    assert found.patch.after == MAKES.replace("torch.from_numpy(X)", "torch.from_numpy(X).float()")
    assert "30 optimizer steps" in found.evidence


def test_tensors_of_another_cell_are_converted_with_the_model():
    found = said(RULE, notebook(leaky(), leaky("train(model, x)", number=2, variables={"model": 1})))
    assert found.patch.code == "model = model.float()\nx = x.float()"


def test_parameters_without_a_module_count_too():
    found = said(RULE, notebook(leaky("w = torch.from_numpy(W)", *steps(3, dtypes=("float64",)))))
    assert found.evidence.startswith("Adam updates 2 M parameters of float64")


@pytest.mark.parametrize(
    "asks",
    [
        "model = model.double()",
        "model.to(torch.float64)",
        "model = nn.Linear(2, 2, dtype=torch.double)",
        "torch.set_default_dtype(t)",
        "from torch import float64 as f",
        "trainer = L.Trainer(precision='64-true')",
    ],
)
def test_who_asks_for_64_bits_gets_them(asks):
    assert said(RULE, notebook(cell(asks), leaky(number=2))) is None


def test_a_type_of_numpy_is_the_datas():
    assert said(RULE, notebook(cell("X = X.astype(np.float64)"), leaky(number=2))) is not None


def test_a_default_that_was_set_elsewhere_is_the_users():
    assert said(RULE, notebook(leaky(torch=TorchState(1, default_dtype="float64")))) is None


def test_silent_without_training_and_with_an_optimizer_that_wants_the_digits():
    assert said(RULE, notebook(leaky(work=Reading()))) is None
    assert said(RULE, notebook(leaky(MAKES, *steps(3, dtypes=("float64",), name="LBFGS")))) is None
    assert said(RULE, notebook(leaky(MAKES, *steps(3)))) is None
