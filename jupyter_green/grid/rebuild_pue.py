"""Rebuild ``data/pue.csv``: ``python -m jupyter_green.grid.rebuild_pue CLOUD_REGION_METADATA_CSV``.

The input is the Green Software Foundation's collection of what the providers publish; see ``data/SOURCES.md``.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from . import cloud

if TYPE_CHECKING:
    from collections.abc import Iterable

COLUMNS = ["provider", "region", "pue", "year", "source", "flags"]
NAMES = {"Amazon Web Services": "aws", "Google Cloud": "gcp", "Microsoft Azure": "azure"}
SOURCES = {
    "aws": "https://sustainability.aboutamazon.com/products-services/aws-cloud",
    "azure": "https://datacenters.microsoft.com/sustainability/efficiency/",
    "gcp": "https://datacenters.google/efficiency/",
}
# Of all data centres of a provider. Microsoft's year is its fiscal one, to June.
MEANS = {"aws": ("1.15", "2024"), "azure": ("1.16", "2024"), "gcp": ("1.09", "2024")}

# Microsoft tells a PUE by state; the collection calls Washington's region "westus", which is California's name.
CORRECTED = {("azure", "westus"): "westus2"}
OLDEST = "2023"

Row = dict[str, str]


def rows(lines: Iterable[str]) -> list[Row]:
    """Return the newest figure of each region that our own mapping has, and each provider's mean (``*``)."""
    newest: dict[tuple[str, str], Row] = {}
    for line in csv.DictReader(lines):
        provider, value, year = NAMES[line["cloud-provider"]], line["power-usage-effectiveness"], line["year"]
        region = CORRECTED.get((provider, line["cloud-region"]), line["cloud-region"])
        if not value or year < OLDEST or f"{provider}:{region}" not in cloud.table():
            continue
        if year >= newest.get((provider, region), {"year": ""})["year"]:
            newest[provider, region] = _row(provider, region, value, year)
    means = (_row(provider, "*", value, year, "provider-mean") for provider, (value, year) in MEANS.items())
    return sorted([*means, *newest.values()], key=lambda row: (row["provider"], row["region"]))


def _row(provider: str, region: str, value: str, year: str, flags: str = "") -> Row:
    return {
        "provider": provider,
        "region": region,
        "pue": value,
        "year": year,
        "source": SOURCES[provider],
        "flags": flags,
    }


def main(arguments: list[str]) -> int:
    """Write the table; return an exit status."""
    if len(arguments) != 1:
        print("usage: python -m jupyter_green.grid.rebuild_pue CLOUD_REGION_METADATA_CSV", file=sys.stderr)
        return 2
    built = rows(Path(arguments[0]).read_text(encoding="utf-8").splitlines())
    target = Path(__file__).parent / "data" / "pue.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(built)
    print(f"{len(built)} rows")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
