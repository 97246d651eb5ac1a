"""What a window has been charged so far, source by source, and the footprint that this makes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .division import Charge
from .energy import Estimate
from .footprint import Component, merge
from .power.source import ComponentName, Source
from .timed_factor import TimedFactor


@dataclass(slots=True)
class _Line:
    """One source's entry in an account."""

    joules: float = 0.0
    idle: float | None = 0.0
    machine: float = 0.0
    spread_joules: float = 0.0
    doubt: float = 0.0


@dataclass(slots=True)
class Account:
    """Joules charged to one cell, to one measured block, to the session or to the time between cells."""

    lines: dict[str, _Line] = field(default_factory=dict)
    flags: dict[str, None] = field(default_factory=dict)
    factor: TimedFactor = field(default_factory=TimedFactor)

    def copy(self) -> Account:
        """Return an independent copy."""
        lines = {name: replace(line) for name, line in self.lines.items()}
        return Account(lines, dict(self.flags), self.factor.copy())

    @property
    def joules(self) -> float:
        """Everything charged, J; sources that could not tell are left out and flagged."""
        return sum(line.joules for line in self.lines.values() if not math.isnan(line.joules))

    def charge(self, entries: Sequence[Charge], weight: float = 1.0) -> None:
        """Add *weight* (0 … 1) of entries; the machine's energy in full, as it is an upper bound."""
        for entry in entries:
            self._charge(entry, weight)

    def _charge(self, entry: Charge, weight: float) -> None:
        line = self.lines.setdefault(entry.source.name, _Line())
        joules = entry.joules * weight
        line.joules += joules
        self.factor.charge(joules, entry.factor, entry.at)
        line.idle = None if line.idle is None or entry.idle is None else line.idle + entry.idle * weight
        line.machine += entry.machine
        line.spread_joules += joules * (entry.source.spread + entry.spread)
        line.doubt += entry.doubt * weight
        for flag in (*getattr(entry.source, "flags", ()), *entry.flags):
            self.flags[flag] = None

    def components(self, sources: Sequence[Source], quantisation: Mapping[str, float]) -> dict[str, Component]:
        """Return this process's share by component, with *quantisation* in J by source.

        A component that no source could read is there with unknown joules.
        """
        parts: dict[str, Component] = {}
        for source in sources:
            line = self.lines.get(source.name)
            if line is None:
                continue
            spread = line.spread_joules / line.joules if line.joules > 0 else source.spread
            part = line.joules / line.machine if line.machine > 0 else 0.0
            doubt = math.hypot(quantisation.get(source.name, 0.0) * part, line.doubt)
            estimate = Estimate(line.joules, doubt, spread)
            parts = merge(parts, {source.component: Component(estimate, line.idle, source.method, source.label)})
        for source in sources:
            unknown = Component(Estimate(math.nan), None, source.method, source.label)
            parts.setdefault(source.component, unknown)
        return parts

    def machine(self, sources: Sequence[Source], quantisation: Mapping[str, float]) -> dict[str, Estimate]:
        """Return the machine's energy by component, with *quantisation* in J by source."""
        parts: dict[str, Estimate] = {}
        for source in sources:
            line = self.lines.get(source.name)
            if line is not None:
                estimate = Estimate(line.machine, quantisation.get(source.name, 0.0), source.spread)
                parts = merge(parts, {source.component: estimate})
        for source in sources:
            parts.setdefault(source.component, Estimate(math.nan))
        return parts

    def parts(self, sources: Sequence[Source], component: ComponentName) -> dict[str, float]:
        """Return which part of each of a component's sources was ours, 0 … 1, by its name; ``nan``: not known."""
        lines = {s.name: self.lines[s.name] for s in sources if s.component == component and s.name in self.lines}
        return {name: line.joules / line.machine if line.machine else 0.0 for name, line in lines.items()}
