"""The country of a time zone, by the tables of tzdata."""

from __future__ import annotations


def local_timezone() -> str | None:
    """Return the IANA name of this machine's time zone, or ``None`` when it cannot be told."""
    import warnings

    try:
        from tzlocal import get_localzone_name

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return get_localzone_name()
    except Exception:  # noqa: BLE001 - the settings of a machine may be contradictory in any way; a guess is not worth a failure
        return None


def country_of(timezone: str) -> str | None:
    """Return the alpha-2 code of the country that uses *timezone*, or ``None``.

    By tzdata's ``zone.tab``: in the newer ``zone1970.tab`` Europe/Berlin stands for Germany, Denmark, Norway and
    Sweden together. An old name such as US/Eastern is followed to its present one.
    """
    if timezone in _OFFSETS:
        return None
    countries = _zone_countries()
    return countries.get(timezone) or _FOREIGN_ALIASES.get(timezone) or countries.get(_present_name(timezone))


# Names of an offset that tzdata has made links to one of the cities that keep it: EST is not Panama.
_OFFSETS = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "WET"})

# Old names that tzdata links to a zone of another country with the same history of clocks.
_FOREIGN_ALIASES = {
    "Africa/Asmera": "ER",
    "Africa/Timbuktu": "ML",
    "America/Coral_Harbour": "CA",
    "America/Virgin": "VI",
    "Antarctica/South_Pole": "AQ",
    "Atlantic/Jan_Mayen": "SJ",
    "Iceland": "IS",
    "Pacific/Ponape": "FM",
    "Pacific/Truk": "FM",
    "Pacific/Yap": "FM",
}


def _zone_countries() -> dict[str, str]:
    rows = (line.split("\t") for line in _tzdata("zone.tab") if not line.startswith("#"))
    return {row[2]: row[0] for row in rows if len(row) > 2}


def _present_name(timezone: str) -> str:
    rows = (line.split() for line in _tzdata("tzdata.zi") if line.startswith("L "))
    links = {row[2]: row[1] for row in rows if len(row) == 3}
    for _ in range(len(links)):
        if timezone not in links:
            break
        timezone = links[timezone]
    return timezone


def _tzdata(name: str) -> list[str]:
    from importlib.resources import files

    try:
        return (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines()
    except (ImportError, OSError):
        return []
