"""The value everything speaks: what a stretch of time cost, and how each figure was obtained.

Pure data and arithmetic. SI inside: joules, watts, seconds, grams of CO2 equivalent. ``nan`` stands for *unknown*
and is published as ``null``; it is never replaced by zero.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

from .emissions import Embodied, Emissions, Intensity, blend, emissions
from .energy import MEASURED, Energy, Estimate, Method, total
from .spending import BudgetUse

Status = Literal["ok", "error", "interrupted"]
_Addable = TypeVar("_Addable", "Component", "Estimate", "RemoteCalls", float)
_Key = TypeVar("_Key")


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
class RemoteCalls:
    """Calls of one hosted model: what its provider's machines used, as others' model estimates it.

    Never added to what this machine used.

    Attributes
    ----------
    provider, model
        As the client names them.
    calls
        How many.
    output_tokens
        Tokens that were generated; ``None`` when a call did not say.
    energy
        J; unknown when the estimate has no such model.
    grams, grams_low, grams_high
        gCO2e.
    source
        Whose estimate.
    """

    provider: str
    model: str
    calls: int
    output_tokens: int | None
    energy: Energy
    grams: float
    grams_low: float
    grams_high: float
    source: str

    def __add__(self, other: RemoteCalls) -> RemoteCalls:
        counted = self.output_tokens is not None and other.output_tokens is not None
        return replace(
            self,
            calls=self.calls + other.calls,
            output_tokens=(self.output_tokens or 0) + (other.output_tokens or 0) if counted else None,
            energy=self.energy + other.energy,
            grams=self.grams + other.grams,
            grams_low=self.grams_low + other.grams_low,
            grams_high=self.grams_high + other.grams_high,
        )


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
    remote
        Calls of hosted models, by provider and model; no part of :attr:`energy`.
    embodied
        What making the hardware emitted, if asked for; no part of :attr:`emissions`.
    budget
        What became of the budget that the cell was given, if it was.
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
    remote: tuple[RemoteCalls, ...] = ()
    embodied: Embodied | None = None
    budget: BudgetUse | None = None

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
            remote=tuple(merge(_by_model(self.remote), _by_model(other.remote)).values()),
            embodied=self.embodied + other.embodied if self.embodied and other.embodied else None,
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
    return blend(a.intensity, weight_a, b.intensity, weight_b), pue


def _by_model(calls: tuple[RemoteCalls, ...]) -> dict[tuple[str, str], RemoteCalls]:
    return {(one.provider, one.model): one for one in calls}


def merge(a: Mapping[_Key, _Addable], b: Mapping[_Key, _Addable]) -> dict[_Key, _Addable]:
    """Add two mappings key by key."""
    merged = dict(a)
    for key, value in b.items():
        merged[key] = merged[key] + value if key in merged else value
    return merged
