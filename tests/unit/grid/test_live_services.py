"""What is in force while a live service answers, when it does not, and when it is asked again."""

import threading
import time

import pytest
from rig.grid_server import GridServer

from jupyter_green.grid import lookup, world_mean
from jupyter_green.grid.live import LiveIntensity, client, provider
from jupyter_green.grid.live.tokens import Tokens

MINUTE, HOUR = 60.0, 3600.0
PLACES = {"uk": ("GB", "GB"), "electricitymaps": ("DE", "DE"), "watttime": ("CAISO_NORTH", "US")}


@pytest.fixture
def server(monkeypatch, fake_clock):
    with GridServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        fake_clock.step_wall(1_795_000_000.0 // HOUR * HOUR - fake_clock.wall())  # on the hour
        server.now = fake_clock.wall
        yield server


@pytest.fixture
def live(server, fake_clock, tmp_path):
    """Make a service under the fake clock, asked only when a test says so."""

    def make(name="uk"):
        zone, region = PLACES[name]
        service = provider(name, Tokens(tmp_path / "tokens"))
        return LiveIntensity(service, client(name), lambda: zone, lookup(region), fake_clock)

    return make


def in_force(live, clock):
    found = live.at(clock.boottime())
    return None if found is None else (found.value, found.status)


def asks(server):
    """How often the present value was asked for."""
    return sum("forecast" not in asked.path or asked.path.startswith("/v3") for asked in server.asked)


@pytest.mark.parametrize(
    ("name", "meaning", "value"),
    [
        ("uk", ("direct", "consumption", "average"), 200.0),
        ("electricitymaps", ("lifecycle", "consumption", "average"), 200.0),
        ("watttime", ("direct", "unknown", "marginal"), 200 * 0.45359237),
    ],
)
def test_a_live_value_says_what_it_means(live, fake_clock, name, meaning, value):
    one = live(name)
    one.poll()
    found = one.present
    assert found.status == "live"
    assert found.value == pytest.approx(value)
    assert (found.boundary, found.basis, found.method) == meaning
    assert found.low < found.value < found.high
    assert found.year is None
    assert found.zone == PLACES[name][0]


def test_each_half_hour_has_its_own_value_and_the_past_keeps_its(live, server, fake_clock):
    server.value = lambda at: 100 + at // 1800 % 7
    one = live()
    one.poll()
    start = fake_clock.boottime()
    expected = [100 + (fake_clock.wall() + k * 1800) // 1800 % 7 for k in range(3)]
    for _ in range(3):
        fake_clock.advance(30 * MINUTE)
        one.poll()
    assert [one.at(start + k * 1800 * 10**9).value for k in range(3)] == expected
    edge = start + 1800 * 10**9
    assert (one.at(edge - 10**6).value, one.at(edge).value) == (expected[0], expected[1])


def test_nobody_is_asked_before_its_time(live, server, fake_clock):
    one, other = live("uk"), live("electricitymaps")
    for minute in range(61):
        one.poll()
        other.poll()
        if minute < 60:
            fake_clock.advance(MINUTE)
    by_uk = [a for a in server.asked if a.path.startswith("/intensity")]
    latest = [a for a in server.asked if a.path.endswith("latest")]
    assert (len(by_uk), len(latest)) == (3, 5)  # at 0, 30 and 60 min; every 15 min


def test_after_a_failure_the_last_value_counts_for_two_hours(live, server, fake_clock):
    one = live("electricitymaps")
    one.poll()
    server.fault = 503
    server.value = lambda at: 999
    seen = []
    for _ in range(13):
        fake_clock.advance(10 * MINUTE)
        one.poll()
        seen.append(in_force(one, fake_clock))
    annual = (lookup("DE").value, "fallback")
    assert seen[0] == (200.0, "live")  # its time is not over
    assert seen[1:12] == [(200.0, "cached")] * 11
    assert seen[12] == annual
    server.fault = None
    fake_clock.advance(15 * MINUTE)
    one.poll()
    assert in_force(one, fake_clock) == (999.0, "live")
    assert one.state.trouble is None


def test_a_cached_forecast_is_followed(live, server, fake_clock):
    server.value = lambda at: 100 if at < fake_clock_start + HOUR else 300
    fake_clock_start = fake_clock.wall()
    one = live("uk")
    one.poll()
    server.fault = 500
    fake_clock.advance(90 * MINUTE)
    one.poll()
    assert in_force(one, fake_clock) == (300.0, "cached")
    cached = one.present
    assert cached.low < 300 / 1.2


@pytest.mark.parametrize("name", ["uk", "watttime"])
def test_a_service_of_another_kind_than_the_annual_mean_has_no_stand_in_for_an_hour(live, server, fake_clock, name):
    server.fault = 500
    one = live(name)
    one.poll()
    assert one.at(fake_clock.boottime()) is None
    assert one.state.status == "fallback"
    assert one.present.value == lookup(PLACES[name][1]).value
    assert one.present.status == one.annual.status == "fallback"


def test_without_an_answer_yet_the_annual_mean_of_the_same_kind_is_in_force(live, fake_clock):
    one = live("electricitymaps")
    assert in_force(one, fake_clock) == (lookup("DE").value, "fallback")
    assert one.state.age is None


def test_failures_are_followed_by_longer_and_longer_pauses(live, server, fake_clock):
    server.fault = 500
    one = live()
    times = []
    for second in range(3600):
        before = len(server.asked)
        one.poll()
        if len(server.asked) > before:
            times.append(second)
        fake_clock.advance(1)
    assert times == [0, 30, 90, 210, 450, 930, 1890]
    assert "HTTP 500" in one.state.trouble


@pytest.mark.parametrize(("header", "pause"), [("90", 90), ("600", 600), ("0", 30), ("nonsense", 30), ("9" * 12, 30)])
def test_a_server_that_asks_for_patience_gets_it(live, server, fake_clock, header, pause):
    server.fault, server.retry_after = 429, header
    one = live()
    one.poll()
    fake_clock.advance(pause - 1)
    one.poll()
    assert asks(server) == 1
    fake_clock.advance(1)
    one.poll()
    assert asks(server) == 2
    assert "429" in one.state.trouble


def test_no_server_gets_us_to_wait_for_days(live, server, fake_clock):
    server.fault, server.retry_after = 503, "864000"
    one = live()
    one.poll()
    assert one.state.retry == pytest.approx(6 * HOUR)


def test_a_refused_token_is_tried_again_in_an_hour(live, server, fake_clock):
    server.fault = 401
    one = live("watttime")
    one.poll()
    assert one.state.retry == pytest.approx(HOUR)
    assert "JUPYTER_GREEN_WATTTIME_PASSWORD" in one.state.trouble


def test_a_clock_that_is_set_to_another_day_has_no_live_value_until_asked_again(live, server, fake_clock):
    one = live("electricitymaps")
    one.poll()
    fake_clock.step_wall(-30 * 24 * HOUR)
    assert in_force(one, fake_clock) == (lookup("DE").value, "fallback")
    fake_clock.advance(15 * MINUTE)
    one.poll()
    assert in_force(one, fake_clock) == (200.0, "live")


def test_an_answer_about_another_day_is_none(live, server, fake_clock):
    server.now = lambda: fake_clock.wall() - 72 * HOUR
    one = live("electricitymaps")
    one.poll()
    assert "no value for the present hour" in one.state.trouble
    assert in_force(one, fake_clock)[1] == "fallback"


@pytest.mark.parametrize("wall", [-1e12, 1e12])
def test_an_impossible_date_crashes_nothing(live, fake_clock, wall):
    one = live()
    fake_clock.step_wall(wall - fake_clock.wall())
    one.poll()
    assert one.state.trouble is not None
    assert one.present.status == "fallback"
    assert one.forecast == ()


def test_the_forecast_begins_now_and_ends_with_the_last_good_answer(live, server, fake_clock):
    one = live()
    assert one.forecast == ()
    one.poll()
    server.fault = 500
    fake_clock.advance(HOUR + 10 * MINUTE)
    first = one.forecast[0]
    assert first.start <= fake_clock.wall() < first.end
    fake_clock.advance(HOUR)
    assert one.forecast == ()


def test_the_place_not_known_is_marked_so_also_when_the_mean_stands_in(server, fake_clock, tmp_path):
    one = LiveIntensity(provider("uk", Tokens(tmp_path)), client("uk"), lambda: "GB", world_mean(), fake_clock)
    server.fault = 500
    one.poll()
    assert (one.present.zone, one.present.status) == ("world", "fallback")


def test_reading_never_waits_for_a_server_that_never_answers(live, server, fake_clock):
    server.fault = "black hole"
    one = live()
    one.start()
    assert server.waiting.wait(30)
    fake_clock.advance(20)
    assert one.at(fake_clock.boottime()) is None
    assert one.present.status == "fallback"
    assert one.forecast == ()
    assert one.state.trouble == "has not answered for 20 s"
    one.stop()
    assert not server.release.is_set()  # all this was there before any answer


def test_a_meter_that_sleeps_lets_the_service_sleep(live, server, fake_clock):
    one = live()
    one.start()
    while one.forecast == ():
        assert one.state.trouble is None
        time.sleep(0.005)
    fake_clock.advance(24 * HOUR)
    server.fault = "black hole"
    assert len(server.asked) == 1  # time went by, and nobody wanted to know
    one.at(fake_clock.boottime())
    assert server.waiting.wait(30)
    one.stop()


def test_stopping_ends_the_thread(live):
    before = set(threading.enumerate())
    one = live()
    one.start()
    started = set(threading.enumerate()) - before
    one.stop()
    for thread in started:
        thread.join(30)
        assert not thread.is_alive()
