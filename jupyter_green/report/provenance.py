"""What a document's records say of where their figures come from: grids, counters and models, what stands apart."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..emissions import Embodied, Intensity, emissions, same_kind
from .reading import Part, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..footprint import RemoteCalls

_AGREES = 1e-3
"""Emissions this far, relatively, from energy x factor x PUE are somebody's edit: records are not rounded."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid factor and the PUE that went with it.

    Attributes
    ----------
    intensity
        Its value is the energy-weighted mean where a live factor changed from cell to cell.
    lowest, highest
        Of the cells, gCO2e/kWh.
    """

    intensity: Intensity
    pue: float
    lowest: float
    highest: float


def known_sum(values: Iterable[float]) -> float:
    """Add up what is known; ``nan`` where nothing is."""
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) if known else math.nan


def disputed(record: Reading) -> bool:
    """Whether the record's emissions are other than its energy x factor x PUE."""
    due = emissions(record.energy, record.emissions.intensity, record.emissions.pue).grams
    return not (math.isnan(due) or math.isclose(record.emissions.grams, due, rel_tol=_AGREES, abs_tol=1e-9))


def of_one_kind(records: Iterable[Reading]) -> bool:
    """Whether all grid factors may stand in one sum."""
    kinds = list({(used.method, used.boundary): used for used in (r.emissions.intensity for r in records)}.values())
    return all(same_kind(a, b) for n, a in enumerate(kinds) for b in kinds[n + 1 :])


def grids(records: Iterable[Reading]) -> tuple[Grid, ...]:
    """Collect grids and PUE values that read differently; a live factor's values become one with their mean."""
    alike: dict[tuple[Intensity, float], list[Reading]] = {}
    for record in records:
        intensity = record.emissions.intensity
        steady = intensity.status not in ("live", "cached")
        kind = replace(intensity, low=0.0, high=0.0, value=intensity.value if steady else 0.0)
        alike.setdefault((kind, record.emissions.pue), []).append(record)
    return tuple(_grid(group) for group in alike.values())


def _grid(records: list[Reading]) -> Grid:
    values = [record.emissions.intensity.value for record in records]
    weights = [record.energy.joules_or_zero for record in records]
    whole = math.fsum(weights)
    mean = math.fsum(map(math.prod, zip(values, weights, strict=True))) / whole if whole > 0 else values[0]
    first = records[0].emissions
    same = min(values) == max(values)
    return Grid(first.intensity if same else replace(first.intensity, value=mean), first.pue, min(values), max(values))


def remote(records: Iterable[Reading]) -> tuple[RemoteCalls, ...]:
    """Add up the calls of each hosted model."""
    models: dict[tuple[str, str, str], RemoteCalls] = {}
    for record in records:
        for calls in record.remote:
            key = calls.provider, calls.model, calls.source
            models[key] = models[key] + calls if key in models else calls
    return tuple(models.values())


def embodied(records: Iterable[Reading]) -> Embodied | None:
    """Add up what the records state of the making of the hardware."""
    stated = [record.embodied for record in records if record.embodied is not None]
    return sum(stated[1:], stated[0]) if stated else None


def parts(records: Iterable[Reading]) -> dict[str, tuple[Part, ...]]:
    """Collect how each component's energy was obtained, each way once, with the joules obtained that way."""
    ways: dict[str, dict[tuple[str, str], Part]] = {}
    for record in records:
        for name, part in record.components.items():
            seen = ways.setdefault(name, {})
            before = seen.get((part.method, part.source))
            joules = known_sum((part.joules, before.joules if before else math.nan))
            seen[part.method, part.source] = Part(joules, part.method, part.source)
    return {name: tuple(parts.values()) for name, parts in ways.items()}
