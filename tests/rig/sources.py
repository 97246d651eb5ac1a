"""Power sources whose every joule a test chose, for arithmetic under the fake clock."""

from __future__ import annotations

from collections.abc import Iterable

from jupyter_green.clock import Clock
from jupyter_green.energy import Method
from jupyter_green.power.source import ComponentName, Scope, SourceError

from .curve import Curve


class ScriptedSource:
    """Implements ``Source``: the integral of *curve* on *clock*, published at multiples of *tick* seconds."""

    def __init__(
        self,
        clock: Clock,
        curve: Curve,
        *,
        name: str = "scripted",
        component: ComponentName = "cpu",
        method: Method = "counter",
        scope: Scope = "package",
        spread: float = 0.0,
        tick: float = 0.0,
        idle_watts: float | None = None,
        at_edges: bool = True,
    ) -> None:
        self.name = name
        self.component: ComponentName = component
        self.method: Method = method
        self.scope: Scope = scope
        self.label = f"scripted {component}"
        self.spread = spread
        self.tick = tick
        self.idle_watts = idle_watts
        self.at_edges = at_edges
        self.failure: str | None = None
        self._clock = clock
        self._curve = curve
        self._start = self._published()

    def energy_between(self, start_ns: int, end_ns: int) -> float:
        return self._curve.joules_between(start_ns, end_ns)

    def read(self) -> float:
        """Raises ``SourceError`` while ``failure`` is set; the counter itself goes on."""
        if self.failure is not None:
            raise SourceError(self.failure)
        return self._curve.joules_between(self._start, self._published())

    def _published(self) -> int:
        now = self._clock.boottime()
        return now - now % round(self.tick * 1e9) if self.tick else now


class ScriptedGpu(ScriptedSource):
    """Implements ``Gpu``; ``pids`` may be changed, or set to ``None`` where the driver does not tell."""

    def __init__(
        self, clock: Clock, curve: Curve, *, name: str = "nvml:0", tick: float = 0.0, pids: Iterable[int] = ()
    ) -> None:
        super().__init__(clock, curve, name=name, component="gpu", scope="device", tick=tick, at_edges=False)
        self.model = "NVIDIA H200"
        self.pids: frozenset[int] | None = frozenset(pids)

    def processes(self) -> frozenset[int]:
        if self.pids is None:
            raise SourceError("the driver does not list processes")
        return self.pids
