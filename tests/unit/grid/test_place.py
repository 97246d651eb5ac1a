import os
import subprocess
import sys
import zoneinfo
from importlib.resources import files

import pytest

from jupyter_green import grid
from jupyter_green.grid.time_zones import country_of, local_timezone

ZONE_TAB = [
    line.split("\t")
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines()
    if not line.startswith("#")
]

# Countries of zone.tab for which the table has no usable figure.
WITHOUT = {
    "AD",
    "AI",
    "AQ",
    "AX",
    "BL",
    "BQ",
    "CC",
    "CF",
    "CW",
    "CX",
    "EH",
    "FM",
    "GG",
    "GS",
    "IM",
    "IO",
    "JE",
    "LI",
    "MC",
    "MF",
    "MH",
    "MP",
    "NF",
    "NU",
    "PN",
    "PW",
    "SJ",
    "SM",
    "SX",
    "TF",
    "TK",
    "TV",
    "UM",
    "VA",
    "WF",
    "YT",
}


def test_every_zone_gives_its_countrys_figure_or_the_worlds_mean_marked_so():
    without = set()
    for code, _, zone, *_ in ZONE_TAB:
        place = grid.locate(None, zone)
        assert place.intensity.value > 0
        if place.intensity.zone == "world":
            without.add(code)
            assert place.intensity.status == "world-mean"
            assert place.found.startswith(f"time zone {zone}, but no figure for ")
        else:
            assert (place.intensity.zone, place.found) == (code, f"time zone {zone}")
    assert without == WITHOUT


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        ("Europe/Oslo", "NO"),
        ("Europe/Stockholm", "SE"),
        ("Europe/Copenhagen", "DK"),
        ("Europe/Amsterdam", "NL"),
        ("US/Eastern", "US"),
        ("Asia/Calcutta", "IN"),
        ("Europe/Kiev", "UA"),
        ("GB", "GB"),
        ("Japan", "JP"),
        ("Australia/Lord_Howe", "AU"),
        ("Africa/Casablanca", "MA"),
        ("Asia/Kathmandu", "NP"),
        ("Pacific/Chatham", "NZ"),
        ("Iceland", "IS"),
        ("Africa/Timbuktu", "ML"),
        ("Africa/Asmera", "ER"),
        ("America/Coral_Harbour", "CA"),
        ("America/Virgin", "VI"),
    ],
)
def test_old_names_shared_clocks_and_odd_offsets_keep_their_country(zone, code):
    assert grid.locate(None, zone).intensity.zone == code


def test_no_alias_crosses_a_border():
    """An alias whose target is shared by several countries is right only if a person looked at it."""
    shared = {}
    for line in (files("tzdata") / "zoneinfo" / "zone1970.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            codes, _, zone, *_ = line.split("\t")
            shared[zone] = codes.split(",")
    own = {row[2] for row in ZONE_TAB}
    looked_at = {"CA": "America Canada", "GB": "Europe GB GB-Eire", "MM": "Asia", "JP": "Japan", "NZ": "NZ"}
    looked_at |= {
        "AS": "Pacific US",
        "SG": "Singapore",
        "US": "US MST",
        "VI": "America",
        "ML": "Africa",
        "ER": "Africa",
    }
    looked_at |= {"IS": "Iceland", "FM": "Pacific", "AQ": "Antarctica", "SJ": "Atlantic"}
    for line in (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text("utf-8").splitlines():
        if line.startswith("L "):
            _, target, name = line.split()
            code = country_of(name)
            if name not in own and len(shared.get(target, [])) > 1 and code is not None:
                assert name.split("/")[0] in looked_at.get(code, "").split(), (name, target, code)


@pytest.mark.parametrize(
    "zone", ["UTC", "Etc/UTC", "GMT", "Etc/GMT+5", "Zulu", "EST", "CET", "PST8PDT", "Factory", "", "Mars/Olympus"]
)
def test_a_zone_that_names_no_country_gives_the_worlds_mean(zone):
    place = grid.locate(None, zone)
    assert place.intensity.status == "world-mean"
    assert place.found == f"not known (time zone {zone} names no country): world mean"


def test_every_zone_of_the_data_base_resolves():
    for zone in zoneinfo.available_timezones():
        assert grid.locate(None, zone).intensity.value > 0


@pytest.mark.parametrize("zone", ["\x1b[31m\n" * 99, "<b>x</b>", "../../etc/passwd", "a" * 10_000])
def test_a_hostile_time_zone_leaves_one_short_line(zone):
    found = grid.locate(None, zone).found
    assert found.isprintable()
    assert len(found) < 120


def test_configuration_wins_over_the_time_zone():
    place = grid.locate("Norway", "Europe/Paris")
    assert (place.intensity.zone, place.found) == ("NO", "configured")
    assert grid.locate(" ", "Europe/Paris").intensity.zone == "FR"
    with pytest.raises(grid.UnknownRegion):
        grid.locate("Nowhere", "Europe/Paris")


@pytest.mark.parametrize(
    ("tz", "found"),
    [("America/Sao_Paulo", "time zone America/Sao_Paulo"), ("EST5EDT4,M3.2.0,M11.1.0", "not known"), (":nonsense", "")],
)
def test_the_machines_own_zone_is_asked_for(tz, found):
    script = "from jupyter_green.grid import locate; print(locate(None).found)"
    done = subprocess.run(
        [sys.executable, "-c", script], env={**os.environ, "TZ": tz}, check=True, capture_output=True, text=True
    )
    assert done.stdout.startswith(found or "not known")
    assert done.stderr == ""


def test_contradictory_settings_of_the_machine_are_no_failure(monkeypatch):
    def fail():
        raise zoneinfo.ZoneInfoNotFoundError("two configurations disagree")

    monkeypatch.setattr("tzlocal.get_localzone_name", fail)
    assert local_timezone() is None
    assert grid.locate(None).found == "not known: world mean"
