"""What a window has been charged so far, source by source, and the footprint that this makes.

A slice of the timeline is divided among the windows that were open in it: activity by our CPU seconds at the windows'
edges, idle power by time, a GPU's energy by its own counter at the edges. Cells that overlap share equally.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from .attribution import Share, Slice, fraction, hold, share_cpu, share_gpu, share_memory, share_modelled_memory
from .footprint import Component, Estimate, merge
from .power.source import Source
from .power.timeline import Timeline


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

    def copy(self) -> Account:
        """Return an independent copy."""
        lines = {name: replace(line) for name, line in self.lines.items()}
        return Account(lines, dict(self.flags))

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


@dataclass(frozen=True, slots=True)
class Charge:
    """One source's joules in one piece of a slice: ours and the machine's.

    Attributes
    ----------
    doubt
        By how many J the rest of an incomplete slice may change ours.
    """

    source: Source
    joules: float
    idle: float | None
    machine: float
    spread: float
    doubt: float = 0.0
    flags: tuple[str, ...] = ()


class Division:
    """One slice of the timeline, ready to be cut into pieces; they add up to the slice wherever it is cut.

    Parameters
    ----------
    timeline
        Holds samples on both sides of the slice.
    sources
        Those that could be read on both sides.
    idle_watts
        Power of the idle hardware by source, W, where it is known.
    start, end
        ns.
    cpus
        CPUs of the machine.
    total_memory
        Bytes of the machine.
    due
        ns; when a slice that has not ended yet will.
    """

    def __init__(
        self,
        timeline: Timeline,
        sources: Sequence[Source],
        idle_watts: Mapping[str, float],
        start: int,
        end: int,
        cpus: int,
        total_memory: int,
        due: int | None = None,
    ) -> None:
        self._timeline = timeline
        self._duration = end - start
        self.part = Slice(
            duration=(end - start) * 1e-9,
            cpus=cpus,
            busy=timeline.busy.at(end) - timeline.busy.at(start),
            own=timeline.own.at(end) - timeline.own.at(start),
            memory_share=min(1.0, timeline.memory.at(end) / total_memory) if total_memory else 0.0,
        )
        # The idle power is divided by what each did in the whole slice, of which the rest is to come.
        ended = self.part if due is None else self.part.extended((due - start) * 1e-9)
        self._unsure = abs(1.0 - ended.idle_share / self.part.idle_share) if self.part.idle_share > 0 else 0.0
        self._shares = [(s, *self._share(s, idle_watts.get(s.name), start, end)) for s in sources]

    def piece(self, left: int, right: int) -> list[Charge]:
        """Return what the time from *left* to *right*, ns, is charged by each source."""
        timeline = self._timeline
        time_part = (right - left) / self._duration
        own_part = fraction(timeline.own.at(right) - timeline.own.at(left), self.part.own, time_part)
        charges = []
        for source, whole, share, flags in self._shares:
            machine = timeline.joules[source.name].used(left, right)
            idle = None if share.idle is None else share.idle * time_part
            if source.component == "gpu":
                joules = share.joules * fraction(machine, whole, time_part)
                idle = None if idle is None else min(idle, joules)
            elif source.component == "ram" and share.idle is None:
                joules = share.dynamic * time_part
            else:
                joules = share.dynamic * own_part + (idle or 0.0)
            doubt = self._unsure * idle if source.component == "cpu" and idle is not None else 0.0
            charges.append(Charge(source, joules, idle, machine, share.spread, doubt, flags))
        return charges

    def _share(
        self, source: Source, idle_watts: float | None, start: int, end: int
    ) -> tuple[float, Share, tuple[str, ...]]:
        """Return the machine's joules in the slice, our share of them, and flags."""
        timeline, part = self._timeline, self.part
        whole = timeline.joules[source.name].used(start, end)
        if source.component == "gpu":
            held = hold(timeline.looked(source.name, end))
            flags = held.flags if idle_watts is not None or held.idle == 0 else (*held.flags, "gpu-idle-power-unknown")
            return whole, share_gpu(whole, idle_watts, held, part.duration), flags
        if source.component == "ram":
            if source.method == "modelled":
                return whole, share_modelled_memory(whole, part), ()
            return whole, share_memory(whole, idle_watts, part), ()
        counted = source.method != "modelled"
        flags = ("idle-power-unknown",) if counted and idle_watts is None else ()
        return whole, share_cpu(whole, idle_watts, part, counted=counted), flags
