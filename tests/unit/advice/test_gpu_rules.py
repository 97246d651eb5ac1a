from dataclasses import replace

import pytest
from rig.evidence import MACHINE, cell, notebook, said

from jupyter_green.advice.evidence import Gpu
from jupyter_green.advice.gates import Gates
from jupyter_green.advice.rules.idle_gpu import RULE as IDLE
from jupyter_green.advice.rules.power_limit import RULE as LIMIT

GPU = Gpu(0, "NVIDIA H200", utilisation=0.97, power=660.0, power_limit=700.0, ours=True)
OPEN = Gates(joules=0)


def on(*gpus, **facts):
    values = {"duration": 1200.0, "joules": 800e3, "components": {"gpu": 720e3}, **facts}
    return notebook(cell("train()", machine=replace(MACHINE, gpus=gpus), **values))


def test_a_gpu_kept_awake():
    found = said(IDLE, on(replace(GPU, unused_seconds=2400.0, unused_power=75.0)))
    assert "For 40 min" in found.evidence
    assert "75 W: 50.0 Wh" in found.evidence
    assert found.patch is None


def test_what_it_drew_may_be_unknown():
    assert "26–66 W" in said(IDLE, on(replace(GPU, unused_seconds=2400.0))).evidence


@pytest.mark.parametrize(("seconds", "gates", "speaks"), [(600, Gates(), False), (100, OPEN, True), (30, OPEN, False)])
def test_a_pause_is_no_waste(seconds, gates, speaks):
    found = said(IDLE, on(replace(GPU, unused_seconds=seconds, unused_power=75.0)), gates)
    assert (found is not None) is speaks


def test_a_gpu_at_its_limit():
    found = said(LIMIT, on(GPU))
    assert "660 W of its limit of 700 W" in found.evidence
    assert "14.0 Wh" in found.evidence
    assert found.share == 0.9
    assert found.patch is None


@pytest.mark.parametrize(
    "gpu",
    [
        replace(GPU, power=500.0),
        replace(GPU, power_limit=float("nan")),
        replace(GPU, others=True),
        replace(GPU, ours=False),
        replace(GPU, utilisation=0.3),
    ],
)
def test_one_that_is_not(gpu):
    assert said(LIMIT, on(gpu)) is None


def test_a_short_cell_is_not_worth_an_administrator():
    assert said(LIMIT, on(GPU, duration=120.0)) is None
    assert said(LIMIT, on(GPU, duration=120.0), OPEN) is not None
