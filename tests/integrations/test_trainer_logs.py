"""``JupyterGreenCallback`` in scripts that use transformers' ``Trainer``."""

import json

import pytest

from jupyter_green.ledger import open_ledger

FIGURES = ("energy_wh", "emissions_gco2e", "joules_per_token")
TRAINED, EVALUATED = 2 * 24 * 10, 2 * 8 * 10  # tokens, of two epochs, an evaluation after each


@pytest.fixture(scope="module")
def script(told):
    return told("trainer")


def test_the_logs_of_the_training_carry_the_figures_and_they_rise(script):
    steps = [log for log in script["logged"]["history"] if "loss" in log]
    assert [log["step"] for log in steps] == [1, 2, 3, 4]
    for name in FIGURES:
        assert all(log[name] >= 0 for log in steps)
    for name in FIGURES[:2]:
        values = [log[name] for log in steps]
        assert values == sorted(values)
        assert values[0] < values[-1]


def test_evaluations_have_no_figures_of_the_training(script):
    evaluations = [log for log in script["logged"]["history"] if "eval_loss" in log]
    assert len(evaluations) == 3  # one after the training
    assert not any(name.endswith(FIGURES) for log in evaluations for name in log)


def test_the_summary_is_the_whole_training(script):
    told = script["logged"]
    metrics = told["metrics"]
    assert metrics.items() <= told["history"][-2].items()
    joules = 3600 * metrics["train_energy_wh"]
    assert 0 < told["low"] <= joules <= told["high"]
    assert joules >= 3600 * [log for log in told["history"] if "loss" in log][-1]["energy_wh"]
    assert told["joules"] <= told["around"] * 1.001
    assert metrics["train_emissions_gco2e"] > 0


def test_joules_per_token_are_those_of_the_tokens_that_there_were(script):
    told = script["logged"]
    metrics = told["metrics"]
    assert 3600 * metrics["train_energy_wh"] / metrics["train_joules_per_token"] == pytest.approx(TRAINED + EVALUATED)
    assert told["tokens"] == TRAINED + EVALUATED
    assert (told["status"], told["label"]) == ("ok", "GPT2LMHeadModel")


def test_those_who_write_logs_find_the_figures_in_them(script):
    seen = [log for log in script["logged"]["seen"] if "loss" in log]
    assert len(seen) == 4
    assert all(name in log for log in seen for name in FIGURES)


def test_two_callbacks_agree(script):
    first, second = script["two_at_once"]
    assert (first["label"], second["label"]) == ("first", "second")
    assert first["tokens"] == second["tokens"] == TRAINED
    assert first["low"] < second["joules"] < first["high"]


def test_a_training_that_goes_on_from_a_checkpoint_counts_itself(script):
    told = script["resumed"]
    steps = [log for log in told["history"] if "loss" in log]
    assert [log["step"] for log in steps] == [2, 4, 6, 8, 10, 12]
    assert all(name in log for log in steps for name in FIGURES)
    assert steps[3]["energy_wh"] < told["metrics"]["train_energy_wh"]
    state = json.loads((script["folder"] / "out" / "checkpoint-6" / "trainer_state.json").read_text())
    assert [log["energy_wh"] for log in state["log_history"]] == [log["energy_wh"] for log in steps[:3]]


def test_what_fails_or_is_interrupted_leaves_nothing_running(script):
    failed, interrupted, again = script["failed_interrupted_and_trained_again"]
    for outcome in (failed, interrupted):
        assert (outcome["left_open"], outcome["status"]) == (False, "error")
        assert outcome["tokens"] == 2 * 4 * 10
    assert (again["status"], again["tokens"]) == ("ok", TRAINED)
    assert script["cells_open_at_the_end"] == 0


def test_a_failed_training_ends_though_another_one_runs(script):
    first, second = script["failed_and_tried_again_at_once"]
    assert (first["status"], second["status"]) == ("error", "ok")
    assert first["tokens"] > 2 * 4 * 10  # it was taken to run on until somebody looked


def test_other_processes_of_a_distributed_training_meter_nothing(script):
    message, logs = script["not_the_main_process"]
    assert message == "no training has begun: read .footprint after trainer.train()"
    assert logs == {"loss": 1.0}


def test_the_ledger_keeps_the_trainings_of_a_script(script):
    cells = open_ledger(script["folder"] / "ledger.sqlite3").since(0)
    assert {cell["label"] for cell in cells} == {"GPT2LMHeadModel", "first"}  # the second one lies within the first
    assert [cell["status"] for cell in cells].count("error") == 3
