import pytest
from rig.evidence import cell, notebook, said
from rig.torch_traits import forwards, model

from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules.no_grad import RULE
from jupyter_green.work import Reading

SOURCE = "import torch\nmodel.eval()\nfor x in loader:\n    out = model(x)"


def evaluated(*traits, source=SOURCE, **facts):
    passes = traits or forwards(8, training=False, backwards=0)
    return cell(source, *passes, **{"variables": {"model": 1}, **facts})


def test_the_loop_is_put_under_no_grad():
    found = said(RULE, notebook(evaluated()))
    assert found.patch.after == (
        "import torch\nmodel.eval()\nwith torch.no_grad():\n    for x in loader:\n        out = model(x)"
    )
    assert "8 forward passes" in found.evidence


def test_a_function_is_decorated_where_it_stands():
    function = "import torch\ndef predict(net, xs):\n    return [net(x) for x in xs]"
    found = said(RULE, notebook(cell(function), evaluated(source="p = predict(model, xs)", number=2)))
    assert found.patch.cell == 1
    assert found.patch.after == function.replace("def ", "@torch.no_grad()\ndef ")


def test_the_evaluation_after_an_epoch_is_found_and_the_training_is_left():
    source = (
        "import torch\nfor epoch in range(2):\n    model.train()\n    for x in a:\n        model(x).sum().backward()\n"
        "    model.eval()\n    for x in b:\n        model(x)"
    )
    passes = [*forwards(4), *forwards(8, first=4, training=False, backwards=4)]
    found = said(RULE, notebook(evaluated(*passes, source=source, work=Reading(backwards=8, steps=8))))
    assert found.patch.after.endswith("    with torch.no_grad():\n        for x in b:\n            model(x)")
    assert found.patch.after.count("no_grad") == 1


@pytest.mark.parametrize(
    "passes",
    [
        forwards(8, backwards=0),
        forwards(8, training=False, grad=False, backwards=0),
        forwards(8, model(trainable=0), training=False, backwards=0),
        forwards(8, training=False, backwards=0, larger=True),
        forwards(8, training=False),
        forwards(3, training=False, backwards=0),
    ],
    ids=["training", "without gradients", "frozen", "generation", "each goes back", "few"],
)
def test_silent(passes):
    assert said(RULE, notebook(evaluated(*passes)), Gates(joules=0)) is None


def test_a_backward_pass_may_come_after_all_unless_the_model_is_trained_otherwise():
    passes = forwards(8, training=False, backwards=0)
    assert said(RULE, notebook(evaluated(*passes, work=Reading(backwards=1)))) is None


def test_derivatives_forward_need_the_gradients():
    assert said(RULE, notebook(evaluated(source="torch.func.jvp(model, x, v)"))) is None
