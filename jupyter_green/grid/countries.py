"""The offline table: one row a country, with year, boundary, source and licence. Read when first asked for."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..emissions import Boundary

WORLD = "world"


@dataclass(frozen=True, slots=True)
class Country:
    """One row of ``data/countries.csv``.

    Attributes
    ----------
    code
        ISO 3166-1 alpha-2 (``XK`` for Kosovo), or ``world``.
    value
        Annual mean, gCO2e/kWh; ``nan`` where the source has no usable figure, and then *flags* says why.
    flags
        ``above-coal``, ``no-figure``, ``zero-reported``, ``out-of-date``.
    """

    code: str
    name: str
    iso3: str
    aliases: tuple[str, ...]
    year: int | None
    value: float
    boundary: Boundary
    source: str
    licence: str
    flags: tuple[str, ...]


@cache
def table() -> Mapping[str, Country]:
    """Return every row by its code, the world's mean among them."""
    import csv
    from importlib.resources import files

    text = (files(__package__) / "data" / "countries.csv").read_text(encoding="utf-8")
    return {row["id"]: _country(row) for row in csv.DictReader(text.splitlines())}


def _country(row: Mapping[str, str]) -> Country:
    return Country(
        code=row["id"],
        name=row["name"],
        iso3=row["iso3"],
        aliases=tuple(row["aliases"].split("|")) if row["aliases"] else (),
        year=int(row["year"]) if row["year"] else None,
        value=float(row["value"]) if row["value"] else math.nan,
        boundary="lifecycle" if row["boundary"] == "lifecycle" else "unknown",
        source=row["source"],
        licence=row["licence"],
        flags=tuple(row["flags"].split("|")) if row["flags"] else (),
    )


@cache
def index() -> Mapping[str, str]:
    """Return the code for each normalised code, name and alias. A code wins over a name."""
    named: dict[str, str] = {}
    for country in table().values():
        for name in (country.name, *country.aliases):
            named[normalised(name)] = country.code
    for country in table().values():
        if country.iso3:
            named[normalised(country.iso3)] = country.code
    for code in table():
        named[normalised(code)] = code
    return named


def normalised(name: str) -> str:
    """Return *name* without case, accents, punctuation and a leading article."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split()).removeprefix("the ")
