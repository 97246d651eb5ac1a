import pytest
from rig.evidence import cell, notebook, said
from rig.torch_traits import forwards, model

from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules.fine_tuning import RULE
from jupyter_green.work import Reading

SIZE = 200_000_000
LOADED = model(name="BertForSequenceClassification", parameters=SIZE, trainable=SIZE, pretrained=SIZE - 1000)
WORK = Reading(steps=30, backwards=30)


def trained(of=LOADED, source="train(model)", **facts):
    return cell(source, *forwards(4, of), **{"work": WORK, "variables": {"model": 1}, **facts})


def test_adapters_are_put_in_after_the_model_is_read():
    source = "model = AutoModel.from_pretrained(name)\ntrain(model)"
    found = said(RULE, notebook(trained(source=source)))
    assert found.patch.after == (
        "model = AutoModel.from_pretrained(name)\nfrom peft import LoraConfig, get_peft_model\n"
        'model = get_peft_model(model, LoraConfig(target_modules="all-linear", task_type="SEQ_CLS"))\ntrain(model)'
    )
    assert "100% of the 200 M parameters" in found.evidence


def test_counting_what_is_trainable_is_no_choice():
    assert said(RULE, notebook(trained(source="n = [p for p in model.parameters() if p.requires_grad]"))) is not None


@pytest.mark.parametrize(
    "changes",
    [{"pretrained": 0}, {"trainable": 1000}, {"adapters": True}, {"eight_bit": 4}],
    ids=str,
)
def test_silent_of_other_models(changes):
    values = {"name": "Bert", "parameters": SIZE, "trainable": SIZE, "pretrained": SIZE, **changes}
    assert said(RULE, notebook(trained(model(**values))), Gates(joules=0)) is None


@pytest.mark.parametrize(
    "chosen",
    ["model.bert.requires_grad_(False)", "for p in ps:\n    p.requires_grad = False", "m = get_peft_model(m, c)"],
)
def test_silent_where_the_user_chose_what_to_train(chosen):
    assert said(RULE, notebook(cell(chosen), trained(number=2))) is None


def test_sizes_are_gates():
    small = model(parameters=1000, trainable=1000, pretrained=1000)
    few = Reading(steps=5, backwards=5)
    assert said(RULE, notebook(trained(small))) is None
    assert said(RULE, notebook(trained(work=few))) is None
    assert said(RULE, notebook(trained(small, work=few)), Gates(joules=0)) is not None
    assert said(RULE, notebook(trained(small, work=Reading(steps=1, backwards=1))), Gates(joules=0)) is None
