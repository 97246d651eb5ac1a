"""Where the energy was used, as far as the factors in force tell: never guessed, never from a network address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...grid import lookup

if TYPE_CHECKING:
    from ...emissions import Intensity
    from .bundle import Bundle


@dataclass(frozen=True, slots=True)
class Location:
    """A grid's *country* by its English name, and the part of it that the grid is; empty where it is all of it."""

    country: str
    part: str

    def __str__(self) -> str:
        return f"{self.part}, {self.country}" if self.part else self.country


def locations(bundle: Bundle) -> tuple[Location, ...]:
    """Return the places of the records, each once; none when that of any record is unknown."""
    places = [_location(record.emissions.intensity) for record in bundle.records]
    known = [place for place in places if place is not None]
    return tuple(dict.fromkeys(known)) if len(known) == len(places) else ()


def _location(intensity: Intensity) -> Location | None:
    zone = intensity.zone
    if intensity.status == "world-mean" or zone in ("world", "configured", "mixed") or not intensity.name:
        return None
    country, _, part = zone.partition("-")
    if not part:
        return Location(intensity.name, "")
    try:
        return Location(lookup(country).name, intensity.name)
    except ValueError:
        return None
