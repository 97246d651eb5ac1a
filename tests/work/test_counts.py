"""Each library's own small examples: what they did is counted to the last step."""

import pytest
from work.conftest import GROUPS


@pytest.mark.parametrize(
    ("example", "samples", "steps", "backwards", "batches"),
    [
        ("epoch_of_seven_batches", 50, 7, 7, 7),
        ("accumulation_over_two_batches", 50, 2, 5, 5),
        ("two_optimizers", 50, 4, 2, 2),
        ("inference", 50, 0, 0, 4),
        ("exception_in_the_third_forward", 20, 2, 2, 3),
        ("interrupt_in_the_third_forward", 20, 2, 2, 3),
        ("epoch_after_the_interrupt", 50, 7, 7, 7),
        ("interrupt_that_the_loop_survives", 90, 4, 4, 6),
        ("exception_in_the_data", 30, 0, 0, 3),
        ("lbfgs_with_three_closures_a_step", 30, 1, 3, 0),
        ("recomputed_parts_are_no_samples", 7, 0, 1, 0),
        ("models_in_three_threads", 1800, 0, 0, 0),
        ("compiled_module", 50, 5, 5, 5),
        ("module_that_compiles_itself", 50, 0, 0, 2),
        ("compiled_parts_and_hooks_of_the_user", 50, 0, 0, 2),
        ("compiled_function_without_breaks", 5, 0, 0, 0),
        ("exported_and_traced", 15, 0, 0, 0),
        ("batches_from_workers", 50, 0, 0, 5),
        ("copies_on_several_devices", 6, 0, 0, 0),
        ("distributed_with_accumulation", 50, 2, 5, 5),
        ("adversaries", 150, 4, 4, 2),
        ("saved_copied_scripted", 10, 0, 0, 0),
        ("outputs_are_the_same", 3, 0, 0, 0),
    ],
)
def test_pytorch(examples, example, samples, steps, backwards, batches):
    counted = examples("torch_loops")[example]
    assert (counted["units"], counted["unit"]) == (samples, "sample")
    assert (counted["samples"], counted["steps"], counted["backwards"], counted["batches"]) == (
        samples,
        steps,
        backwards,
        batches,
    )


@pytest.mark.parametrize("example", ["nothing_that_has_parameters", "tracebacks_read_as_ever"])
def test_what_is_no_model_or_does_not_end_is_not_counted(examples, example):
    assert examples("torch_loops")[example]["units"] is None


@pytest.mark.parametrize(
    ("example", "tokens", "samples", "steps"),
    [
        ("greedy", 3 * 7, 0, 0),
        ("sampled_two_a_prompt_as_dict", 3 * 2 * 4, 0, 0),
        ("beams", 3 * 6, 0, 0),
        ("encoder_and_decoder", 3 * 5, 0, 0),
        ("with_an_assistant", 6, 0, 0),
        ("streamed", 8, 0, 0),
        ("batches_in_a_loop_with_a_bar", 3 * 2, 0, 0),
        ("pipeline_that_writes", 2 * 3, 0, 0),
        ("pipeline_that_classifies", 3 + 1 + 2, 3, 0),
        ("interrupted_after_four_tokens", 3 * 4, 0, 0),
        ("generation_after_the_interrupt", 3 * 7, 0, 0),
        ("trainer_two_epochs_with_accumulation", 2 * 24 * 10, 48, 4),
        ("trainer_with_evaluation", 24 * 10 + 10 * 10, 34, 3),
        ("trainer_with_lora", 24 * 10, 24, 4),
        ("trainer_with_recomputation", 24 * 10, 24, 3),
        ("trainer_that_fails_after_two_steps", 8 * 10, 8, 2),
        ("accelerate_with_accumulation", 24 * 10, 24, 3),
        ("ids_in_their_place", 4 * 5, 6, 0),
    ],
)
def test_language_models(examples, example, tokens, samples, steps):
    counted = examples("language_models")[example]
    assert (counted["units"], counted["unit"]) == (tokens, "token")
    assert (counted["samples"], counted["steps"]) == (samples, steps)


@pytest.mark.parametrize(
    ("example", "samples", "steps", "backwards"),
    [
        ("two_epochs_with_accumulation", 80, 4, 16),
        ("two_optimizers_by_hand", 40, 16, 8),
        ("exception_in_the_fourth_batch", 15, 3, 3),
        ("parts_by_themselves", 120, 8, 8),
    ],
)
def test_lightning(examples, example, samples, steps, backwards):
    counted = examples("lightning_loops")[example]
    assert (counted["units"], counted["unit"]) == (samples, "sample")
    assert (counted["steps"], counted["backwards"]) == (steps, backwards)


def test_lightning_with_ids_that_no_batch_names(examples):
    counted = examples("lightning_loops")["ids_that_no_batch_names"]
    assert (counted["units"], counted["unit"]) == (12 * 10 + 12 * 3, "token")
    assert (counted["samples"], counted["steps"]) == (12 + 12, 4)


@pytest.mark.parametrize("example", ["with_accumulation_and_two_groups", "with_divided_optimizer_states"])
def test_deepspeed(examples, example):
    counted = examples("deepspeed_loops")[example]
    assert (counted["units"], counted["unit"], counted["steps"]) == (30, "sample", 3)


@pytest.mark.parametrize(
    ("example", "units", "unit", "steps"),
    [
        ("three_images", 3, "image", 2),
        ("four_arrays_as_tuple", 4, "image", 2),
        ("one_that_fails", 2, "step", 2),
        ("training_its_network", 6, "sample", 3),
    ],
)
def test_diffusers(examples, example, units, unit, steps):
    counted = examples("diffusion")[example]
    assert (counted["units"], counted["unit"], counted["steps"]) == (units, unit, steps)


@pytest.mark.parametrize(
    ("example", "samples", "steps"),
    [
        ("two_epochs", 90, 10),
        ("evaluated_and_predicted", 90, 0),
        ("batch_by_batch", 15, 0),
        ("exception_after_two_batches", 20, 2),
    ],
)
def test_keras(examples, example, samples, steps):
    counted = examples("keras_fits")[example]
    assert (counted["units"], counted["unit"], counted["steps"]) == (samples, "sample", steps)


@pytest.mark.parametrize(
    ("example", "fits"),
    [
        ("two_models", 2),
        ("pipeline_is_one", 1),
        ("ensemble_is_one", 1),
        ("cross_validation", 4),
        ("grid_search", 13),
        ("grid_search_in_processes", 13),
        ("cross_validation_in_processes", 4),
        ("forest_in_threads", 1),
        ("search_within_a_model", 1),
        ("search_by_halves", 7),
        ("grid_search_interrupted_in_the_fourth_fit", 3),
        ("bad_data", None),
    ],
)
def test_scikit_learn(examples, example, fits):
    counted = examples("sklearn_fits")[example]
    assert (counted["units"], counted["unit"]) == (fits, fits and "fit")


@pytest.mark.parametrize(
    ("example", "units", "unit"),
    [
        ("one_bar", 30, "it"),
        ("bars_within_a_bar", 3, "epoch"),
        ("one_after_the_other", 16, "row"),
        ("resumed_by_hand", 10, "it"),
        ("exception_in_a_loop", 6, "it"),
        ("bar_left_open", 4, "it"),
        ("the_same_bar_goes_on", 3, "it"),
        ("download", None, None),
        ("turned_off", None, None),
        ("cleared_instances", 12, "it"),
    ],
)
def test_bars(examples, example, units, unit):
    counted = examples("progress_bars")[example]
    assert (counted["units"], counted["unit"]) == (units, unit)


@pytest.mark.parametrize("group", GROUPS, ids="+".join)
def test_probes_come_with_their_library_and_leave_nothing(outcomes, group):
    outcome = outcomes(group)
    assert outcome["early"] == []
    assert outcome["trouble"] == {}
    assert outcome["metered"] != []  # else nobody looked
    assert outcome["left"] == []
    assert outcome["counted_after"] == {}
