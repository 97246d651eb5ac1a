"""``JupyterGreenCallback`` in scripts that use Lightning, under both of its names."""

import pytest

FIGURES = ("energy_wh", "emissions_gco2e", "joules_per_sample")
SAMPLES = 2 * (40 + 40)  # two epochs, a validation after each


@pytest.fixture(scope="module")
def script(told):
    return told("lightning_fits")


@pytest.mark.parametrize("library", ["lightning.pytorch", "pytorch_lightning"])
def test_the_figures_stand_beside_the_loss_and_rise(script, library):
    rows = [row for row in script[library]["rows"] if row["train_loss"]]
    assert len(rows) == 4  # eight batches an epoch, two a step, each second step is logged
    assert all(row[name] for row in rows for name in FIGURES)
    values = [float(row["energy_wh"]) for row in rows]
    assert values == sorted(values)
    assert 0 <= values[0] < values[-1]


@pytest.mark.parametrize("library", ["lightning.pytorch", "pytorch_lightning"])
def test_at_the_end_they_are_the_whole_training(script, library):
    told = script[library]
    metrics = told["callback_metrics"]
    assert (told["status"], told["label"], told["samples"]) == ("ok", "Classifier", SAMPLES)
    assert 3600 * metrics["energy_wh"] / metrics["joules_per_sample"] == pytest.approx(SAMPLES, rel=1e-5)
    assert (told["second"]["label"], told["second"]["samples"]) == ("second", SAMPLES)


def test_a_copy_begins_anew(script):
    assert script["lightning.pytorch"]["copied"] == "no training has begun: read .footprint after trainer.fit(…)"


@pytest.mark.parametrize(("how", "status"), [("failed", "error"), ("interrupted", "interrupted")])
def test_what_is_cut_short_is_over_at_once(script, how, status):
    assert (script[how]["status"], script[how]["samples"]) == (status, 3 * 5)
    assert (script["left_open"], script["watches"]) == (0, [])
