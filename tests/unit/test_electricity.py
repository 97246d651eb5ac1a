"""Which factor is in force by the user's settings, and that nothing is asked without them."""

import threading
import time

import pytest
from rig.grid_server import GridServer
from traitlets import TraitError

from jupyter_green.config import Green, load
from jupyter_green.electricity import Electricity
from jupyter_green.grid import lookup


@pytest.fixture
def server(monkeypatch, fake_clock):
    with GridServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        server.now = fake_clock.wall
        yield server


@pytest.fixture
def electricity(fake_clock):
    made = []

    def make(**settings):
        made.append(Electricity(Green(**settings), fake_clock))
        return made[-1]

    yield make
    for one in made:
        one.stop()


def until_answered(electricity):
    end = time.monotonic() + 30
    while electricity.live.state.age is None:
        assert time.monotonic() < end, electricity.live.state
        time.sleep(0.005)


def test_without_a_provider_there_is_no_service_and_no_thread(server, electricity, fake_clock):
    before = threading.active_count()
    one = electricity(region="FR")
    one.start()
    assert one.live is None
    assert one.at(fake_clock.boottime()) is None
    assert one.present == one.unchanging[0] == lookup("FR")
    assert threading.active_count() == before
    assert server.asked == []


def test_a_configured_intensity_comes_before_a_service(server, electricity):
    one = electricity(provider="uk", intensity=12.0)
    one.start()
    assert one.live is None
    assert one.present.value == 12.0
    assert server.asked == []


def test_the_uks_service_implies_the_place(electricity):
    one = electricity(provider="uk")
    assert one.place.intensity.zone == "GB"
    assert one.unchanging[0].status == "fallback"
    assert electricity(provider="uk", region="FR").place.intensity.zone == "FR"


def test_nothing_is_asked_before_metering_begins_or_after_it_ends(server, electricity):
    one = electricity(provider="uk")
    assert one.present.status == "fallback"
    assert server.asked == []
    one.start()
    until_answered(one)
    one.stop()
    assert len(server.asked) == 1


def test_a_new_setting_asks_for_the_new_place(server, electricity, fake_clock):
    server.value = lambda at: 100 if server.asked[-1].query.get("zone") == "FR" else 300
    one = electricity(provider="electricitymaps", region="FR")
    one.start()
    until_answered(one)
    assert (one.present.zone, one.present.value) == ("FR", 100.0)
    one._config.region = "DE"
    assert one.present.status == "fallback"
    assert one.present.value == lookup("DE").value
    until_answered(one)
    assert (one.present.zone, one.present.value) == ("DE", 300.0)
    one._config.provider = "annual"
    assert one.at(fake_clock.boottime()) is None
    assert one.present == lookup("DE")


def test_settings_that_cannot_be_are_refused_in_one_line():
    with pytest.raises(TraitError, match="provider_zone must be a zone"):
        Green(provider_zone="../../etc")
    config, complaints = load(environ={"JUPYTER_GREEN_PROVIDER": "entsoe", "JUPYTER_GREEN_PROVIDER_ZONE": "a b"})
    assert (config.provider, config.provider_zone) == ("annual", "")
    assert len([line for line in complaints if "PROVIDER" in line.upper()]) == 2
    assert all("\n" not in line for line in complaints)


def test_a_token_is_no_setting():
    assert not any("token" in name or "password" in name for name in Green.class_trait_names(config=True))
