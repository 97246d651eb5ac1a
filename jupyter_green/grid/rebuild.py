"""Rebuild ``data/countries.csv``: ``python -m jupyter_green.grid.rebuild CARBONTRACKER_CSV CO2JS_DIR``.

Inputs are two packages as unpacked from their registries; see ``data/SOURCES.md``.
"""

from __future__ import annotations

import csv
import json
import re
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from .factors import ATTRIBUTION
from .zones import WORLD

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = ["id", "name", "iso3", "aliases", "year", "value", "unit"]
COLUMNS += ["boundary", "basis", "method", "source", "licence", "flags"]
LICENCE = "CC BY 4.0"
OWID = ATTRIBUTION.removesuffix(f", {LICENCE}")
EMBER = "Ember, Yearly Electricity Data (2025)"

# What only CO2.js 0.19 has, or has for a later year. Its package drops the years; these are from the same release's
# data/output/average-intensities.json. (carbontracker lost Namibia because "NA" was read as "not available".)
CO2JS_YEARS = {"XKX": 2024, "NAM": 2023, "WORLD": 2024, "ARE": 2024, "SAU": 2024}
ADDED = {"XKX": ("XK", "Kosovo"), "NAM": ("NA", "Namibia"), "WORLD": (WORLD, "World")}

OLDEST_YEAR = 2022  # Western Sahara's figure is of 2009
# Upper end of coal, gCO2e/kWh: IPCC AR5 WG III, Annex III, table A.III.2.
COAL_HIGH = 910.0

# Everyday names beside those of the source and of tzdata's iso3166.tab.
EVERYDAY = {
    "AE": ["UAE"],
    "CD": ["DRC", "DR Congo"],
    "CI": ["Ivory Coast"],
    "CZ": ["Czech Republic"],
    "GB": ["UK", "Great Britain", "Britain"],
    "MM": ["Burma"],
    "NL": ["Holland"],
    "RU": ["Russian Federation"],
    "SZ": ["Swaziland"],
    "TL": ["Timor-Leste"],
    "TR": ["Türkiye"],
    "US": ["United States of America"],
    "VA": ["Vatican"],
    "VN": ["Viet Nam"],
}

Row = dict[str, str]


def rows(carbontracker_csv: Path, co2js_dir: Path) -> Iterator[Row]:
    """Yield the table's rows, countries by code and the world last."""
    built = {row["id"]: row for row in (*_carbontracker(carbontracker_csv), *_co2js(co2js_dir))}
    names = _iso_names()
    for code, name in names.items():
        built.setdefault(code, _row(code, name, "", "", "", "", "no-figure"))
    for code, row in sorted(built.items(), key=lambda item: (item[0] == WORLD, item[0])):
        aliases = [*([names[code]] if names.get(code, row["name"]) != row["name"] else []), *EVERYDAY.get(code, [])]
        row["aliases"] = "|".join(dict.fromkeys(a for a in aliases if a != row["name"]))
        yield row


def _carbontracker(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.reader(file):
            code, year, name, iso3, value = line
            if code == "alpha-2":
                continue
            if float(value) <= 0:
                yield _row(code, name, iso3, "", "", "", "zero-reported")
            elif int(year) < OLDEST_YEAR:
                yield _row(code, name, iso3, "", "", "", "out-of-date")
            else:
                yield _row(code, name, iso3, year, value, OWID)


def _co2js(directory: Path) -> Iterator[Row]:
    script = (directory / "dist" / "cjs" / "data" / "average-intensities.min.js").read_text(encoding="utf-8")
    found = re.search(r"const data = (\{[^{}]*\})", script)
    if found is None:
        raise ValueError(f"no table in {script[:60]!r}")
    values = json.loads(found[1])
    names = {"ARE": ("AE", "United Arab Emirates"), "SAU": ("SA", "Saudi Arabia"), **ADDED}
    for iso3, year in CO2JS_YEARS.items():
        code, name = names[iso3]
        yield _row(code, name, "" if code == WORLD else iso3, str(year), str(values[iso3]), EMBER)


def _row(code: str, name: str, iso3: str, year: str, value: str, source: str, flags: str = "") -> Row:
    known = value != ""
    if known and float(value) > COAL_HIGH:
        flags = "above-coal"
    return {
        "id": code,
        "name": name,
        "iso3": iso3,
        "year": year,
        "value": f"{float(value):.2f}".rstrip("0").rstrip(".") if known else "",
        "unit": "gCO2e/kWh",
        "boundary": "lifecycle" if known else "",
        "basis": "production" if known else "",
        "method": "average" if known else "",
        "source": source,
        "licence": LICENCE if known else "",
        "flags": flags,
    }


def _iso_names() -> dict[str, str]:
    text = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return dict(pairs)


def main(arguments: list[str]) -> int:
    """Write the table; return an exit status."""
    if len(arguments) != 2:
        print("usage: python -m jupyter_green.grid.rebuild CARBONTRACKER_CSV CO2JS_DIR", file=sys.stderr)
        return 2
    built = list(rows(Path(arguments[0]), Path(arguments[1])))
    target = Path(__file__).parent / "data" / "countries.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(built)
    print(f"{len(built)} rows, {sum(1 for row in built if row['value'])} with a figure")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
