from rig.evidence import cell, notebook, said
from rig.generations import generation

from jupyter_green.advice.rules.beams import RULE

CALL = "out = model.generate(ids, num_beams=4)"


def beams(number=4, **changes):
    return generation(use_cache=True, beams=number, **changes)


def test_the_argument_is_changed_where_it_stands():
    found = said(RULE, notebook(cell(CALL, beams())))
    assert found.patch.after == "out = model.generate(ids, num_beams=1)"
    assert "4 beams" in found.evidence


def test_a_setting_of_the_model_is_overruled_in_the_call():
    assert said(RULE, notebook(cell("model.generate(ids)", beams()))).patch.after == "model.generate(ids, num_beams=1)"


def test_a_dictionary_of_an_earlier_cell_is_changed_there():
    settings = cell('settings = {"num_beams": 4, "max_new_tokens": 8}', number=1)
    found = said(RULE, notebook(settings, cell("model.generate(ids, **settings)", beams(), number=2)))
    assert (found.patch.cell, found.patch.after) == (1, 'settings = {"num_beams": 1, "max_new_tokens": 8}')


def test_what_a_tokenizer_gave_may_be_spread():
    found = said(RULE, notebook(cell("model.generate(**inputs)", beams())))
    assert found.patch.after == "model.generate(**inputs, num_beams=1)"


def test_a_pipeline_is_called_with_it():
    made = cell("writer = pipeline('translation', model=model)", number=1)
    found = said(RULE, notebook(made, cell("writer(text)", beams(), number=2)))
    assert found.patch.after == "writer(text, num_beams=1)"


def test_several_answers_are_wanted():
    assert said(RULE, notebook(cell(CALL, beams(returned=4)))) is None


def test_other_numbers_are_tried():
    assert said(RULE, notebook(cell(CALL, beams(2), beams(4)))) is None
    assert said(RULE, notebook(cell("greedy()", beams(1)), cell(CALL, beams(), number=2))) is None


def test_another_model_is_no_comparison():
    assert said(RULE, notebook(cell("greedy()", beams(1, model="T5")), cell(CALL, beams(), number=2))) is not None


def test_who_tunes_the_search_wants_it():
    assert said(RULE, notebook(cell("model.generate(ids, num_beams=4, constraints=wanted)", beams()))) is None
    scores = cell("model.compute_transition_scores(out.sequences, out.scores)", number=1)
    assert said(RULE, notebook(scores, cell(CALL, beams(), number=2))) is None
