from rig.evidence import cell, notebook, said
from rig.generations import generation

from jupyter_green.advice.rules.kv_cache import RULE


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


def test_a_function_of_an_earlier_cell_is_changed_in_that_cell():
    write = cell("def write(ids):\n    return model.generate(ids, use_cache=False)", number=1)
    loop = cell("texts = list(map(write, prompts))", generation(), number=2)
    found = said(RULE, notebook(write, loop))
    assert (found.patch.cell, found.patch.after) == (1, write.code.source.replace("False", "True"))


def test_a_method_of_an_earlier_cell_is_found_through_its_name():
    source = "class Bot:\n    def ask(self, ids):\n        return self.model.generate(ids, settings)"
    settings = cell("settings = GenerationConfig(use_cache=False)", number=1)
    found = said(RULE, notebook(settings, cell(source, number=2), cell("bot.ask(ids)", generation(), number=3)))
    assert found.patch.after == source.replace("settings)", "settings, use_cache=True)")


def test_a_settings_object_beside_the_call_is_changed_instead_of_it():
    source = "settings = GenerationConfig(use_cache=False)\nmodel.generate(ids, settings)"
    found = said(RULE, notebook(cell(source, generation())))
    assert found.patch.after == source.replace("False", "True")


def test_with_and_without_in_one_cell_is_a_comparison():
    ran = generation(), generation(use_cache=True)
    assert said(RULE, notebook(cell("compare()", *ran))) is None


def test_a_model_that_has_no_cache_has_no_use_for_one():
    assert said(RULE, notebook(cell("model.generate(ids, use_cache=False)", generation(caches=False)))) is None
