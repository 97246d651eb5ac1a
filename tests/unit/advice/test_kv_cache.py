from rig.evidence import cell, notebook, said

from jupyter_green.advice.rules.kv_cache import RULE
from jupyter_green.work.generation_traits import Generation


def generation(**changes):
    values = {
        "model": "GPT2LMHeadModel",
        "rows": 1,
        "prompt_tokens": 8,
        "new_tokens": 64,
        "most_tokens": 64,
        "beams": 1,
        "returned": 1,
        "use_cache": False,
        "samples": False,
        "training": False,
    }
    return Generation(**{**values, **changes})


def test_the_argument_is_changed_where_it_stands():
    found = said(RULE, notebook(cell("out = model.generate(ids, use_cache=False)", generation())))
    assert found.patch.after == "out = model.generate(ids, use_cache=True)"
    assert "64 new tokens" in found.evidence


def test_a_setting_of_the_model_is_overruled_in_the_call():
    found = said(RULE, notebook(cell("out = model.generate(ids)", generation())))
    assert found.patch.after == "out = model.generate(ids, use_cache=True)"


def test_a_cache_that_is_used_needs_no_word():
    assert said(RULE, notebook(cell("model.generate(ids)", generation(use_cache=True)))) is None


def test_a_few_tokens_are_not_worth_one():
    assert said(RULE, notebook(cell("model.generate(ids)", generation(new_tokens=2)))) is None
