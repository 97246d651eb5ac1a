"""What the probes of PyTorch notice of models, passes and optimizers' steps."""

import json

import pytest
from work.conftest import in_a_process


@pytest.fixture(scope="module")
def noticed():
    told = [line for line in in_a_process("work.noticed") if line.startswith("NOTICED ")]
    return json.loads(told[-1].removeprefix("NOTICED "))


def passes(noticed, example):
    return noticed["examples"][example]["Forward"]


def test_the_first_passes_of_a_cell_and_the_first_after_a_change_are_looked_at(noticed):
    seen = passes(noticed, "training_then_evaluation")
    assert [one["training"] for one in seen] == [True] * 8 + [False] * 8
    assert [one["grad"] for one in seen] == [True] * 8 + [False] * 8
    assert [one["inference"] for one in seen] == [False] * 8 + [True] * 8
    assert [one["backwards"] - seen[0]["backwards"] for one in seen[:9]] == [0, 1, 2, 3, 4, 5, 6, 7, 12]
    assert {one["rows"] for one in seen[:8]} == {5}
    assert {one["model"]["serial"] for one in seen} == {seen[0]["model"]["serial"]}
    assert seen[0]["model"]["parameters"] == 58


def test_an_optimizers_steps_are_timed_without_the_closure(noticed):
    steps = noticed["examples"]["training_then_evaluation"]["OptimizerStep"]
    assert {(one["name"], one["tensors"], one["parameters"], one["fusible"]) for one in steps} == {
        ("Adam", 4, 58, True)
    }
    assert steps[0]["period"] is None
    assert all(0 < one["seconds"] < one["period"] for one in steps[1:])
    fused = noticed["examples"]["steps_with_a_closure"]["OptimizerStep"]
    assert [(one["fused"], one["momentum"]) for one in fused] == [(True, True)] * 3
    assert all(one["seconds"] < one["period"] / 2 for one in fused[1:])


def test_autocast_and_frozen_parts(noticed):
    (one,) = passes(noticed, "under_autocast")
    assert one["autocast"] == "bfloat16"
    (one,) = passes(noticed, "partly_frozen")
    assert (one["model"]["trainable"], one["autocast"]) == (18, "")


def test_padding_and_checkpoints_of_a_language_model(noticed):
    for one in passes(noticed, "padded_and_pretrained"):
        assert (one["rows"], one["width"], one["lengths"], one["items"]) == (2, 8, [8, 4], 16)
        assert one["model"]["pretrained"] == one["model"]["parameters"]


def test_what_is_computed_anew_is_noticed(noticed):
    assert noticed["examples"]["checkpointed"]["Recomputed"]
    assert "Recomputed" not in noticed["examples"]["training_then_evaluation"]


def test_settings_are_read_however_they_were_made(noticed):
    assert noticed["settings"] == {"precision": ["none", "tf32"], "threads": 1, "dtype": "float32"}


def test_names_lead_to_models_that_were_used(noticed):
    assert noticed["named"] == {"models": ["holder.inner", "used"], "numbers": 1, "doubles": {"x": "tensor"}}


def test_nothing_is_noticed_without_the_probes_and_no_model_is_kept(noticed):
    assert noticed["after"] == 0
    assert not noticed["alive"]
