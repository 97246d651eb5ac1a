"""What the hardware draws when it does nothing: as a source knows it, or as quiet seconds show it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from .power.source import Source
from .power.timeline import Timeline

_SHORTEST = 999_000_000  # ns of a slice whose mean tells a power
_CALM = 0.05  # share of the CPUs in use up to which a slice tells the idle power


class IdlePower:
    """Idle power by source, W; a counter's is the lowest mean of a quiet second so far.

    Parameters
    ----------
    sources
        Of which models know their own.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self.watts = {source.name: source.idle_watts for source in sources if source.idle_watts is not None}

    def learn(self, timeline: Timeline, sources: Sequence[Source], start: int, end: int, cpus: int) -> None:
        """Lower a counter's idle power to what a quiet slice shows; earlier slices are not charged anew."""
        if end - start < _SHORTEST:
            return
        seconds = (end - start) * 1e-9
        calm = timeline.busy.at(end) - timeline.busy.at(start) <= _CALM * cpus * seconds
        for source in sources:
            if source.idle_watts is None and (
                timeline.quiet(source.name, start, end) if source.component == "gpu" else calm
            ):
                watts = timeline.joules[source.name].used(start, end) / seconds
                self.watts[source.name] = min(self.watts.get(source.name, math.inf), watts)
