"""The notebook on suggestions: three of them, each verified on its own work, and a check that finds nothing."""

import nbformat
import pytest


@pytest.fixture(scope="module")
def outputs(executed):
    """Return what the code cells show, by how they begin."""
    shown = {}
    for cell in nbformat.read(executed("suggestions"), 4).cells:
        if cell.cell_type == "code":
            texts = [o.get("text", "") or o.get("data", {}).get("text/plain", "") for o in cell.outputs]
            shown[cell.source.partition(" ")[0]] = ("\n".join(texts), cell.outputs)
    return shown


def test_all_three_are_suggested(outputs):
    said = next(text for text, _ in outputs.values() if "%carbon try R" in text)
    assert [rule for rule in ("R08", "R09", "R10") if f"{rule}-" in said] == ["R08", "R09", "R10"]


@pytest.mark.parametrize("name", ["cache", "batch", "padding"])
def test_each_is_verified_and_saves(outputs, name):
    text, shown = outputs[name]
    assert "× the CPU time per run" in text
    assert "No detectable difference" not in text
    ratio = float(text.partition("takes ")[2].partition("×")[0])
    assert ratio < 0.8
    assert "saved again after" in text
    html = next(
        o["data"]["text/html"] for o in shown if "jupyter-green-trial" in o.get("data", {}).get("text/html", "")
    )
    assert "<svg" in html


def test_a_thing_compared_with_itself_hardly_differs(outputs):
    text, _ = next(value for key, value in outputs.items() if key == "def")
    ratio = float(text.partition("takes ")[2].partition("×")[0])
    assert 0.85 < ratio < 1.15


def test_both_arms_are_drawn(outputs):
    _, shown = outputs["from"]
    assert "Both arms of three trials" in shown[-1]["data"]["text/html"]
