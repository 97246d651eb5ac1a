"""What is said about the best start, and what is not claimed."""

from types import SimpleNamespace

import pytest
from rig.machine import FakeMachine

from jupyter_green.grid import lookup
from jupyter_green.grid.live import Answer, LiveIntensity, Period
from jupyter_green.report.best_start import paragraph

HOUR = 3600.0


class Scripted:
    """A service whose forecast a test chose: one value an hour."""

    label, ttl, boundary, basis, method = "NESO Carbon Intensity API", 1800.0, "direct", "consumption", "average"

    def __init__(self, *values):
        self.values = values

    def fetch(self, _, zone, now):
        hours = [(now + k * HOUR, v) for k, v in enumerate(self.values)]
        return Answer(tuple(Period(at, at + HOUR, v, "forecast") for at, v in hours), "Great Britain")


@pytest.fixture
def session(monkeypatch):
    monkeypatch.setenv("TZ", "UTC")
    __import__("time").tzset()

    def make(service, hours=1.0, cells=True):
        machine = FakeMachine(cpus=1, watts=360.0, idle_watts=0.0)
        window = machine.meter.open()
        machine.run(hours * HOUR, {0: 1.0})
        machine.meter.close(window)
        machine.settle()
        machine.clock.step_wall(1_795_046_400 - machine.clock.wall())  # midnight, a Thursday
        live = service and LiveIntensity(service, None, lambda: "GB", lookup("GB"), machine.clock)
        if live is not None:
            live.poll()
        record = SimpleNamespace(footprint=window.footprint, execution_count=7)
        return SimpleNamespace(
            electricity=SimpleNamespace(live=live), clock=machine.clock, cells=[record] if cells else []
        )

    yield make
    monkeypatch.undo()
    __import__("time").tzset()


def test_a_cleaner_hour_is_named_with_both_means_and_what_is_assumed(session):
    assert paragraph(session(Scripted(231, 230, 140, 300))) == (
        "Best start: cell [7] used 360 Wh in 1 h; begun again now it would meet 231 g CO₂e/kWh on average, by "
        "NESO Carbon Intensity API's forecast for United Kingdom (direct, to Thu 04:00); from Thu 02:00, 140: 39 % "
        "lower, same energy assumed."
    )


def test_a_difference_within_the_forecasts_error_is_not_claimed(session):
    said = paragraph(session(Scripted(200, 180, 190)))
    assert said.endswith("No later start is better by more than the forecast may be off (15 %).")
    assert "lower" not in said


def test_a_marginal_forecast_is_called_so(session):
    service = Scripted(200, 100)
    service.method = "marginal"
    assert "(marginal, to" in paragraph(session(service))


def test_a_cell_longer_than_the_forecast(session):
    assert paragraph(session(Scripted(200, 100), hours=3.0)).endswith("took 3 h; the forecast does not reach as far.")


def test_without_a_forecast_it_says_where_to_look(session):
    one = session(Scripted(200))
    one.clock.advance(3 * HOUR)
    assert "no forecast at present; %carbon status" in paragraph(one)


def test_nothing_is_said_without_a_service_or_a_cell(session):
    assert paragraph(session(None)) is None
    assert paragraph(session(Scripted(200), cells=False)) is None
