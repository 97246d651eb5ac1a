"""The value everything speaks: energy and emissions, each with a range and a statement of how it was obtained.

Pure data and arithmetic. SI inside: joules, watts, seconds, grams of CO2 equivalent. ``nan`` stands for *unknown*
and is published as ``null``; it is never replaced by zero.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

JOULES_PER_WH = 3600.0
JOULES_PER_KWH = 3.6e6

Method = Literal["counter", "integrated", "modelled"]
Status = Literal["ok", "error", "interrupted"]
Boundary = Literal["lifecycle", "direct", "unknown"]
IntensityStatus = Literal["annual", "configured", "live", "cached", "fallback", "world-mean"]
_Addable = TypeVar("_Addable", "Component", "Estimate", float)
MEASURED: frozenset[Method] = frozenset({"counter", "integrated"})


@dataclass(frozen=True, slots=True)
class Energy:
    """An amount of energy with its uncertainty range.

    Attributes
    ----------
    joules, low, high
        Central value and ends of the uncertainty range, J. ``nan`` when unknown.
    """

    joules: float
    low: float
    high: float

    @property
    def wh(self) -> float:
        """Central value in watt-hours."""
        return self.joules / JOULES_PER_WH

    @property
    def kwh(self) -> float:
        """Central value in kilowatt-hours."""
        return self.joules / JOULES_PER_KWH

    @property
    def known(self) -> bool:
        """Whether any source could tell."""
        return not math.isnan(self.joules)

    @property
    def joules_or_zero(self) -> float:
        """The part that is known, J: for sums that say elsewhere what they leave out."""
        return self.joules if self.known else 0.0

    def __add__(self, other: Energy) -> Energy:
        return Energy(self.joules + other.joules, self.low + other.low, self.high + other.high)


UNKNOWN_ENERGY = Energy(math.nan, math.nan, math.nan)


@dataclass(frozen=True, slots=True)
class Estimate:
    """Energy from one source, with the two kinds of error kept apart.

    The range is ``low = max(0, E - q) * exp(-s)`` and ``high = (E + q) * exp(s)``.

    Attributes
    ----------
    joules
        Central value E, J.
    quantisation
        q, J: what the counter's refresh may hide at the edges. Independent between windows, so it adds in quadrature.
    spread
        s, natural logarithm of a factor: gain, model and attribution error. Shared by all windows of a source, so
        it adds linearly (fifty cells added in quadrature would cover the truth in 31 % of cases instead of 95 %).
    """

    joules: float
    quantisation: float = 0.0
    spread: float = 0.0

    @property
    def energy(self) -> Energy:
        """The central value with its range."""
        low = max(0.0, self.joules - self.quantisation) * math.exp(-self.spread)
        high = (self.joules + self.quantisation) * math.exp(self.spread)
        return Energy(self.joules, low, high)

    def __add__(self, other: Estimate) -> Estimate:
        joules = self.joules + other.joules
        if joules > 0:
            spread = (self.joules * self.spread + other.joules * other.spread) / joules
        else:
            spread = max(self.spread, other.spread)
        return Estimate(joules, math.hypot(self.quantisation, other.quantisation), spread)

    def scaled(self, factor: float) -> Estimate:
        """Return this estimate times *factor* (no unit)."""
        return Estimate(self.joules * factor, self.quantisation * factor, self.spread)


@dataclass(frozen=True, slots=True)
class Component:
    """One component's energy, as far as it is this process's: ``gpu``, ``cpu`` or ``ram``.

    Attributes
    ----------
    estimate
        The share, J.
    idle_joules
        The part of it that the idle hardware would have drawn too, J; ``None`` when idle power is unknown.
    method
        ``counter`` and ``integrated`` are measurements, ``modelled`` is not.
    source
        Which counter or model, in words.
    """

    estimate: Estimate
    idle_joules: float | None
    method: Method
    source: str

    @property
    def energy(self) -> Energy:
        """The share with its range."""
        return self.estimate.energy

    def __add__(self, other: Component) -> Component:
        idle = None if self.idle_joules is None or other.idle_joules is None else self.idle_joules + other.idle_joules
        same = self.method == other.method
        return Component(
            self.estimate + other.estimate,
            idle,
            self.method if same else "modelled",
            self.source if self.source == other.source else f"{self.source}; {other.source}"[:120],
        )


@dataclass(frozen=True, slots=True)
class Intensity:
    """Carbon intensity of electricity.

    Attributes
    ----------
    value
        gCO2e/kWh.
    zone, name
        ISO 3166 code (or ``world``) and English name.
    year
        Of the data, ``None`` for a configured value.
    boundary
        ``lifecycle`` or ``direct``; never mixed.
    source
        Who published it.
    status
        ``annual`` mean, ``configured`` by the user, ``live`` …; ``world-mean`` says that no place was known.
    low, high
        Ends of its range, gCO2e/kWh; ``nan`` when not known.
    """

    value: float
    zone: str
    name: str
    year: int | None
    boundary: Boundary
    source: str
    status: IntensityStatus
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Emissions:
    """Location-based emissions of the use phase.

    Attributes
    ----------
    grams, low, high
        gCO2e, with the range of energy and factor together. ``nan`` when unknown.
    """

    grams: float
    low: float
    high: float
    pue: float
    intensity: Intensity


def emissions(energy: Energy, intensity: Intensity, pue: float) -> Emissions:
    """Return joules x intensity x PUE / 3.6e6, in gCO2e."""
    grams = pue / JOULES_PER_KWH
    return Emissions(
        energy.joules * intensity.value * grams,
        energy.low * intensity.low * grams,
        energy.high * intensity.high * grams,
        pue,
        intensity,
    )


def total(energies: Iterable[Energy]) -> Energy:
    """Add up the known energies; unknown when there are none (what is left out is flagged in the footprint)."""
    known = [energy for energy in energies if energy.known]
    return sum(known[1:], known[0]) if known else UNKNOWN_ENERGY


@dataclass(frozen=True, slots=True)
class Footprint:
    """What one window on the machine's timeline cost.

    Two footprints add up with ``a + b``.

    Attributes
    ----------
    components
        This process's share, by ``gpu``, ``cpu``, ``ram``. A component without any source is absent.
    machine
        Energy of the whole machine in the same window, by component: an upper bound, never summed over cells.
    duration
        s.
    started
        Unix time, s.
    units, unit
        Work done, if known.
    flags
        What a reader should know, such as ``gpu-shared`` or ``sampling-gap``.
    settled
        False while a counter's next refresh is still due.
    """

    components: Mapping[str, Component]
    machine: Mapping[str, Estimate]
    duration: float
    started: float
    intensity: Intensity
    pue: float = 1.0
    label: str | None = None
    status: Status = "ok"
    units: float | None = None
    unit: str | None = None
    flags: tuple[str, ...] = ()
    settled: bool = True
    hardware: Mapping[str, object] = field(default_factory=dict)

    @property
    def energy(self) -> Energy:
        """Energy of this process, all components together."""
        return total(component.energy for component in self.components.values())

    @property
    def machine_energy(self) -> Energy:
        """The whole machine's energy in that window: an upper bound."""
        return total(estimate.energy for estimate in self.machine.values())

    @property
    def emissions(self) -> Emissions:
        """Emissions of :attr:`energy`."""
        return emissions(self.energy, self.intensity, self.pue)

    @property
    def measured_share(self) -> float:
        """Share of the joules that counters measured, 0 … 1; ``nan`` when nothing is known or used."""
        whole = self.energy.joules
        if not whole > 0:
            return math.nan
        return total(c.energy for c in self.components.values() if c.method in MEASURED).joules_or_zero / whole

    @property
    def energy_per_unit(self) -> float | None:
        """J per unit of work, or ``None`` when the work is not known."""
        return self.energy.joules / self.units if self.units else None

    def __add__(self, other: Footprint) -> Footprint:
        components = merge(self.components, other.components)
        intensity, pue = _blend(self, other)
        same_unit = self.unit == other.unit and self.units is not None and other.units is not None
        return Footprint(
            components=components,
            machine=merge(self.machine, other.machine),
            duration=self.duration + other.duration,
            started=min(self.started, other.started),
            intensity=intensity,
            pue=pue,
            label=self.label if self.label == other.label else None,
            status=self.status if self.status == other.status else "error",
            units=(self.units or 0) + (other.units or 0) if same_unit else None,
            unit=self.unit if same_unit else None,
            flags=tuple(dict.fromkeys(self.flags + other.flags)),
            settled=self.settled and other.settled,
            hardware={**self.hardware, **other.hardware},
        )


def _blend(a: Footprint, b: Footprint) -> tuple[Intensity, float]:
    """Intensity and PUE that give the sum of both emissions for the sum of both energies."""
    if a.intensity == b.intensity and a.pue == b.pue:
        return a.intensity, a.pue
    joules_a, joules_b = a.energy.joules, b.energy.joules
    whole = joules_a + joules_b
    if not whole > 0:
        return a.intensity, a.pue
    pue = (joules_a * a.pue + joules_b * b.pue) / whole
    weight_a, weight_b = joules_a * a.pue / (whole * pue), joules_b * b.pue / (whole * pue)
    value = weight_a * a.intensity.value + weight_b * b.intensity.value
    if a.intensity == b.intensity:
        return a.intensity, pue
    mixed = replace(
        a.intensity,
        value=value,
        zone=a.intensity.zone if a.intensity.zone == b.intensity.zone else "mixed",
        name=a.intensity.name if a.intensity.name == b.intensity.name else "several grids",
        year=a.intensity.year if a.intensity.year == b.intensity.year else None,
        boundary=a.intensity.boundary if a.intensity.boundary == b.intensity.boundary else "unknown",
        low=weight_a * a.intensity.low + weight_b * b.intensity.low,
        high=weight_a * a.intensity.high + weight_b * b.intensity.high,
    )
    return mixed, pue


def merge(a: Mapping[str, _Addable], b: Mapping[str, _Addable]) -> dict[str, _Addable]:
    """Add two mappings key by key."""
    merged = dict(a)
    for key, value in b.items():
        merged[key] = merged[key] + value if key in merged else value
    return merged
