"""Cuts the timeline into slices and divides each one among those who used it.

Activity goes by our CPU seconds at the windows' edges, idle power by time, a GPU's energy by its own counter at the
edges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .attribution import Share, Slice, fraction, hold, share_cpu, share_gpu, share_memory, share_modelled_memory
from .emissions import Intensity
from .idle_power import IdlePower
from .power.load import Load
from .power.source import Source
from .power.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Charge:
    """One source's joules in one piece of a slice: ours and the machine's.

    Attributes
    ----------
    doubt
        By how many J the rest of an incomplete slice may change ours.
    factor
        The grid's in force when the slice began, where it changes with the hours.
    at
        When that was, ns.
    """

    source: Source
    joules: float
    idle: float | None
    machine: float
    spread: float
    doubt: float = 0.0
    flags: tuple[str, ...] = ()
    factor: Intensity | None = None
    at: int = 0


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
    factor
        The grid's in force in the whole slice, where it changes with the hours.
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
        factor: Intensity | None = None,
    ) -> None:
        self._timeline = timeline
        self._start = start
        self._duration = end - start
        self._factor = factor
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
            charges.append(Charge(source, joules, idle, machine, share.spread, doubt, flags, self._factor, self._start))
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


class Divider:
    """Divides slices of one timeline, and learns the idle power from those that are complete.

    Parameters
    ----------
    timeline
        Where the samples are.
    sources, load
        What is read.
    total_memory
        Bytes of the machine.
    factor_at
        Returns the grid's factor in force at a time, ns; ``None`` where it does not change with the hours.
    """

    def __init__(
        self,
        timeline: Timeline,
        sources: Sequence[Source],
        load: Load,
        total_memory: int,
        factor_at: Callable[[int], Intensity | None],
    ) -> None:
        self._timeline = timeline
        self._sources = sources
        self._load = load
        self._total_memory = total_memory
        self._factor_at = factor_at
        self._idle = IdlePower(sources)
        self._last: tuple[object, Division] | None = None

    def complete(self, start: int, end: int, sources: Sequence[Source]) -> Division:
        """Divide a complete slice, ns, among those *sources* that were read on both sides."""
        return self._divided(start, end, sources)

    def learn(self, start: int, end: int, sources: Sequence[Source]) -> None:
        """Learn the idle power from a complete slice."""
        self._idle.learn(self._timeline, sources, start, end, self._load.cpus)

    def running(self, start: int, end: int, due: int | None = None) -> Division:
        """Divide a slice that is not complete; asked for again before the next sample, it is divided once.

        Parameters
        ----------
        start, end
            ns.
        due
            ns; when it will have ended, if that matters.
        """
        key = start, end, due, self._timeline.own.last
        if self._last is None or self._last[0] != key:
            readable = [s for s in self._sources if self._timeline.joules[s.name].begun(start)]
            self._last = key, self._divided(start, end, readable, due)
        return self._last[1]

    def _divided(self, start: int, end: int, sources: Sequence[Source], due: int | None = None) -> Division:
        cpus, memory, factor = self._load.cpus, self._total_memory, self._factor_at(start)
        return Division(self._timeline, sources, self._idle.watts, start, end, cpus, memory, due, factor)


def total_power(charges: Sequence[Charge]) -> tuple[float, float]:
    """Return what a second's charges are in W: this kernel's and the machine's. ``nan`` when unknown."""
    if not charges:
        return math.nan, math.nan
    return known(c.joules for c in charges), known(c.machine for c in charges)


def known(amounts: Iterable[float]) -> float:
    """Add up the amounts that are known."""
    return sum(amount for amount in amounts if not math.isnan(amount))
