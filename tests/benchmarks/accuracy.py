"""How right we are, beside the peers: ``python -m tests.benchmarks.accuracy``.

Writes ``results/accuracy.md``, ``accuracy.json`` and ``accuracy.svg``. Everything is measured in one run, on the rig's
known truths: counters and GPUs that do what a script says. Needs Linux; the peers, which look for counters in
``/sys/class/powercap`` only, also need the right to mount something there.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from ..rig.gpu import StubGpu
from . import alone, truths
from .accuracy_chart import chart
from .accuracy_page import page
from .figures import machine
from .kernels import ROOT
from .peers import PEERS
from .subjects import Bench

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).parent / "results"
SENSORS = {"live": 0.0, "per_tick": 0.025}


class Coverage:
    """Runs ``coverage.py`` beside what leaves a core free; it needs the stub library from its start."""

    def __init__(self, cells: int) -> None:
        self._runs = {
            name: subprocess.Popen(
                [sys.executable, "-m", "tests.benchmarks.coverage", "--cells", str(cells), "--sensor", str(sensor)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            for name, sensor in SENSORS.items()
        }

    def result(self) -> dict[str, Any]:
        """Wait, and return what was found for each kind of sensor."""
        found = {}
        for name, run in self._runs.items():
            output, _ = run.communicate(timeout=600)
            if run.returncode:
                raise RuntimeError(f"coverage.py ended with {run.returncode}")
            found[name] = json.loads(output)
        return found


def measure(bench: Bench, figures: dict[str, Any]) -> None:
    """Fill *figures*."""
    contests: dict[str, Callable[[], tuple[dict[str, Any], dict[str, str]]]] = {
        "rapl": lambda: truths.rapl(bench),
        "gpu_live": lambda: truths.gpu(bench, "live sensor"),
        "devices": lambda: truths.devices(bench),
        "neighbour": lambda: truths.neighbour(bench),
    }
    if "sensor" in StubGpu.__dataclass_fields__:
        contests["gpu_per_tick"] = lambda: truths.gpu(bench, "sensor per tick", sensor=SENSORS["per_tick"])
    failed: dict[str, dict[str, str]] = {}
    loads = []
    for name, part in tqdm(contests.items(), desc="beside the peers", position=1):
        figures[name], failed[name] = part()
        loads.append(os.getloadavg()[0])
    figures["failed"] = {name: reasons for name, reasons in failed.items() if reasons}
    figures["kernels_live"] = alone.live_kernels(bench)
    figures["cpu_seconds"] = alone.cpu_seconds(bench)
    figures["kernels_fake"] = alone.fake_kernels(bench)
    coverage = Coverage(200 if bench.quick else 1000)
    figures["coverage"] = coverage.result()
    figures["cost"] = alone.cost(bench, *((10.0, 31.0) if bench.quick else (20.0, 62.0)))
    figures["load_average"] = statistics.mean([*loads, os.getloadavg()[0]])


def main() -> None:
    """Measure and write the results."""
    from jupyter_green import __version__

    keys = [peer.key for peer in PEERS]
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.accuracy", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a fifth of the repetitions")
    parser.add_argument("--peers", nargs="*", choices=keys, default=keys, help="who stands beside us (default: all)")
    parser.add_argument("--cache", type=Path, default=Path(".cache/benchmarks"), help="for the peers' environments")
    parser.add_argument("--out", type=Path, default=RESULTS, help="directory of the results")
    arguments = parser.parse_args()
    if sys.platform != "linux" or importlib.util.find_spec("pynvml") is None:
        parser.error("needs Linux and nvidia-ml-py")
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        bench = Bench(Path(scratch), arguments.cache.resolve(), quick=arguments.quick, wanted=arguments.peers)
        begun_measuring = time.monotonic()
        figures: dict[str, Any] = {
            "date": date.today().isoformat(),
            "machine": machine(),
            "version": __version__,
            "quick": arguments.quick,
            "peers": {p.key: {"title": p.title, "version": p.version} for p in bench.interpreters},
            "missing": bench.missing,
        }
        measure(bench, figures)
    figures["minutes"] = (time.monotonic() - begun_measuring) / 60
    figures["minutes_installing"] = (begun_measuring - begun) / 60
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "accuracy.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (arguments.out / "accuracy.svg").write_text(chart(figures), encoding="utf-8")
    text = page(figures)
    (arguments.out / "accuracy.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
