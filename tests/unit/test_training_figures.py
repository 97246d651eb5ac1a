"""What a training's logs take, when an estimate settles lower than it stood."""

from types import SimpleNamespace

import pytest
from rig.records import footprint

from jupyter_green.integrations import training
from jupyter_green.integrations.training import Training


@pytest.fixture
def begun(monkeypatch):
    """A training whose footprints are these, one after the other."""
    given = iter(())

    class Block:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        @property
        def footprint(self):
            return next(given)

    meter = SimpleNamespace(running=(), sampler=SimpleNamespace(edge=lambda: None))
    monkeypatch.setattr(
        training, "session", lambda: SimpleNamespace(metering=True, has_notebook=True, meter=meter, records=None)
    )
    monkeypatch.setattr(training, "measure", lambda label: Block())

    def make(*footprints):
        nonlocal given
        given = iter(footprints)
        return Training("of a test", make)

    trainings = []
    yield lambda *footprints: trainings.append(make(*footprints)) or trainings[-1]
    for each in trainings:
        each.end()


def test_energy_does_not_fall_and_is_divided_by_the_work_done_since(begun):
    of = begun(footprint(1800.0, units=100, unit="sample"), footprint(1799.0, units=120, unit="sample"))
    assert of.figures()["energy_wh"] == pytest.approx(0.5)
    figures = of.figures("train_")
    assert figures["train_energy_wh"] == pytest.approx(0.5)
    assert figures["train_joules_per_sample"] == pytest.approx(15.0)
