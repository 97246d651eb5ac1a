"""The notebook on LoRA says what a token cost, of the tokens that there were."""

import ast

import nbformat
import pytest

from jupyter_green.schema import MIME_TYPE

GIVEN = 960 * 48
"""Tokens of the lessons, each given once."""


@pytest.fixture(scope="module")
def outputs(executed):
    """Return what the metered cells show, by their label."""
    shown = {}
    for cell in nbformat.read(executed("lora"), 4).cells:
        for output in cell.get("outputs", ()):
            if MIME_TYPE in output.get("data", {}):
                shown[output.data[MIME_TYPE]["label"]] = cell.outputs
    return shown


def badge(outputs):
    (data,) = [output.data for output in outputs if MIME_TYPE in output.get("data", {})]
    return data


@pytest.mark.parametrize(
    ("label", "tokens"),
    [
        ("learn to speak", GIVEN),
        ("all weights", GIVEN),
        ("LoRA, Trainer", GIVEN),
        ("LoRA, Accelerate", GIVEN),
        ("speak", 3 * 17),
    ],
)
def test_each_cell_tells_joules_per_token(outputs, label, tokens):
    data = badge(outputs[label])
    assert data[MIME_TYPE]["work"] == {"amount": tokens, "unit": "token"}
    assert data[MIME_TYPE]["energy"]["joules"] > 0
    assert "J/token" in data["text/plain"]


@pytest.mark.parametrize(
    ("label", "prefix"), [("all weights", "train_"), ("LoRA, Trainer", "train_"), ("LoRA, Accelerate", "")]
)
def test_the_training_is_the_most_of_its_cell(outputs, label, prefix):
    (logged,) = [
        ast.literal_eval(output.data["text/plain"])
        for output in outputs[label]
        if output.output_type == "execute_result"
    ]
    energy = badge(outputs[label])[MIME_TYPE]["energy"]
    assert 0 < 3600 * logged[f"{prefix}energy_wh"] <= energy["high"]
    assert 3600 * logged[f"{prefix}energy_wh"] / logged[f"{prefix}joules_per_token"] == pytest.approx(GIVEN)
