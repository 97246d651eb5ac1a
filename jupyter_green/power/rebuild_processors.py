"""Rebuild ``data/processors.csv``: ``python -m jupyter_green.power.rebuild_processors CODECARBON_CSV SPECPOWER_CSV``.

Inputs are two files of other projects; see ``data/SOURCES.md``.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from .cpu_table import DATA, normalised

COLUMNS = ["name", "tdp", "threads", "source", "year", "licence"]
CODECARBON = ("codecarbon 3.3.2", "2026", "MIT")

# What may still run a supported Python: no Pentium III, no Quark (which the source gives 0 W).
_WANTED = re.compile(
    r"amd (epyc \d|ryzen)|apple m\d|intel core (i\d-|ultra|[3579] \d)"
    r"|intel xeon (e[357]?-|bronze|silver|gold|platinum|[dw]-|w\d|6\d\dx?$|6\d{3}[pe])"
)
# Hardware threads of packages that clouds rent out in slices, and SPECpower does not list; by hand, see SOURCES.md.
_THREADS = {
    "amd epyc 7452": 64,
    "amd epyc 7543": 64,
    "amd epyc 7551": 64,
    "amd epyc 7713": 128,
    "amd epyc 7b12": 128,
    "amd epyc 7r13": 96,
    "amd epyc 9354": 64,
    "amd epyc 9454": 96,
    "amd epyc 9554": 128,
    "intel xeon e5-2673 v3": 24,
    "intel xeon e5-2673 v4": 40,
    "intel xeon e5-2686 v4": 36,
    "intel xeon gold 6148": 40,
    "intel xeon platinum 8124m": 36,
    "intel xeon platinum 8171m": 52,
    "intel xeon platinum 8175m": 48,
    "intel xeon platinum 8259cl": 48,
    "intel xeon platinum 8272cl": 52,
    "intel xeon platinum 8275cl": 48,
    "intel xeon platinum 8370c": 64,
    "intel xeon platinum 8375c": 64,
}


def rows(codecarbon: Path, specpower: Path) -> Iterator[dict[str, str]]:
    """Yield the table's rows by name."""
    threads = {**_specpower_threads(specpower), **_THREADS}
    seen: dict[str, float] = {}
    with codecarbon.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            name = normalised(line["Name"])
            try:
                tdp = float(line["TDP"])
            except ValueError:  # four rows such as 27.29.5
                continue
            if tdp > 0 and _WANTED.match(name):
                seen[name] = tdp
    for name, tdp in sorted(seen.items()):
        known = str(threads.get(name, ""))
        yield dict(zip(COLUMNS, (name, f"{tdp:g}", known, *CODECARBON), strict=True))


def _specpower_threads(path: Path) -> dict[str, int]:
    """Return hardware threads a package: what most results say, as a few count both sockets or have SMT off."""
    found: dict[str, Counter[int]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            name = normalised(line["CPU Description"].rstrip(","))
            found.setdefault(name, Counter())[int(line["# Cores Per Chip"]) * int(line["# Threads Per Core"])] += 1
    return {name: counts.most_common(1)[0][0] for name, counts in found.items()}


def main(codecarbon: str, specpower: str) -> None:
    """Write the table anew."""
    with (DATA / "processors.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows(Path(codecarbon), Path(specpower)))


if __name__ == "__main__":
    main(*sys.argv[1:])
