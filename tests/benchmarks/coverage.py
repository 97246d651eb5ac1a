"""How often the stated range covers the truth: ``python -m tests.benchmarks.coverage``. Prints JSON.

A kernel under the fake clock runs cells of random length on a machine whose every joule is known. Its counters – RAPL
package and DRAM as scripted, a GPU as the real nvidia-ml-py shows the stub library's – each have a gain that is drawn
anew for every run of the machine: normal, with the claimed spread as its 95 % half-width. Others' CPU seconds cost
more or less than ours, as far as the split's spread claims.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import statistics
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from jupyter_green.attribution import SPLIT_SPREAD
from jupyter_green.meter import Meter
from jupyter_green.power import nvml, nvml_device, rapl

from ..rig.clock import FakeClock
from ..rig.curve import Curve
from ..rig.gpu import StubGpu, StubNvml, library
from ..rig.machine import FRANCE, GIGABYTE, FakeLoad, FakeTree
from ..rig.sources import ScriptedSource

if TYPE_CHECKING:
    from jupyter_green.energy import Energy
    from jupyter_green.footprint import Footprint
    from jupyter_green.window import Window

CELLS_A_RUN = 4
SHORTEST, LONGEST = 0.02, 10.0
CPUS, MEMORY, OURS = 8, 64 * GIGABYTE, 4 * GIGABYTE
GPU_TICK, RAMP = 0.1, 0.04
LATE = 0.0003  # s by which a sampling thread wakes late, on average
TWO_SIGMA = 1.96
PIECE = 0.4  # s between two changes of a busy GPU's power, on average


class TickedLoad(FakeLoad):
    """Counts in steps of 10 ms, as /proc/stat does."""

    def busy_seconds(self) -> float:
        return math.floor(self.seconds * 100) / 100


class Machine:
    """One machine with its gains, and a kernel on it."""

    def __init__(self, chance: random.Random, folder: Path, clock: FakeClock, sensor: float) -> None:
        self._chance = chance
        self.clock = clock
        gain = {name: self._drawn(spread) for name, spread in _SPREADS.items()}
        self._idle = {"cpu": chance.uniform(8, 40), "ram": chance.uniform(2, 6), "gpu": chance.uniform(40, 90)}
        self._per_own_second = {"cpu": chance.uniform(5, 20), "ram": 1.0}
        other = self._drawn(SPLIT_SPREAD)
        self._per_other_second = {name: watts * other for name, watts in self._per_own_second.items()}
        self._gain = gain
        now = clock.boottime()
        self._seen = {name: Curve([(now, self._idle[name] * gain[name])]) for name in ("cpu", "ram")}
        self._points = [(now, self._idle["gpu"])]
        gpu = StubGpu(Curve(self._points), tick=GPU_TICK, sensor=sensor)
        self._stub = StubNvml(folder, gpu, clock=clock)
        os.environ.update(self._stub.environment)
        self._tree, self._load = FakeTree(os.getpid()), TickedLoad(CPUS)
        self._tree.bytes = OURS
        counters = [
            ScriptedSource(clock, self._seen[name], name=name, component=name, spread=rapl.SPREAD, tick=rapl.TICK)
            for name in ("cpu", "ram")
        ]
        (board,) = nvml.detect(clock).sources
        self.meter = self._meter([*counters, board])
        # What the idle machine draws is divided by a rule; its truth is the rule's with perfect knowledge.
        idle = [
            ScriptedSource(clock, Curve([(now, watts)]), name=name, component=name, idle_watts=watts)
            for name, watts in self._idle.items()
            if name != "gpu"
        ]
        self._perfect = self._meter(idle)
        for _ in range(25):  # a kernel's start: the phase of the GPU's refresh is learned
            self._pass(0.005)
            self._take()
        self._until(self.clock.boottime() + 40 * 10**9)  # quiet seconds, which tell the idle power

    def cell(self, seconds: float) -> tuple[Footprint, Footprint, dict[str, float]]:
        """Run a cell; return its published and its settled footprint, and the truth by component."""
        chance = self._chance
        own = chance.uniform(0.05, 2.0)
        others = chance.choice([0.0, chance.uniform(0.0, 3.0)])
        begins = self.clock.boottime() + round(chance.uniform(0.2, 2.0) * 1e9)
        self._until(begins, others=others)
        window, twin = self._both(lambda meter: meter.open())
        ends = window.opened + round(seconds * 1e9)
        self._busy_gpu(window.opened, ends)
        self._plan()
        self._until(ends, own, others)
        self._both(lambda meter: meter.close(window if meter is self.meter else twin))
        published = self.meter.peek(window)
        self._plan()
        give_up = self.clock.boottime() + 5 * 10**9
        while (window.footprint is None or twin.footprint is None) and self.clock.boottime() < give_up:
            self._until(self.clock.boottime() + 10**8, others=others)
        settled, idle = window.footprint, twin.footprint
        assert settled is not None
        assert idle is not None
        used = own * (ends - window.opened) * 1e-9
        truth = {n: idle.components[n].energy.joules + self._per_own_second[n] * used for n in ("cpu", "ram")}
        truth["gpu"] = Curve(self._points, linear=True).joules_between(window.opened, ends)
        return published, settled, truth

    def _drawn(self, spread: float) -> float:
        return math.exp(self._chance.gauss(0.0, spread / TWO_SIGMA))

    def _meter(self, sources: list[Any]) -> Meter:
        meter = Meter(sources, self._tree, self._load, self.clock, lambda: (FRANCE, 1.0), total_memory=MEMORY)
        meter.sampler.take()
        return meter

    def _both(self, action: Any) -> tuple[Window, Window]:
        return action(self.meter), action(self._perfect)

    def _take(self) -> None:
        for meter in (self.meter, self._perfect):
            meter.sampler.sample()
        self._plan()

    def _plan(self) -> None:
        self._next = self.meter.sampler.due + round(self._chance.expovariate(1 / LATE) * 1e9)

    def _busy_gpu(self, start: int, end: int) -> None:
        """Plan the GPU's power: up to a level that changes now and then, and back to idle."""
        chance, ramp = self._chance, round(RAMP * 1e9)
        level = chance.uniform(100, 650)
        begin = start + round(chance.uniform(0, 0.008) * 1e9)
        points = [(begin, self._idle["gpu"]), (begin + ramp, level)]
        while (at := points[-1][0] + round(chance.expovariate(1 / PIECE) * 1e9)) + ramp < end:
            points.append((at, level))
            level *= chance.uniform(0.8, 1.2)
            points.append((at + ramp, level))
        end = max(end, points[-1][0])
        self._points = [*self._points, *points, (end, level), (end + ramp, self._idle["gpu"])]
        seen = [(at, watts * self._gain["gpu"]) for at, watts in self._points]
        self._stub.gpus[0].curve = Curve(seen, linear=True)

    def _until(self, end: int, own: float = 0.0, others: float = 0.0) -> None:
        """Let time pass and take the samples that the sampling thread would take."""
        while self._next < end:
            self._pass(max(0, self._next - self.clock.boottime()) * 1e-9, own, others)
            self._take()
        self._pass((end - self.clock.boottime()) * 1e-9, own, others)

    def _pass(self, seconds: float, own: float = 0.0, others: float = 0.0) -> None:
        now = self.clock.boottime()
        for name, curve in self._seen.items():
            watts = self._idle[name] + own * self._per_own_second[name] + others * self._per_other_second[name]
            curve.append(now, watts * self._gain[name])
        self.clock.advance(seconds)
        self._tree.seconds += own * seconds
        self._load.seconds += (own + others) * seconds
        self._stub.write()


_SPREADS = {"cpu": rapl.SPREAD, "ram": rapl.SPREAD, "gpu": nvml_device.SPREAD}


class Tally:
    """Counts covered truths, and collects widths."""

    def __init__(self) -> None:
        self._covered: dict[str, list[bool]] = {}
        self._widths: dict[str, list[float]] = {}

    def add(self, footprint: Footprint, truth: dict[str, float]) -> None:
        """Add one cell."""
        self._add("energy", footprint.energy, sum(truth.values()))
        for name, joules in truth.items():
            self._add(name, footprint.components[name].energy, joules)

    def _add(self, name: str, energy: Energy, truth: float) -> None:
        self._covered.setdefault(name, []).append(energy.low <= truth <= energy.high)
        width = (energy.high - energy.low) / 2 / energy.joules if energy.joules > 0 else math.inf
        self._widths.setdefault(name, []).append(width)

    def result(self) -> dict[str, dict[str, float]]:
        """Return the share covered and the median half-width, both in %, by component."""
        return {
            name: {
                "covered_percent": 100 * statistics.mean(found),
                "half_width_percent": 100 * statistics.median(self._widths[name]),
                "n": len(found),
            }
            for name, found in self._covered.items()
        }


def measure(cells: int, sensor: float, seed: int) -> dict[str, Any]:
    """Return coverage over cells of log-uniform length, and again over cells of 1 s, published and settled."""
    chance, clock = random.Random(seed), FakeClock()
    tallies = {f"{kind}_{state}": Tally() for kind in ("any", "1s") for state in ("published", "settled")}
    lengths = [math.exp(chance.uniform(math.log(SHORTEST), math.log(LONGEST))) for _ in range(cells)]
    plan = [("any", seconds) for seconds in lengths] + [("1s", 1.0)] * (cells // 5)
    with tempfile.TemporaryDirectory() as folder:
        for index, (kind, seconds) in enumerate(tqdm(plan, desc="ranges under the fake clock")):
            if index % CELLS_A_RUN == 0:
                machine = Machine(chance, Path(folder), clock, sensor)
            published, settled, truth = machine.cell(seconds)
            tallies[f"{kind}_published"].add(published, truth)
            tallies[f"{kind}_settled"].add(settled, truth)
    return {name: tally.result() for name, tally in tallies.items()}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.coverage", description=__doc__)
    parser.add_argument("--cells", type=int, default=1000, help="cells of random length (default 1000)")
    parser.add_argument("--sensor", type=float, default=0.0, help="s over which instant power is a mean (0: live)")
    parser.add_argument("--seed", type=int, default=20261123, help="of all that is drawn")
    arguments = parser.parse_args()
    stub = str(library())
    path = os.environ.get("LD_LIBRARY_PATH", "")
    if stub not in path.split(os.pathsep):  # the loader reads it when a process starts
        os.environ["LD_LIBRARY_PATH"] = f"{stub}{os.pathsep}{path}" if path else stub
        os.execv(sys.executable, [sys.executable, "-m", "tests.benchmarks.coverage", *sys.argv[1:]])
    print(json.dumps(measure(arguments.cells, arguments.sensor, arguments.seed), indent=1))


if __name__ == "__main__":
    main()
