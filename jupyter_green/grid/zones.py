"""One row of the tables of annual means, and how rows are read and names compared."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..emissions import Averaging, Basis, Boundary

WORLD = "world"
_BOUNDARIES: Mapping[str, Boundary] = {"lifecycle": "lifecycle", "direct": "direct"}
_BASES: Mapping[str, Basis] = {"production": "production", "consumption": "consumption"}
_METHODS: Mapping[str, Averaging] = {"": "average", "average": "average", "marginal": "marginal"}


@dataclass(frozen=True, slots=True)
class Zone:
    """A country, or a part of one, with its annual mean.

    Attributes
    ----------
    code
        ISO 3166-1 alpha-2 (``XK`` for Kosovo), ISO 3166-2 (``US-CA``), or ``world``.
    value
        gCO2e/kWh; ``nan`` where the source has no usable figure, and then *flags* says why.
    flags
        ``above-coal``, ``no-figure``, ``zero-reported``, ``out-of-date``, ``mostly-imported``, ``preliminary``.
    """

    code: str
    name: str
    iso3: str
    aliases: tuple[str, ...]
    year: int | None
    value: float
    boundary: Boundary
    basis: Basis
    method: Averaging
    source: str
    licence: str
    flags: tuple[str, ...]


def read(file: str) -> Iterator[Zone]:
    """Yield the rows of a table in ``data``."""
    for row in rows(file):
        yield Zone(
            code=row["id"],
            name=row["name"],
            iso3=row["iso3"],
            aliases=tuple(row["aliases"].split("|")) if row["aliases"] else (),
            year=int(row["year"]) if row["year"] else None,
            value=float(row["value"]) if row["value"] else math.nan,
            boundary=_BOUNDARIES.get(row["boundary"], "unknown"),
            basis=_BASES.get(row["basis"], "unknown"),
            method=_METHODS[row["method"]],
            source=row["source"],
            licence=row["licence"],
            flags=tuple(row["flags"].split("|")) if row["flags"] else (),
        )


def rows(file: str) -> Iterator[dict[str, str]]:
    """Yield the lines of a table in ``data`` by column."""
    import csv
    from importlib.resources import files

    text = (files(__package__) / "data" / file).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def named(zones: Iterable[Zone]) -> dict[str, str]:
    """Return the code for each normalised code, name and alias. A code wins over a name."""
    known = list(zones)
    index: dict[str, str] = {}
    for zone in known:
        for name in (zone.name, *zone.aliases):
            index[normalised(name)] = zone.code
    for zone in known:
        if zone.iso3:
            index[normalised(zone.iso3)] = zone.code
    for zone in known:
        index[normalised(zone.code)] = zone.code
    return index


def normalised(name: str) -> str:
    """Return *name* without case, accents, punctuation and a leading article."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("&", " and "))
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split()).removeprefix("the ")
