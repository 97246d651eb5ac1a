"""What only a kernel's meter can be asked: shares of several kernels, CPU seconds of children, and its own cost."""

from __future__ import annotations

import random
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ..rig.gpu import StubNvml
from ..rig.machine import FakeMachine
from . import window
from .children import AWKWARD, CASES, PLAIN
from .figures import spread
from .group import bystander, control_group
from .kernels import Kernel
from .subjects import GreenKernel
from .truths import CORE_WATTS, IDLE_WATTS, QUIET, boards, counters

if TYPE_CHECKING:
    from .subjects import Bench

KERNELS = (2, 4, 8)
BUSY_SECONDS = 6.0


def fake_kernels(bench: Bench) -> dict[str, float]:
    """Play random histories of two to eight kernels under the fake clock.

    Returns the largest error of the machine's energy, and the largest excess of all shares over it, both relative.
    """
    chance = random.Random(20261123)
    error = excess = 0.0
    rounds = bench.times(150)
    for _ in tqdm(range(rounds), desc="kernels under the fake clock"):
        kernels = chance.randint(2, 8)
        machine = FakeMachine(kernels, cpus=8, idle_watts=chance.choice([None, 0.0, 15.0]))
        start = machine.clock.boottime()
        windows: dict[int, Any] = {}
        for _ in range(12):
            machine.curve.append(machine.clock.boottime(), float(chance.randint(0, 400)))
            kernel = chance.randrange(kernels)
            meter = machine.meters[kernel]
            if kernel in windows:
                meter.close(windows.pop(kernel))
            else:
                windows[kernel] = meter.open()
            busy = {index: chance.uniform(0, 1) for index in range(kernels)}
            machine.run(round(chance.uniform(0.001, 2.5), 3), busy, chance.uniform(0, 2))
        for kernel, opened in windows.items():
            machine.meters[kernel].close(opened)
        machine.settle()
        truth = machine.curve.joules_between(start, machine.clock.boottime())
        footprints = [meter.session().footprint for meter in machine.meters]
        error = max(error, *(abs(f.machine_energy.joules / truth - 1) for f in footprints))
        excess = max(excess, sum(f.energy.joules for f in footprints) / truth - 1)
    return {"machine_error": error, "excess": excess, "n": rounds}


def live_kernels(bench: Bench) -> dict[str, float]:
    """Let several kernels burn at once; return all shares together over the machine's energy, by their number."""
    ratios = {}
    for count in tqdm(KERNELS[:: 2 if bench.quick else 1], desc="kernels at once"):
        with ExitStack() as stack:
            options = {"watts": IDLE_WATTS, "watts_per_core": CORE_WATTS}
            rig, _ = stack.enter_context(counters(bench, "kernels", **options))
            kernels = [GreenKernel(bench, rig) for _ in range(count)]
            for kernel in kernels:
                stack.callback(kernel.stop)
            time.sleep(QUIET)
            requests = [k.kernel.begin(f"%%carbon\nwindow.burn({BUSY_SECONDS})") for k in kernels]
            for kernel, request in zip(kernels, requests, strict=True):
                kernel.kernel.finish(request)
            shares = [kernel.settled()["components"]["cpu"]["joules"] for kernel in kernels]
            edges = [kernel.kernel.ask("(probe.edges['start'], probe.edges['end'])") for kernel in kernels]
            machine = rig.truth(min(e[0] for e in edges), max(e[1] for e in edges))["cpu"]  # type: ignore[index]
            ratios[str(count)] = sum(shares) / machine
    return ratios


def cpu_seconds(bench: Bench) -> dict[str, Any]:
    """Compare our CPU seconds of children with a control group's, which others are in, and with our own alone."""
    with ExitStack() as stack:
        # Jupyter Server gives its kernels the notebook's path by this name.
        kernel = Kernel(Path(sys.executable), bench.scratch, {"JPY_SESSION_NAME": "benchmark.ipynb"})
        stack.callback(kernel.stop)
        kernel.run("from tests.benchmarks import children, probe, window; probe.load_green()")
        usage = stack.enter_context(control_group(kernel.pid))
        found: dict[str, Any] = {"reference": "control group" if usage else "resource usage of reaped children"}
        if usage is None:
            found.update({name: _children(kernel, name, "") for name in PLAIN})
            return found
        with bystander(usage):
            for name in tqdm(CASES, desc="CPU seconds of children"):
                found[name] = _children(kernel, name, str(usage))
        kernel.run("window.work(6.2)")  # after which we know that the group is ours alone
        for name in tqdm(AWKWARD, desc="CPU seconds in a private group"):
            found[f"{name}, private"] = _children(kernel, name, str(usage))
        return found


def _children(kernel: Kernel, name: str, usage: str) -> dict[str, Any]:
    kernel.run(f"%%carbon\nfound = children.run({name!r}, {usage!r})")
    ours, reference, seen = kernel.ask("found")  # type: ignore[misc]
    time.sleep(1.2)
    return {
        "ours_s": ours,
        "reference_s": reference,
        "error_percent": 100 * (ours / reference - 1),
        "seen": seen,
        "flags": (kernel.ask("probe.settled()") or {}).get("flags", []),  # type: ignore[union-attr]
    }


def cost(bench: Bench, busy_seconds: float, idle_seconds: float) -> dict[str, Any]:
    """Time the hooks of trivial cells with RAPL and 8 GPUs, and the sampler's CPU time, with GPUs and without."""
    with ExitStack() as stack:
        rig, _ = stack.enter_context(counters(bench, "cost", dram=True))
        stub = StubNvml(bench.folder("gpus"), *boards([100.0] * 8))
        kernels = {
            "rapl_8_gpus": Kernel(Path(sys.executable), bench.scratch, {**rig.variables, **stub.environment}),
            "rapl": Kernel(Path(sys.executable), bench.scratch, rig.variables),
        }
        for kernel in kernels.values():
            stack.callback(kernel.stop)
            kernel.run("from tests.benchmarks import probe, window; probe.load_green()")
            kernel.run("pass")
        many = kernels["rapl_8_gpus"]
        hooks: list[float] = []
        for pause, count in ((0.0, 400), (0.05, 200)):
            begun = len(many.ask("probe.hooks"))  # type: ignore[arg-type]
            for _ in tqdm(range(bench.times(count)), desc="hooks with 8 GPUs"):
                time.sleep(pause)
                many.run("pass")
            hooks.append(spread(many.ask("probe.hooks")[begun:]))  # type: ignore[index, arg-type]
        figures: dict[str, Any] = {"hooks": hooks[0], "hooks_50_ms_apart": hooks[1]}
        time.sleep(2.0)  # the last cell settles
        busy = _sampler_share(kernels, busy_seconds, f"window.work({busy_seconds})")
        time.sleep(2.0)
        idle = _sampler_share(kernels, idle_seconds, None)
        figures["sampler_percent"] = {name: {"busy": busy[name], "idle": idle[name]} for name in kernels}
        return figures


def _sampler_share(kernels: dict[str, Kernel], seconds: float, cell: str | None) -> dict[str, float]:
    before = {name: (kernel.ask("probe.sampling_seconds()"), window.now()) for name, kernel in kernels.items()}
    if cell is None:
        for _ in tqdm(range(round(seconds)), desc="idle kernels"):
            time.sleep(1)
    else:
        requests = {name: kernel.begin(cell) for name, kernel in kernels.items()}
        for name, request in requests.items():
            kernels[name].finish(request)
    after = {name: (kernel.ask("probe.sampling_seconds()"), window.now()) for name, kernel in kernels.items()}
    return {
        name: 100 * (after[name][0] - used) / ((after[name][1] - at) * 1e-9)  # type: ignore[operator]
        for name, (used, at) in before.items()
    }
