"""What processors draw: the two tables in ``data/``, and how a processor is found in them.

An exact product name comes first. Clouds often give none ("AMD EPYC", "Intel Xeon CPU @ 2.20GHz"): then vendor, family
and model tell the generation, whose parts span a range. No name is ever matched in part, and a range stands for its
geometric middle, never for its maximum.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from .processor import Processor

DATA = Path(__file__).with_name("data")
Kind = Literal["server", "client", "unknown"]

_NOISE = re.compile(r"\((r|tm)\)|®|™|@.*|\bwith (radeon|vega).*|\b(\d+(st|nd|rd|th) gen|cpu|processor|\d+-cores?)\b")


def normalised(name: str) -> str:
    """Return a product name without trade marks, clock, number of cores and filler: ``amd epyc 7763``."""
    return " ".join(_NOISE.sub(" ", name.lower()).split())


@dataclass(frozen=True, slots=True)
class Generation:
    """A row of ``data/generations.csv``; see ``data/SOURCES.md``.

    Attributes
    ----------
    vendor, family, models
        CPUID's, models as ``1|8`` or ``16-31``; ARM's implementer and part. ``*`` fits all.
    name
        What the product name must begin with, where servers and desktops share a model number.
    generation, kind
        Its name; whether its parts stand in servers.
    tdp
        Rated power of its packages, lowest and highest, W.
    threads
        Hardware threads of its packages, fewest and most.
    watts
        Rated power for each hardware thread, lowest and highest of its common parts, W.
    idle_share
        Power of the idle package as a share of its rated power.
    """

    vendor: str
    family: int | None
    models: str
    name: str
    generation: str
    kind: Kind
    tdp: tuple[float, float]
    threads: tuple[int, int]
    watts: tuple[float, float]
    idle_share: float

    def fits(self, processor: Processor) -> bool:
        """Whether a processor's vendor, family and model say that it is of this generation."""
        if self.vendor == "*":
            return True
        return (
            (self.vendor, self.family) == (processor.vendor, processor.family)
            and (processor.name or "").lower().startswith(self.name.lower())
            and any(_within(processor.model, part) for part in self.models.split("|"))
        )


def _within(model: str, part: str) -> bool:
    if part in ("*", model):
        return True
    low, _, high = part.partition("-")
    return bool(high) and model.isdigit() and int(low) <= int(model) <= int(high)


@dataclass(frozen=True, slots=True)
class Match:
    """What the tables know of a processor.

    Attributes
    ----------
    label
        The row: a product, a generation, or ``unknown processor``.
    tdp
        Rated power of the package, W; ``None`` where only the generation is known.
    threads
        Hardware threads of the package; ``None`` where the table does not say.
    """

    label: str
    generation: Generation
    tdp: float | None = None
    threads: int | None = None


def look_up(processor: Processor) -> Match:
    """Return what the tables know of a processor: by exact name, else by its generation, else the default."""
    generation = next(row for row in generations() if row.fits(processor))
    product = processors().get(normalised(processor.name or ""))
    if product is None:
        return Match(generation.generation, generation)
    return Match(" ".join((processor.name or "").split()), generation, *product)


def named(name: str, processor: Processor) -> Match | None:
    """Return the row that a user names: a product or a generation; ``None`` if there is none of that name."""
    for generation in generations():
        if generation.generation.lower() == " ".join(name.lower().split()):
            return Match(generation.generation, generation)
    product = processors().get(normalised(name))
    return None if product is None else Match(" ".join(name.split()), look_up(processor).generation, *product)


def middle(ends: tuple[float, float]) -> float:
    """Return the geometric middle of a range."""
    return math.sqrt(ends[0] * ends[1])


def half_width(ends: tuple[float, float]) -> float:
    """Return the natural logarithm of the factor from a range's middle to either end."""
    return 0.5 * math.log(ends[1] / ends[0])


def processors() -> dict[str, tuple[float, int | None]]:
    """Return rated power, W, and hardware threads by normalised product name; read anew, as it is needed once."""
    return {
        row["name"]: (float(row["tdp"]), int(row["threads"]) if row["threads"] else None)
        for row in _rows("processors.csv")
    }


@cache
def generations() -> tuple[Generation, ...]:
    """Return the generations, special ones before general ones, the default last."""
    return tuple(
        Generation(
            vendor=row["vendor"],
            family=int(row["family"]) if row["family"] else None,
            models=row["models"],
            name=row["name"],
            generation=row["generation"],
            kind=_KINDS[row["kind"]],
            tdp=(float(row["tdp_low"]), float(row["tdp_high"])),
            threads=(int(row["threads_low"]), int(row["threads_high"])),
            watts=(float(row["watts_low"]), float(row["watts_high"])),
            idle_share=float(row["idle_share"]),
        )
        for row in _rows("generations.csv")
    )


_KINDS: dict[str, Kind] = {"server": "server", "client": "client", "unknown": "unknown"}


def _rows(file: str) -> Iterator[dict[str, str]]:
    import csv  # only where the CPU is modelled

    with (DATA / file).open(encoding="utf-8", newline="") as text:
        yield from csv.DictReader(text)
