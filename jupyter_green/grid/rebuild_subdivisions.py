"""Rebuild ``data/subdivisions.csv``: ``python -m jupyter_green.grid.rebuild_subdivisions USA_JSON ANNEX13_XLSX``.

Inputs are codecarbon's copy of eGRID and the tables of Canada's inventory; see ``data/SOURCES.md``. Needs ``openpyxl``.
"""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .rebuild import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

GRAMS_PER_POUND = 453.59237
EGRID = "EPA eGRID2023"
INVENTORY = "Environment and Climate Change Canada, National Inventory Report 1990–2022"
OPEN_CANADA = "OGL Canada"

# In the order of the inventory's tables A13-2 to A13-14.
PROVINCES = {
    "NL": "Newfoundland and Labrador",
    "PE": "Prince Edward Island",
    "NS": "Nova Scotia",
    "NB": "New Brunswick",
    "QC": "Quebec",
    "ON": "Ontario",
    "MB": "Manitoba",
    "SK": "Saskatchewan",
    "AB": "Alberta",
    "BC": "British Columbia",
    "YT": "Yukon",
    "NT": "Northwest Territories",
    "NU": "Nunavut",
}
# The inventory gives no consumption intensity for it and points to New Brunswick's.
MOSTLY_IMPORTED = {"PE"}
EVERYDAY = {"US-DC": "Washington DC", "CA-NL": "Newfoundland"}
SMALL_WORDS = {"of", "and"}

Row = dict[str, str]


def states(path: Path) -> Iterator[Row]:
    """Yield a row a US state from codecarbon's ``usa_emissions.json`` (lb CO2e/MWh).

    Raises
    ------
    ValueError
        When the file holds another year, field or unit.
    """
    data = json.loads(path.read_text(encoding="utf-8"))
    about = data.pop("_source"), data.pop("_unit")
    if about[0].get("field") != "STC2ERTA" or about[0].get("year") != 2023 or about[1].get("emissions") != "lbs/MWh":
        raise ValueError(f"not eGRID2023's total output rate: {about!r}")
    del data["usa"]
    for name, state in data.items():
        title = " ".join(word if word in SMALL_WORDS else word.capitalize() for word in name.split())
        yield _row("US", state["regionCode"], title, 2023, state["emissions"] * GRAMS_PER_POUND / 1000, EGRID)


def provinces(path: Path) -> Iterator[Row]:
    """Yield a row a province from the workbook of the inventory's annex 13 (g CO2e/kWh, rounded as published).

    Raises
    ------
    ValueError
        When a table is another's or has no such line.
    """
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for table, (code, name) in enumerate(PROVINCES.items(), 2):
        lines = [[cell for cell in row if cell is not None] for row in book[f"Table A13-{table}"].values]
        if not any(name in str(cell) for cell in lines[0]):
            raise ValueError(f"table A13-{table} is not {name}'s: {lines[0]!r}")
        years = next(line for line in lines if line and str(line[0]) == "1990")
        value = next(line for line in lines if line and str(line[0]).startswith("Generation Intensity (g CO2 eq"))[-1]
        if code in MOSTLY_IMPORTED:
            yield _row("CA", code, name, 0, 0, "", "mostly-imported")
        else:
            preliminary = "preliminary" if str(years[-1]).endswith("a") else ""
            year = int(str(years[-1]).rstrip("a"))
            yield _row("CA", code, name, year, float(str(value)), INVENTORY, preliminary, OPEN_CANADA)


def _row(
    country: str, code: str, name: str, year: int, value: float, source: str, flags: str = "", licence: str = ""
) -> Row:
    known: dict[str, Any] = {"boundary": "direct", "basis": "production", "method": "average"}
    return {
        **dict.fromkeys(COLUMNS, ""),
        "id": f"{country}-{code}",
        "name": name,
        "aliases": EVERYDAY.get(f"{country}-{code}", ""),
        "unit": "gCO2e/kWh",
        "flags": flags,
        **(
            {
                **known,
                "year": str(year),
                "value": f"{value:.1f}".removesuffix(".0"),
                "source": source,
                "licence": licence or "public domain",
            }
            if source
            else {}
        ),
    }


def main(arguments: list[str]) -> int:
    """Write the table; return an exit status."""
    if len(arguments) != 2:
        print("usage: python -m jupyter_green.grid.rebuild_subdivisions USA_JSON ANNEX13_XLSX", file=sys.stderr)
        return 2
    built = [*states(Path(arguments[0])), *provinces(Path(arguments[1]))]
    built.sort(key=lambda row: row["id"])
    target = Path(__file__).parent / "data" / "subdivisions.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(built)
    print(f"{len(built)} rows, {sum(1 for row in built if row['value'])} with a figure")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
