"""What metering costs: ``python -m tests.benchmarks.overhead``. Writes ``results/overhead.md`` and ``overhead.json``.

Everything is measured in one run and in turn: a bare kernel, ours, and CodeCarbon's task API.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from tqdm import tqdm

from . import peers
from .figures import difference, machine, spread
from .kernels import Kernel, environment
from .table import Figures, page

RESULTS = Path(__file__).parent / "results"
LOAD_GREEN = "from tests.benchmarks import probe; probe.load_green()"
LOAD_PEER = "from tests.benchmarks import probe; probe.load_codecarbon()"
START_PEER = "from tests.benchmarks import probe; probe.load_codecarbon(continuous=True)"
NOTHING = "from tests.benchmarks import probe"
THREADS = "; probe.start_threads(64)"
PAUSE = 3.0


class Run:
    """One run's settings."""

    def __init__(self, arguments: argparse.Namespace, scratch: Path) -> None:
        self.cells: int = arguments.cells
        self.idle_seconds: int = arguments.idle_seconds
        self.repeats: int = arguments.repeats
        self.scratch = scratch
        self.green = Path(sys.executable)
        self.peer = None if arguments.without_peer else peers.python(arguments.cache.resolve(), peers.CODECARBON)

    def kernel(self, python: Path, stack: ExitStack) -> Kernel:
        """Return a kernel that ends with *stack*."""
        kernel = Kernel(python, self.scratch)
        stack.callback(kernel.stop)
        return kernel


def cells(run: Run, figures: Figures) -> None:
    """Time trivial cells: one after another in one kernel, in all kernels in turn, and after a pause."""
    plans = {
        "bare": (run.green, NOTHING),
        "hooks": (run.green, LOAD_GREEN),
        "hooks_64_threads": (run.green, LOAD_GREEN + THREADS),
        "hooks_marked": (run.green, LOAD_GREEN),
    }
    if run.peer:
        plans["peer_bare"] = (run.peer, NOTHING)
        plans["peer_hooks"] = (run.peer, LOAD_PEER)
        plans["peer_hooks_64_threads"] = (run.peer, LOAD_PEER + THREADS)
    with ExitStack() as stack:
        kernels = {name: run.kernel(python, stack) for name, (python, _) in plans.items()}
        for kernel in kernels.values():
            kernel.run(NOTHING)
        memory = {name: kernel.process.memory_info().rss for name, kernel in kernels.items()}
        for name, kernel in kernels.items():
            kernel.run(plans[name][1])
            kernel.run("pass")  # the first metered cell has a figure of its own
        trips = _in_turn(run, figures, kernels)
        for name in tqdm(_metered(kernels), desc="cells one after another"):
            begun = len(_hooks(kernels[name]))
            for _ in range(run.cells):
                kernels[name].run(_code(name))
            _put(figures, name, "", spread(_hooks(kernels[name])[begun:]))
        grown = {name: kernel.process.memory_info().rss - memory[name] for name, kernel in kernels.items()}
        for tool, prefix in _tools(run):
            figures[tool]["round_trip"] = difference(trips[f"{prefix}hooks"], trips[f"{prefix}bare"])
            figures[tool]["rss_mb"] = (grown[f"{prefix}hooks"] - grown[f"{prefix}bare"]) / 1e6
        subjects = [f"{prefix}hooks" for _, prefix in _tools(run)]
        begun_at = {name: len(_hooks(kernels[name])) for name in subjects}
        for _ in tqdm(range(run.repeats * 2), desc="cells after a pause"):
            time.sleep(PAUSE)
            for name in subjects:
                kernels[name].run("pass")
        for name in subjects:
            _put(figures, name, "_after_pause", spread(_hooks(kernels[name])[begun_at[name] :]))
        figures["green"]["sources"] = kernels["hooks"].ask("probe.sources()")


def _in_turn(run: Run, figures: Figures, kernels: dict[str, Kernel]) -> dict[str, list[float]]:
    """Run cells in all kernels in turn, in a new order each round; return the round trips in s."""
    begun = {name: len(_hooks(kernels[name])) for name in _metered(kernels)}
    trips: dict[str, list[float]] = {name: [] for name in kernels}
    order = list(kernels)
    for _ in tqdm(range(run.cells), desc="cells in turn"):
        random.shuffle(order)
        for name in order:
            trips[name].append(kernels[name].run(_code(name)))
    for name, start in begun.items():
        _put(figures, name, "_in_turn", spread(_hooks(kernels[name])[start:]))
    return trips


def _metered(kernels: dict[str, Kernel]) -> list[str]:
    return [name for name in kernels if "hooks" in name]


def _code(name: str) -> str:
    return "%%carbon\npass" if name.endswith("_marked") else "pass"


def _put(figures: Figures, name: str, suffix: str, value: dict[str, float]) -> None:
    tool = "codecarbon" if name.startswith("peer_") else "green"
    figures[tool][name.removeprefix("peer_") + suffix] = value


def _tools(run: Run) -> list[tuple[str, str]]:
    return [("green", ""), *([("codecarbon", "peer_")] if run.peer else [])]


def first(run: Run, figures: Figures) -> None:
    """Time loading and the first metered cell in fresh kernels."""
    subjects = [("green", run.green, LOAD_GREEN)]
    if run.peer:
        subjects.append(("codecarbon", run.peer, LOAD_PEER))
    loads: dict[str, list[float]] = {name: [] for name, _, _ in subjects}
    firsts: dict[str, list[float]] = {name: [] for name, _, _ in subjects}
    for _ in tqdm(range(run.repeats), desc="fresh kernels"):
        for name, python, load in subjects:
            with ExitStack() as stack:
                kernel = run.kernel(python, stack)
                kernel.run(load)
                kernel.run("pass")
                firsts[name].append(_hooks(kernel)[0])
                loads[name].append(kernel.ask("probe.loading['load']"))  # type: ignore[arg-type]
    for name, _, _ in subjects:
        figures[name]["first"] = spread(firsts[name])
        figures[name]["load_ms"] = statistics.median(loads[name]) * 1e3


def imports(run: Run, figures: Figures) -> None:
    """Time imports in fresh interpreters that have IPython's kernel already."""
    subjects = [
        ("green", "import_ms", run.green, "import jupyter_green"),
        ("green", "import_all_ms", run.green, "import jupyter_green.kernel.extension"),
    ]
    if run.peer:
        subjects.append(("codecarbon", "import_ms", run.peer, "import codecarbon"))
        subjects.append(("codecarbon", "import_all_ms", run.peer, "from codecarbon import OfflineEmissionsTracker"))
    times: dict[tuple[str, str], list[float]] = {(name, key): [] for name, key, _, _ in subjects}
    for _ in tqdm(range(run.repeats * 2 + 1), desc="imports"):
        for name, key, python, statement in subjects:
            times[name, key].append(_import_seconds(run, python, statement))
    for (name, key), seconds in times.items():
        figures[name][key] = statistics.median(seconds[1:]) * 1e3  # the first run compiles


def _import_seconds(run: Run, python: Path, statement: str) -> float:
    code = f"import ipykernel.ipkernel, time; t = time.perf_counter(); {statement}; print(time.perf_counter() - t)"
    done = subprocess.run(
        [python, "-c", code], env=environment(run.scratch), cwd=run.scratch, check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def idle(run: Run, figures: Figures) -> None:
    """Compare idle kernels side by side, two of each kind."""
    plans = {"bare": (run.green, NOTHING), "green": (run.green, LOAD_GREEN)}
    if run.peer:
        plans["peer_bare"] = (run.peer, NOTHING)
        plans["codecarbon"] = (run.peer, LOAD_PEER)
        plans["started"] = (run.peer, START_PEER)
    with ExitStack() as stack:
        kernels = {name: [run.kernel(python, stack) for _ in range(2)] for name, (python, _) in plans.items()}
        for name, pair in kernels.items():
            for kernel in pair:
                kernel.run(plans[name][1])
                kernel.run("pass")
        time.sleep(10)  # the last cell settles, and the kernels' own start-up work ends
        before = {name: [kernel.cpu_seconds() for kernel in pair] for name, pair in kernels.items()}
        began = time.monotonic()
        for _ in tqdm(range(run.idle_seconds), desc="idle kernels"):
            time.sleep(1)
        minutes = (time.monotonic() - began) / 60
        each = {
            name: [(k.cpu_seconds() - b) / minutes for k, b in zip(pair, before[name], strict=True)]
            for name, pair in kernels.items()
        }
        used = {name: statistics.mean(pair) for name, pair in each.items()}
        figures["idle_cpu_s_per_minute"] = each
        figures["idle_noise_s_per_minute"] = max(abs(a - b) for name, (a, b) in each.items() if "bare" in name)
        for name, bare in [("green", "bare"), *([("codecarbon", "peer_bare")] if run.peer else [])]:
            ours, base = kernels[name][0], kernels[bare][0]
            figures[name]["idle_cpu_s_per_minute"] = used[name] - used[bare]
            figures[name]["threads"] = ours.process.num_threads() - base.process.num_threads()
            figures[name]["children"] = len(ours.process.children(recursive=True))
        if run.peer:
            figures["codecarbon"]["idle_started_cpu_s_per_minute"] = used["started"] - used["peer_bare"]


def _hooks(kernel: Kernel) -> list[float]:
    return kernel.ask("probe.hooks")  # type: ignore[return-value]


def main() -> None:
    """Measure and write the results."""
    from jupyter_green import __version__

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.overhead", description=__doc__)
    parser.add_argument("--cells", type=int, default=400, help="trivial cells in each kernel and series (default 400)")
    parser.add_argument("--idle-seconds", type=int, default=90, help="how long idle kernels are watched (default 90)")
    parser.add_argument("--repeats", type=int, default=7, help="fresh kernels of each kind (default 7)")
    parser.add_argument("--cache", type=Path, default=Path(".cache/benchmarks"), help="for CodeCarbon's environment")
    parser.add_argument("--without-peer", action="store_true", help="leave CodeCarbon out")
    parser.add_argument("--out", type=Path, default=RESULTS, help="directory of the results")
    arguments = parser.parse_args()
    figures: Figures = {"date": date.today().isoformat(), "machine": machine(), "pause_s": PAUSE}
    figures["green"] = {"version": __version__}
    if not arguments.without_peer:
        figures["codecarbon"] = {"version": peers.CODECARBON.version}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        run = Run(arguments, Path(scratch))
        loads = [os.getloadavg()[0]]
        for part in (imports, first, cells, idle):
            part(run, figures)
            loads.append(os.getloadavg()[0])
    figures["load_average"] = statistics.mean(loads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "overhead.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    text = page(figures)
    (arguments.out / "overhead.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
