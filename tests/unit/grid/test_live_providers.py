"""The three live services, asked by the real client: what they say well, and what they may do badly."""

import logging
import time
from email.utils import formatdate

import pytest
from rig.grid_server import BEARER, HUGE, PASSWORD, TOKEN, GridServer

from jupyter_green.grid.live import PROVIDERS, LiveIntensity, client, provider, zone_of
from jupyter_green.grid.live.json_client import LARGEST, ServiceError
from jupyter_green.grid.live.periods import intensity, moment
from jupyter_green.grid.live.tokens import Tokens
from jupyter_green.grid.live.watttime import GRAMS_PER_KWH

NOW = 1_795_000_500.0
HOUR, HALF_HOUR = 3600.0, 1800.0
ZONES = {"uk": "GB", "electricitymaps": "DE", "watttime": "CAISO_NORTH"}


@pytest.fixture
def server(monkeypatch):
    with GridServer() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        server.now = lambda: NOW
        yield server


@pytest.fixture
def ask(server, tmp_path):
    """Ask a service about its usual place; the provider is kept, as in a session."""
    made = {}

    def fetch(name, zone=None):
        made.setdefault(name, provider(name, Tokens(tmp_path / "tokens")))
        return made[name].fetch(client(name), zone or ZONES[name], NOW)

    return fetch


def refusal(ask, name, zone=None):
    with pytest.raises(ServiceError) as caught:
        ask(name, zone)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    message = str(caught.value)
    assert "\n" not in message
    assert not any(secret in message for secret in (TOKEN, PASSWORD, BEARER))
    return caught.value


def covering(answer, at=NOW):
    (period,) = (p for p in answer.periods if p.start <= at < p.end)
    return period


@pytest.mark.parametrize("name", PROVIDERS)
def test_the_present_and_two_days_ahead(ask, server, name):
    server.value = lambda at: 100 + at % 7200 / 100
    answer = ask(name)
    factor = GRAMS_PER_KWH if name == "watttime" else 1
    for period in answer.periods:
        assert period.value == pytest.approx((100 + period.start % 7200 / 100) * factor)
    assert covering(answer)
    assert answer.periods[-1].end >= NOW + 47 * HOUR
    assert all(a.end == b.start for a, b in zip(answer.periods, answer.periods[1:], strict=False))


def test_the_uk_takes_the_actual_value_and_where_it_is_null_the_forecast(ask, server):
    assert [p.kind for p in ask("uk").periods[:2]] == ["actual", "forecast"]
    server.fault = "null actual"
    assert {p.kind for p in ask("uk").periods} == {"forecast"}
    server.fault = "null both"
    assert "no value" in str(refusal(ask, "uk"))


@pytest.mark.parametrize(("zone", "path"), [("RG10", "postcode/RG10"), ("13", "regionid/13")])
def test_the_uk_by_region(ask, server, zone, path):
    answer = ask("uk", zone)
    assert answer.name == "London"
    assert server.asked[-1].path.endswith(path)
    assert covering(answer).kind == "forecast"


def test_electricity_maps_always_hears_an_explicit_zone_and_the_boundary(ask, server):
    answer = ask("electricitymaps")
    assert covering(answer).kind == "estimated"
    assert all(a.query["zone"] == "DE" and a.query["emissionFactorType"] == "lifecycle" for a in server.asked)
    assert all(TOKEN not in a.path and TOKEN not in a.query.values() for a in server.asked)


def test_electricity_maps_gives_its_forecast_once_an_hour_and_need_not_have_one(ask, server):
    ask("electricitymaps")
    ask("electricitymaps")
    assert [a.path.rpartition("/")[2] for a in server.asked] == ["latest", "forecast", "latest"]
    server.changes = {"forecast": None}
    assert len(ask("electricitymaps", "FR").periods) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"zone": "DK"}, "another zone"), ({"emissionFactorType": "direct"}, "lifecycle"), ({"datetime": "now"}, "time")],
)
def test_electricity_maps_is_refused_where_it_answers_something_else(ask, server, changes, words):
    server.changes = changes
    assert words in str(refusal(ask, "electricitymaps"))


def test_watttime_logs_in_once_and_again_where_its_token_is_withdrawn(ask, server, monkeypatch):
    ask("watttime")
    ask("watttime")
    assert [a.path for a in server.asked] == ["/login", "/v3/forecast", "/v3/forecast"]
    assert {a.query.get("signal_type") for a in server.asked[1:]} == {"co2_moer"}
    monkeypatch.setattr("rig.grid_server.BEARER", "another")
    assert covering(ask("watttime"))
    assert [a.path for a in server.asked[3:]] == ["/v3/forecast", "/login", "/v3/forecast"]


@pytest.mark.parametrize("changes", [{"units": "kg"}, {"signal_type": "co2_aoer"}, {"data_point_period_seconds": 0}])
def test_watttime_is_refused_where_it_answers_something_else(ask, server, changes):
    server.changes = changes
    refusal(ask, "watttime")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (401, "401"),
        (403, "403"),
        (429, "fewer requests (429)"),
        (500, "HTTP 500"),
        (503, "HTTP 503"),
        (404, "HTTP 404"),
        (400, "HTTP 400"),
        ("redirect", "not followed"),
        ("garbage", "no JSON"),
        ("nested", "no JSON"),
        ("gzip", "encoding"),
        ("black hole", "cannot be read"),
    ],
)
@pytest.mark.parametrize("name", PROVIDERS)
def test_a_server_at_fault_gets_one_line(ask, server, name, fault, words):
    server.fault = fault
    server.release.set()  # the black hole hangs up at once
    assert words in str(refusal(ask, name))


@pytest.mark.parametrize(
    ("name", "variable"),
    [("electricitymaps", "JUPYTER_GREEN_ELECTRICITYMAPS_TOKEN"), ("watttime", "JUPYTER_GREEN_WATTTIME_PASSWORD")],
)
def test_a_wrong_token_is_refused_by_name_and_not_by_value(ask, monkeypatch, name, variable):
    monkeypatch.setenv(variable, "a wrong secret")
    message = str(refusal(ask, name))
    assert variable in message
    assert "401" in message
    assert "a wrong secret" not in message


def test_a_silent_server_is_given_up_after_its_time(ask, server, monkeypatch):
    monkeypatch.setattr("jupyter_green.grid.live.json_client.READ", 0.05)
    server.fault = "slow"
    assert "does not answer within" in str(refusal(ask, "uk"))


def test_a_slow_answer_is_an_answer(ask, server):
    server.fault = "slow"
    server.release.set()
    assert covering(ask("uk"))


def test_nobody_at_home(ask, monkeypatch):
    monkeypatch.setenv("_JUPYTER_GREEN_LIVE_SERVER", "http://127.0.0.1:1")
    assert "cannot be reached" in str(refusal(ask, "uk"))


def test_a_hundred_megabytes_are_not_read(ask, server):
    server.fault = "huge"
    assert "more than 1 MB" in str(refusal(ask, "uk"))
    server.done.wait()
    assert LARGEST < server.sent < HUGE / 3  # what sockets buffer is more than what was read


@pytest.mark.parametrize("value", [-40, 3001, 1e400, float("nan"), "200", True, [200], {}, 10**400])
@pytest.mark.parametrize("name", PROVIDERS)
def test_an_absurd_value_is_refused_with_all_that_came_with_it(ask, server, name, value):
    server.value = lambda at: value if at >= NOW - HOUR else 200
    if value == 3001 and name == "watttime":
        value = 7000  # lb/MWh
    assert "impossible value" in str(refusal(ask, name))


@pytest.mark.parametrize("text", [None, "", "yesterday", "2026-13-01T00:00Z", 12])
def test_no_time(text):
    with pytest.raises(ServiceError):
        moment(text)


def test_times_with_and_without_a_zone():
    assert moment("2026-11-23T15:30Z") == moment("2026-11-23T16:30:00.000+01:00") == moment("2026-11-23T15:30")


def test_bounds_are_values_too():
    assert (intensity(0), intensity(3000)) == (0.0, 3000.0)


@pytest.mark.parametrize(("hours", "way"), [(-5, "ahead of"), (7, "behind")])
def test_a_machine_with_a_wrong_clock_hears_so(ask, server, hours, way):
    server.date = formatdate(time.time() + hours * 3600, usegmt=True)
    message = str(refusal(ask, "uk"))
    assert f"{abs(hours):.1f} h {way} the server's; set it" in message


def test_a_server_without_a_date_is_believed(ask, server):
    server.date = "soon"
    assert covering(ask("uk"))


def test_without_httpx_the_pip_command_is_named(ask, server, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "httpx", None)
    assert str(refusal(ask, "uk")) == "needs httpx: pip install 'jupyter-green[live]'"
    assert server.asked == []


def test_a_socks_proxy_without_its_package_is_named(ask, server, monkeypatch):
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
    monkeypatch.setitem(__import__("sys").modules, "socksio", None)
    assert "httpx[socks]" in str(refusal(ask, "uk"))
    assert server.asked == []


def test_nothing_but_a_server_on_this_machine_takes_a_services_place(monkeypatch):
    monkeypatch.setenv("_JUPYTER_GREEN_LIVE_SERVER", "https://collector.example")
    assert client("uk")._base == "https://api.carbonintensity.org.uk"


@pytest.mark.parametrize(
    ("name", "zone", "region", "known"),
    [
        ("uk", "", "GB", "GB"),
        ("uk", "gb", "FR", "GB"),
        ("uk", "rg10", "GB", "RG10"),
        ("electricitymaps", "", "FR", "FR"),
        ("electricitymaps", "", "CA-QC", "CA-QC"),
        ("electricitymaps", "US-CAL-CISO", "US", "US-CAL-CISO"),
        ("watttime", "CAISO_NORTH", "US", "CAISO_NORTH"),
    ],
)
def test_places_by_region_and_by_the_services_own_name(name, zone, region, known):
    assert zone_of(name, zone, region) == known


@pytest.mark.parametrize(
    ("name", "zone", "region", "words"),
    [
        ("uk", "", "FR", "Great Britain only"),
        ("uk", "18", "GB", "regions 1 to 17"),
        ("uk", "Paris", "GB", "postcode"),
        ("electricitymaps", "", "world", "set Green.provider_zone"),
        ("electricitymaps", "", "US-CA", "US-CAL-CISO"),
        ("watttime", "", "US", "CAISO_NORTH"),
    ],
)
def test_a_place_that_a_service_cannot_know_is_not_asked_for(name, zone, region, words):
    with pytest.raises(ServiceError, match=words):
        zone_of(name, zone, region)


def test_requests_stay_out_of_the_users_log(server, fake_clock, caplog, tmp_path):
    from jupyter_green.grid import lookup

    caplog.set_level(logging.DEBUG)
    fake_clock.step_wall(NOW - fake_clock.wall())
    em = provider("electricitymaps", Tokens(tmp_path / "tokens"))
    live = LiveIntensity(em, client("electricitymaps"), lambda: "DE", lookup("DE"), fake_clock)
    live.start()
    live.at(fake_clock.boottime())
    deadline = time.monotonic() + 30
    while live.state.age is None and time.monotonic() < deadline:
        assert live.state.trouble is None
        time.sleep(0.01)
    live.stop()
    assert live.state.status == "live"
    assert [r for r in caplog.records if r.name.startswith(("httpx", "httpcore"))] == []
