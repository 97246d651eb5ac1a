"""Figures for whole devices: ``data/devices.csv``, explained in ``data/SOURCES.md``. Read when first asked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

System = Literal["laptop", "desktop", "server"]
_FILLER = re.compile(r"\b(nvidia|amd|tesla|geforce|quadro|instinct|graphics|server edition)\b")
_MOBILE = frozenset({"laptop", "mobile", "max"})  # other chips under the same name
_MEMORY = re.compile(r"\b(\d+)\s*gb\b")


@dataclass(frozen=True, slots=True)
class Device:
    """One row: kgCO2e for making it, and who says so."""

    kind: str
    name: str
    low: float
    value: float
    high: float
    source: str
    year: int


def gpu(product: str) -> Device | None:
    """Return the row of a GPU by its product name, such as ``NVIDIA H100 80GB HBM3``; ``None`` where there is none.

    Every word of the row's name must stand in the product's, so that an A100 is no A10, and where the row tells its
    memory, so must the product.
    """
    words = _words(product)
    if words & _MOBILE:
        return None
    fitting = [row for row in _rows() if row.kind == "gpu" and _words(row.name) <= words]
    return max(fitting, key=lambda row: len(_words(row.name)), default=None)


def system(kind: System) -> Device:
    """Return the row of a computer of that kind."""
    return next(row for row in _rows() if row.kind == kind)


def _words(name: str) -> frozenset[str]:
    plain = _MEMORY.sub(r"\1gb", _FILLER.sub(" ", name.lower()))
    return frozenset(re.split(r"[\s\-_/]+", plain.strip()))


@cache
def _rows() -> tuple[Device, ...]:
    import csv
    from importlib.resources import files

    text = (files(__package__) / "data" / "devices.csv").read_text(encoding="utf-8")
    return tuple(
        Device(
            kind=row["kind"],
            name=row["name"],
            low=float(row["low"]),
            value=float(row["value"]),
            high=float(row["high"]),
            source=row["source"],
            year=int(row["year"]),
        )
        for row in csv.DictReader(text.splitlines())
    )
