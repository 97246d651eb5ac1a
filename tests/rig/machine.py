"""A machine and its kernels under the fake clock: every joule and every CPU second is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from jupyter_green.emissions import Intensity
from jupyter_green.meter import Meter

from .clock import FakeClock
from .curve import Curve
from .sources import ScriptedSource

FRANCE = Intensity(49.0, "FR", "France", 2025, "lifecycle", "Ember", "annual", 42.0, 57.0)
GIGABYTE = 10**9


class FakeTree:
    """A kernel's processes: CPU seconds and memory as the test sets them."""

    def __init__(self, pid: int = 1) -> None:
        self.pids = frozenset({pid})
        self.seconds = 0.0
        self.bytes = GIGABYTE
        self.lost = 0

    def survey(self) -> None:
        pass

    def cpu_seconds(self) -> float:
        return self.seconds

    def memory_bytes(self) -> int:
        return self.bytes


class FakeLoad:
    """The machine's busy CPU seconds."""

    def __init__(self, cpus: int) -> None:
        self.cpus = cpus
        self.seconds = 0.0

    def busy_seconds(self) -> float:
        return self.seconds


class FakeMachine:
    """Some kernels on one machine, each with a meter and sources of its own that read the same hardware."""

    def __init__(
        self,
        kernels: int = 1,
        *,
        cpus: int = 4,
        watts: float = 40.0,
        idle_watts: float | None = 10.0,
        sources: Sequence[str] = ("cpu",),
        annual: Intensity = FRANCE,
        pue: float = 1.0,
        factor_at: Callable[[int], Intensity | None] | None = None,
    ) -> None:
        self.clock = FakeClock()
        self.curve = Curve([(self.clock.boottime(), watts)])
        self.load = FakeLoad(cpus)
        self.annual, self.pue, self.factor_at = annual, pue, factor_at
        self.trees = [FakeTree(pid) for pid in range(1, kernels + 1)]
        self.meters = [self._meter(tree, idle_watts, sources) for tree in self.trees]
        for meter in self.meters:
            meter.sampler.take()

    def _meter(self, tree: FakeTree, idle_watts: float | None, components: Sequence[str]) -> Meter:
        sources = [
            ScriptedSource(self.clock, self.curve, name=name, component=name, idle_watts=idle_watts, spread=0.05)
            for name in components
        ]
        return Meter(
            sources,
            tree,
            self.load,
            self.clock,
            lambda: (self.annual, self.pue),
            total_memory=16 * GIGABYTE,
            factor_at=self.factor_at,
        )

    @property
    def meter(self) -> Meter:
        (meter,) = self.meters
        return meter

    @property
    def tree(self) -> FakeTree:
        (tree,) = self.trees
        return tree

    def run(self, seconds: float, own: Mapping[int, float] | None = None, others: float = 0.0) -> None:
        """Let time pass, with these kernels (by index) and others busy on so many CPUs; sample each whole second."""
        busy = own or {}
        end = self.clock.boottime() + round(seconds * 1e9)
        while (now := self.clock.boottime()) < end:
            step = min(end, (now // 10**9 + 1) * 10**9) - now
            self.clock.advance(step * 1e-9)
            for index, cpus in busy.items():
                self.trees[index].seconds += cpus * step * 1e-9
            self.load.seconds += (sum(busy.values()) + others) * step * 1e-9
            if self.clock.boottime() % 10**9 == 0:
                for meter in self.meters:
                    meter.sampler.take()

    def settle(self) -> None:
        """Go on, idle, to the next whole second."""
        now = self.clock.boottime()
        self.run(((now // 10**9 + 1) * 10**9 - now) * 1e-9)
