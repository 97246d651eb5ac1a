"""Windows whose energy is known, measured by everybody: package and DRAM counters, a GPU, many devices, a neighbour."""

from __future__ import annotations

import inspect
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ..rig.curve import Curve
from ..rig.gpu import StubGpu, StubNvml
from ..rig.powercap import LivePowercap, PowercapTree
from . import window
from .subjects import Bench, Contest, Joules, Reading, Rig

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

CPU_WATTS, DRAM_WATTS = 33.0, 3.0
REFRESH = 0.001  # s between two refreshes of a package counter (Intel SDM vol. 3B: about 1 ms)
SMALL_RANGE = 66_000_000  # uJ: a wrap every 2 s at 33 W, where real counters take minutes to hours
SHORT = 0.5  # s; shorter windows are measured one at a time
GPU_WINDOWS = {0.05: 14, 0.2: 14, 1.0: 10, 5.0: 3}
RAPL_WINDOWS = {0.1: 10, 1.0: 6, 10.0: 2}
GPU_COUNTS = (1, 2, 4, 8)
IDLE_WATTS, CORE_WATTS = 10.0, 20.0
QUIET = 3.0  # s in which a kernel learns the machine's idle power

Score = dict[str, Any]


def score(readings: Iterable[Reading]) -> dict[str, Score]:
    """Return each tool's errors over some windows, %: mean absolute, worst, mean; of all that the tool reports."""
    errors: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}
    covered: dict[str, list[bool]] = {}
    for reading in readings:
        for tool, joules in reading.joules.items():
            truth = sum(reading.truth.values())
            errors.setdefault(tool, []).append(100 * (sum(joules.values()) / truth - 1))
            if "cpu" in joules and "cpu" in reading.truth:
                cpu.setdefault(tool, []).append(100 * (joules["cpu"] / reading.truth["cpu"] - 1))
        for tool, found in reading.covered.items():
            covered.setdefault(tool, []).extend(found.values())
    scores: dict[str, Score] = {}
    for tool, found in errors.items():
        scores[tool] = {
            "mean_absolute": statistics.mean(map(abs, found)),
            "worst": max(found, key=abs),
            "mean": statistics.mean(found),
            "n": len(found),
        }
        if tool in cpu:
            scores[tool]["cpu_mean_absolute"] = statistics.mean(map(abs, cpu[tool]))
        if covered.get(tool):
            scores[tool]["covered"] = statistics.mean(covered[tool])
    return scores


@contextmanager
def counters(bench: Bench, name: str, **options: Any) -> Iterator[tuple[Rig, LivePowercap]]:
    """Run a powercap tree as Linux shows it; options are those of the rig's two classes."""
    folder = bench.folder(name)
    tree_options = {key: value for key, value in options.items() if key in inspect.signature(PowercapTree).parameters}
    live_options = {key: value for key, value in options.items() if key not in tree_options}
    tree = PowercapTree(folder / "class", **tree_options)
    for control in sorted({key.partition(":")[0] for key in tree.zones}):
        (tree.root / control).symlink_to(folder / "devices" / control)
        (folder / "devices" / control / "subsystem").symlink_to(tree.root)
    with LivePowercap(tree, interval=REFRESH, **live_options) as live:

        def truth(start: int, end: int) -> Joules:
            joules = {"cpu": live.energy_between(start, end)}
            return {**joules, "ram": live.dram_energy_between(start, end)} if tree.named("dram") else joules

        yield Rig(truth, live.environment, tree.root), live


def rapl(bench: Bench) -> tuple[dict[str, dict[str, Score]], dict[str, str]]:
    """Measure 33 W + 3 W: as they are, beside other views of the same energy, and across wraps."""
    scores: dict[str, dict[str, Score]] = {}
    failed: dict[str, str] = {}
    trees: Mapping[str, tuple[dict[str, Any], dict[float, int]]] = {
        "plain": ({}, RAPL_WINDOWS),
        "mirrors": ({"cores": True, "psys": True, "mmio": True}, {1.0: 5}),
    }
    for name, (options, plan) in trees.items():
        with counters(bench, name, dram=True, watts=CPU_WATTS, **options) as (rig, _):  # noqa: SIM117 - reads better
            with Contest(bench, lambda _, rig=rig: rig, "cpu") as contest:  # type: ignore[misc]
                for seconds, readings in _windows(bench, contest, plan, f"counters, {name}"):
                    scores[f"{name}, {seconds:g} s"] = score(readings)
                failed.update(contest.failed)
    options = {"range_microjoules": SMALL_RANGE, "dram": True, "watts": CPU_WATTS}
    with counters(bench, "wraps", **options) as (rig, live), Contest(bench, lambda _: rig, "cpu") as contest:
        middle = _Wraps(live)
        readings = []
        for _ in tqdm(range(bench.times(6)), desc="counters, one wrap"):
            readings += contest.together(1.0, lambda lead: middle.wait(lead + 0.5))
        scores["one wrap, 1 s"] = score(r for r in readings if middle.between(r.start, r.end) == 1)
        readings = []
        for _ in tqdm(range(bench.times(2)), desc="counters, longer than their range"):
            readings += contest.together(10.0)
        scores["five wraps, 10 s"] = score(readings)
        failed.update(contest.failed)
    return scores, failed


class _Wraps:
    """When the package counter wraps."""

    def __init__(self, live: LivePowercap) -> None:
        count = int(live.tree.package().energy.read_text())
        self._period = SMALL_RANGE * 1e-6 / CPU_WATTS * 1e9
        self._zero = window.now() - count * 1e-6 / CPU_WATTS * 1e9

    def wait(self, lead: float) -> float:
        """Return the s to wait from now until a wrap is *lead* s ahead."""
        return (-(window.now() + lead * 1e9 - self._zero) % self._period) * 1e-9

    def between(self, start: int, end: int) -> int:
        """Return how many wraps lie between two times."""
        return int((end - self._zero) // self._period - (start - self._zero) // self._period)


def gpu(bench: Bench, name: str, **options: Any) -> tuple[dict[str, dict[str, Score]], dict[str, str]]:
    """Measure pulses of a GPU, 60 W to 300 W in ramps of 40 ms; options are those of ``StubGpu``."""

    def rig(key: str) -> Rig:
        folder = bench.folder(f"gpu-{key}")
        stub = StubNvml(folder, StubGpu(Curve([(window.now(), window.IDLE_WATTS)], linear=True), tick=0.1, **options))

        def truth(start: int, end: int) -> Joules:
            lines = (line.split() for line in (folder / "gpus.txt").read_text().splitlines())
            points = [(int(line[1]), float(line[2])) for line in lines if line[0] == "point"]
            return {"gpu": Curve(points, linear=True).joules_between(start, end)}

        pulses = {window.PULSES: str(folder / "gpus.txt"), "JUPYTER_GREEN_POWERCAP": str(folder)}
        return Rig(truth, stub.environment | pulses)

    scores = {}
    with Contest(bench, rig, "gpu") as contest:
        for seconds, readings in _windows(bench, contest, GPU_WINDOWS, f"GPU, {name}"):
            scores[f"{seconds:g} s"] = score(_only(readings, "gpu"))
        return scores, contest.failed


def devices(bench: Bench) -> tuple[dict[str, dict[str, Score]], dict[str, str]]:
    """Measure 1 to 8 GPUs beside two packages, DRAM, psys and mirrors, all at constant power."""
    scores: dict[str, dict[str, Score]] = {}
    failed: dict[str, str] = {}
    options = {"packages": ("package-0", "package-1"), "cores": True, "psys": True, "mmio": True}
    with counters(bench, "devices", dram=True, watts=2 * CPU_WATTS, dram_watts=2 * DRAM_WATTS, **options) as (cpus, _):
        for count in tqdm(GPU_COUNTS[:: 3 if bench.quick else 1], desc="devices"):
            watts = [100.0 + 25.0 * index for index in range(count)]
            stub = StubNvml(bench.folder("gpus"), *boards(watts))
            rig = _with_gpus(cpus, stub, sum(watts))
            with Contest(bench, lambda _, rig=rig: rig, "all") as contest:  # type: ignore[misc]
                readings = [r for _ in range(bench.times(3)) for r in contest.together(1.0)]
                failed.update(contest.failed)
            scores[f"{count} GPU{'s' if count > 1 else ''}"] = score(readings)
    return scores, failed


def boards(watts: Sequence[float]) -> list[StubGpu]:
    """Return GPUs of constant power."""
    start = window.now()
    uuid = "GPU-{:08d}-0000-4000-8000-000000000000"
    return [StubGpu(Curve([(start, power)]), uuid=uuid.format(index)) for index, power in enumerate(watts)]


def _with_gpus(cpus: Rig, stub: StubNvml, watts: float) -> Rig:
    def truth(start: int, end: int) -> Joules:
        return {**cpus.truth(start, end), "gpu": watts * (end - start) * 1e-9}

    return Rig(truth, {**cpus.variables, **stub.environment}, cpus.powercap)


def neighbour(bench: Bench) -> tuple[dict[str, float], dict[str, str]]:
    """Return what part of a busy neighbour's active energy each tool bills to a sleeping process, %."""
    billed: dict[str, list[float]] = {}
    with ExitStack() as stack:
        options = {"watts": IDLE_WATTS, "watts_per_core": CORE_WATTS}
        rig, live = stack.enter_context(counters(bench, "neighbour", **options))
        contest = stack.enter_context(Contest(bench, lambda _: rig, "cpu"))
        time.sleep(QUIET)
        burner = subprocess.Popen([sys.executable, "-c", "while True: pass"])
        stack.callback(burner.wait)
        stack.callback(burner.kill)
        time.sleep(0.5)
        for _ in tqdm(range(bench.times(3)), desc="sleeping beside a neighbour"):
            for reading in contest.together(5.0):
                active = live.energy_between(reading.start, reading.end)
                active -= IDLE_WATTS * (reading.end - reading.start) * 1e-9
                for tool, joules in reading.joules.items():
                    if not tool.startswith("green") and "cpu" in joules:
                        billed.setdefault(tool, []).append(100 * joules["cpu"] / active)
                    elif tool == "green-settled":
                        ours = contest.green.settled()["components"]["cpu"]["joules"]
                        billed.setdefault(tool, []).append(100 * ours / active)
        return {tool: statistics.mean(shares) for tool, shares in billed.items()}, contest.failed


def _windows(
    bench: Bench, contest: Contest, plan: Mapping[float, int], title: str
) -> Iterator[tuple[float, list[Reading]]]:
    for seconds, count in plan.items():
        measure = contest.alone if seconds < SHORT else contest.together
        rounds = tqdm(range(bench.times(count)), desc=f"{title}, {seconds:g} s")
        yield seconds, [reading for _ in rounds for reading in measure(seconds)]


def _only(readings: Iterable[Reading], component: str) -> Iterator[Reading]:
    for r in readings:
        joules = {tool: {component: found.get(component, 0.0)} for tool, found in r.joules.items()}
        covered = {tool: {component: found[component]} for tool, found in r.covered.items()}
        yield Reading(r.start, r.end, {component: r.truth[component]}, joules, covered)
