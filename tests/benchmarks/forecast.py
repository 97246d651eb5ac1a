"""How right the forecast is, beside Carbontracker's rule: ``python -m tests.benchmarks.forecast``.

Writes ``results/forecast.md`` and ``forecast.json``. Most runs are under the fake clock; some are Python loops,
shortened to seconds and read as a kernel's are. The estimator was designed on other seeds.
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
from .look_cost import costs

if TYPE_CHECKING:
    from jupyter_green.work.forecast import Forecast

RESULTS = Path(__file__).parent / "results"
PARTS = (0.1, 0.25, 0.5)
SIMULATED, REAL = 300, 8
SECONDS = 20.0  # of a real loop; in fewer, units are so short that the machine's wake-ups are what is seen
SEEDS = "verdict"  # those that the estimator was designed on are called otherwise
UNPLANNED = "the same grid, times only"


def summary(told: list[tuple[Forecast, float]]) -> dict[str, Any]:
    """Return what forecasts are worth, given each one's outcome, J."""
    given = [(f, joules) for f, joules in told if f.why_not is None]
    errors = [abs(f.joules / joules - 1) for f, joules in given]
    halves = [(f.high - f.low) / 2 / f.joules for f, _ in given]
    return {
        "runs": len(told),
        "told": len(given),
        "median": _rounded(statistics.median(errors)) if errors else None,
        "worst": _rounded(max(errors, default=None)),
        "covered": sum(f.low <= joules <= f.high for f, joules in given),
        "half_range": _rounded(statistics.median(halves)) if given else None,
        "widest": _rounded(max(halves, default=None)),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.3g}")


def rule(runs: list[list[Any]]) -> dict[str, float | None]:
    """Return the error of Carbontracker's rule: the energy of the first unit, as often as there are units."""
    errors = [abs(carbontracker(units) / Loop(units).joules - 1) for units in runs]
    return {"median": _rounded(statistics.median(errors)), "worst": _rounded(max(errors))}


def simulated(runs: int) -> dict[str, Any]:
    """Run every workload under the fake clock; the grid also without what a search knows of it."""
    figures: dict[str, Any] = {}
    every: dict[float, list[tuple[Forecast, float]]] = {part: [] for part in PARTS}
    for name, make in WORKLOADS.items():
        drawn = [make(random.Random(f"{SEEDS} {name} {seed}")) for seed in range(runs)]
        loops = [Loop(units) for units in drawn]
        figures[name] = _foretold(loops, every) | {"carbontracker": rule(drawn)}
        if loops[0].plan is not None:
            for loop in loops:
                loop.plan = None
            figures[UNPLANNED] = _foretold(loops, None) | {"carbontracker": figures[name]["carbontracker"]}
    figures["all"] = {f"{part:g}": summary(every[part]) for part in PARTS}
    return figures


def _foretold(loops: list[Loop], every: dict[float, list[tuple[Forecast, float]]] | None) -> dict[str, Any]:
    told = [loop.forecasts(PARTS) for loop in loops]
    parts = {}
    for i, part in enumerate(PARTS):
        each = [(row[i], loop.joules) for row, loop in zip(told, loops, strict=True)]
        parts[f"{part:g}"] = summary(each)
        if every is not None:
            every[part] += each
    return parts


def real(runs: int) -> dict[str, Any]:
    """Run every workload as a Python loop, one process for each kind."""
    figures: dict[str, Any] = {}
    every: list[tuple[Forecast, float]] = []
    with ProcessPoolExecutor(len(WORKLOADS), mp_context=get_context("spawn")) as pool:
        list(pool.map(foretold, WORKLOADS, WORKLOADS, [1.0] * len(WORKLOADS)))  # so that all are there, and none starts
        jobs = {
            name: pool.map(
                foretold, [name] * runs, [f"{SEEDS} {name} {seed}" for seed in range(runs)], [SECONDS] * runs
            )
            for name in WORKLOADS
        }
        for name, results in jobs.items():
            told = list(results)
            every += told
            figures[name] = {"0.25": summary(told)}
    figures["all"] = {"0.25": summary(every)}
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
        "looks": {name: {key: _rounded(value) for key, value in each.items()} for name, each in costs().items()},
    }
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "forecast.json").write_text(_lines(figures) + "\n", encoding="utf-8")
    (options.output / "forecast.md").write_text(page(figures), encoding="utf-8")


def _lines(figures: dict[str, Any]) -> str:
    """Return JSON with a line for each workload."""
    parts = [f'"{key}": {json.dumps(each)}' for key, each in figures.items() if not isinstance(each, dict)]
    for key, each in figures.items():
        if isinstance(each, dict):
            rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(row)}" for name, row in each.items())
            parts.append(f'"{key}": {{\n{rows}\n}}')
    return "{\n" + ",\n".join(parts) + "\n}"


if __name__ == "__main__":
    main()
