"""How right the forecast is, beside Carbontracker's rule: ``python -m tests.benchmarks.forecast``.

Writes ``results/forecast.md`` and ``forecast.json``. Most runs are under the fake clock; some are Python loops with
tqdm's bars, shortened to seconds and read as a kernel's are. The estimator was designed on other seeds.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..rig.bars import foretold
from ..rig.loops import Loop, carbontracker
from ..rig.workloads import WORKLOADS
from .figures import machine
from .forecast_page import page

if TYPE_CHECKING:
    from jupyter_green.work.forecast import Forecast

RESULTS = Path(__file__).parent / "results"
PARTS = (0.1, 0.25, 0.5)
SIMULATED, REAL = 300, 4
SECONDS = 6.0  # of a real loop


def summary(told: list[tuple[Forecast, float]]) -> dict[str, Any]:
    """Return what forecasts are worth, given each one's outcome, J."""
    given = [(f, joules) for f, joules in told if f.why_not is None]
    errors = [abs(f.joules / joules - 1) for f, joules in given]
    return {
        "runs": len(told),
        "told": len(given),
        "median": statistics.median(errors) if errors else None,
        "worst": max(errors, default=None),
        "covered": sum(f.low <= joules <= f.high for f, joules in given),
        "half_range": statistics.median((f.high - f.low) / 2 / f.joules for f, _ in given) if given else None,
        "widest": max(((f.high - f.low) / 2 / f.joules for f, _ in given), default=None),
        "at_least": sum(f.at_least for f, _ in given),
        "at_least_kept": sum(f.at_least and joules >= f.low for f, joules in given),
        "errors": [round(error, 4) for error in errors],
    }


def rule(runs: list[list[Any]]) -> dict[str, float]:
    """Return the error of Carbontracker's rule: the energy of the first unit, as often as there are units."""
    errors = [abs(carbontracker(units) / Loop(units).joules - 1) for units in runs]
    return {"median": statistics.median(errors), "worst": max(errors)}


def simulated(runs: int) -> dict[str, Any]:
    """Run every workload under the fake clock."""
    figures: dict[str, Any] = {}
    for name, make in WORKLOADS.items():
        drawn = [make(random.Random(f"judge {name} {seed}")) for seed in range(runs)]
        loops = [Loop(units) for units in drawn]
        told = [loop.forecasts(PARTS) for loop in loops]
        figures[name] = {
            f"{part:g}": summary([(each[i], loop.joules) for each, loop in zip(told, loops, strict=True)])
            for i, part in enumerate(PARTS)
        }
        figures[name]["carbontracker"] = rule(drawn)
    return figures


def real(runs: int) -> dict[str, Any]:
    """Run every workload as a Python loop with a bar, one process for each kind."""
    figures: dict[str, Any] = {}
    with ProcessPoolExecutor(len(WORKLOADS), mp_context=get_context("spawn")) as pool:
        jobs = {
            name: pool.map(foretold, [name] * runs, [f"judge {name} {seed}" for seed in range(runs)], [SECONDS] * runs)
            for name in WORKLOADS
        }
        for name, results in jobs.items():
            figures[name] = {"0.25": summary(list(results))}
    return figures


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=SIMULATED, help="of each workload under the fake clock")
    parser.add_argument("--real", type=int, default=REAL, help="of each workload as a Python loop")
    parser.add_argument("--output", type=Path, default=RESULTS)
    options = parser.parse_args()
    figures = {
        "date": date.today().isoformat(),
        "machine": machine(),
        "simulated": simulated(options.runs),
        "real": real(options.real),
    }
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "forecast.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (options.output / "forecast.md").write_text(page(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
