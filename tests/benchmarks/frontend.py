"""What the panel costs in the browser: ``python -m tests.benchmarks.frontend``.

Writes ``results/frontend.md`` and ``frontend.json``. A real JupyterLab in headless
Chromium, and real kernels; the feed's messages are scripted where their number matters.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import nbformat
from playwright.sync_api import Browser, sync_playwright
from tqdm import tqdm

from ..rig.feed import snapshot, telling, telling_often
from ..rig.lab import LabServer, chromium, wait_until
from ..rig.records import cell, notebook, record
from .figures import machine, spread
from .frontend_page import page
from .kernels import Kernel
from .lab_page import PANEL, LabPage

RESULTS = Path(__file__).parent / "results"
FEED, FOREIGN = "jupyter-green-feed", "somebody-elses-feed"
Figures = dict[str, Any]


class Run:
    """One run's settings, with its browser and server."""

    def __init__(self, arguments: argparse.Namespace, browser: Browser, lab: LabServer, scratch: Path) -> None:
        self.loads: int = arguments.loads
        self.seconds: int = arguments.seconds
        self.updates: int = arguments.updates
        self.records: int = arguments.records
        self.scratch = scratch
        self._browser, self._lab = browser, lab

    def open(self, name: str = "empty.ipynb") -> LabPage:
        """Open a notebook in a page of its own."""
        return LabPage(self._browser, self._lab, name)


def busy(sequence: int = 1, **changes: Any) -> dict[str, Any]:
    """Make the snapshot of a long session: three components, five minutes, many cells."""
    wave = [[base + amplitude * ((7 * step) % 11) / 11 for step in range(120)] for base, amplitude in _WAVES]
    bands = [(24, -235.0, -175.0), (25, -135.0, None)]
    rows = [_row(number) for number in range(16)]
    stack = dict(zip(("gpu", "cpu", "ram"), wave, strict=True))
    total = [sum(step) + 100.0 for step in zip(*wave, strict=True)]
    return snapshot(sequence, machine=total, bands=bands, cells=rows, **stack, **changes)


_WAVES = ((160.0, 40.0), (35.0, 12.0), (12.0, 1.0))


def _row(number: int) -> dict[str, Any]:
    ends = {"joules": 90.0 * number, "low": 80.0 * number, "high": 100.0 * number, "measured_share": 0.8}
    about = {"label": f"train(model, loader, step={number})", "status": "ok", "duration_s": 4.2}
    return {"id": f"cell-{number}", "execution_count": number, **about, **ends} | {
        "grams": 0.1,
        "settled": True,
        "recorded": False,
    }


def activation(run: Run, figures: Figures) -> None:
    """Time our plugins' ``activate`` and weigh our files, in fresh pages."""
    sums, each = [], []
    for _ in tqdm(range(run.loads), desc="page loads"):
        with run.open() as lab:
            before = lab.transferred()
            plugins = {name: took for name, took in lab.watched()["activated"].items() if took is not None}
            each.append(plugins)
            sums.append(sum(plugins.values()))
            lab.show(True)
            lab.run(telling(busy()))
            lab.wait_for_chart()
            after = lab.transferred()
    figures["activate_ms"] = {"median_ms": statistics.median(sums), "slowest_ms": max(sums), "n": len(sums)}
    figures["activate_plugins_ms"] = {name: statistics.median(load[name] for load in each) for name in each[0]}
    figures["before_kb"] = before / 1000
    figures["chart_kb"] = (after - before) / 1000


def latency(run: Run, figures: Figures) -> None:
    """Time from a message to the figure that it changes."""
    with run.open() as lab:
        lab.show(True)
        lab.run(telling(busy()))
        lab.wait_for_chart()
        begun = len(lab.watched()["frames"])
        lab.run(telling_often(busy(), run.updates, 0.1))
        seen = lab.watched()
        first = {}
        for change in seen["changes"]:
            first.setdefault(change["frame"], change["at"])
        frames = [(number, frame) for number, frame in enumerate(seen["frames"]) if number >= begun and number in first]
        if len(frames) < 0.9 * run.updates:
            raise RuntimeError(f"only {len(frames)} of {run.updates} messages changed the figure")
        figures["arrived_to_changed"] = spread([(first[number] - frame["at"]) * 1e-3 for number, frame in frames])
        figures["sent_to_changed"] = spread([(first[number] - frame["sent"]) * 1e-3 for number, frame in frames])


def scripting(run: Run, figures: Figures) -> None:
    """Measure what an update costs while the document holds many records."""
    with run.open("records.ipynb") as lab:
        lab.show(True)
        lab.run(telling(busy(boot="first-boot")))
        lab.wait_for_chart()
        figures["records"] = run.records
        told = busy(boot="first-boot")
        seconds = run.updates // 10
        plans = {"foreign": FOREIGN, "ours": FEED}
        rounds: dict[str, list[dict[str, float]]] = {name: [] for name in plans}
        lab.each(telling_often(told, 5 * seconds + 15, 0.2), seconds)  # until the document is drawn and compiled
        for name, comm in tqdm([*plans.items()] * 3, desc=f"{run.records} records"):
            rounds[name].append(lab.each(telling_often(told, 5 * seconds + 15, 0.2, comm), seconds))
        for part in ("script", "task"):
            base = statistics.median(one[part] for one in rounds["foreign"])
            figures[f"update_{part}_noise_ms"] = max(abs(one[part] - base) for one in rounds["foreign"]) * 1e3
            figures[f"update_{part}_ms"] = (statistics.median(one[part] for one in rounds["ours"]) - base) * 1e3
        profiled = lab.each(telling_often(told, 5 * seconds + 15, 0.2), seconds, profile=True)
        figures["update_profile_ms"] = profiled["ours"] * 1e3


def share(run: Run, figures: Figures) -> None:
    """Measure the browser's CPU time at one snapshot a second: heard by nobody, panel closed, panel open."""
    plans = {"foreign": (FOREIGN, False), "closed": (FEED, False), "open": (FEED, True)}
    rounds: dict[str, list[dict[str, float]]] = {name: [] for name in plans}
    with run.open() as lab:
        lab.show(True)
        lab.run(telling(busy()))
        lab.wait_for_chart()
        for name, (comm, visible) in tqdm([*plans.items()] * 3, desc="one snapshot a second"):
            lab.show(visible)
            rounds[name].append(lab.each(telling_often(busy(), run.seconds + 5, 1.0, comm), run.seconds))
    for part in ("task", "browser"):
        base = statistics.median(one[part] for one in rounds["foreign"])
        figures[f"share_{part}_noise"] = max(abs(one[part] - base) for one in rounds["foreign"])
        for name in ("closed", "open"):
            figures[f"share_{part}_{name}"] = statistics.median(one[part] for one in rounds[name]) - base


def rest(run: Run, figures: Figures) -> None:
    """Look for anything that ticks while nothing runs, with the panel open."""
    with run.open() as lab:
        lab.show(True)
        lab.run(telling(busy(), busy(2, running=False)))
        lab.wait_for_chart()
        wait_until(lambda: lab.page.locator(f"{PANEL} .jp-green-power", has_text="idle").count(), "rest", page=lab.page)
        lab.page.wait_for_timeout(2000)
        lab.page.evaluate("window.watched.isIdle = true")
        lab.begin_profile()
        lab.page.wait_for_timeout(5000)
        figures["idle_profile_ms"] = lab.end_profile() * 1e3
        figures["idle_timers"] = len(lab.watched()["timers"])
        running = "panel => document.getAnimations().filter(a => panel.contains(a.effect?.target ?? null)).length"
        figures["idle_animations"] = lab.page.locator(PANEL).evaluate(running)


def size(run: Run, figures: Figures) -> None:
    """Weigh a real kernel's snapshot after 500 small cells."""
    kernel = Kernel(Path(sys.executable), run.scratch)
    try:
        kernel.run("%load_ext jupyter_green")
        kernel.run("from tests.benchmarks import feed_probe")
        for number in tqdm(range(500), desc="cells of a real kernel"):
            kernel.run(f"prepared = [value * {number} for value in range(100)]  # step {number} of the preparation")
        told: Any = kernel.ask("feed_probe.snapshot_bytes()")
        figures["snapshot_bytes"] = told
    finally:
        kernel.stop()


def notebooks(folder: Path, records: int) -> None:
    """Write the notebooks: an empty one, and one with many records, four in a cell."""
    folder.mkdir()
    nbformat.write(notebook(cell(None, source="")), folder / "empty.ipynb")
    cells = []
    for first in range(1, records, 4):
        told = cell(first, record(first, 400.0, boot="first-boot", label=f"step({first})"))
        for count in range(first + 1, first + 4):
            told.outputs += cell(count, record(count, 400.0, boot="first-boot", label=f"step({count})")).outputs[1:]
        cells.append(told)
    nbformat.write(notebook(cell(None, source=""), *cells), folder / "records.ipynb")


def main() -> None:
    """Measure and write the results."""
    from jupyter_green import __version__

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.frontend", description=__doc__)
    parser.add_argument("--loads", type=int, default=5, help="page loads (default 5)")
    parser.add_argument("--updates", type=int, default=200, help="messages in a series (default 200)")
    parser.add_argument("--records", type=int, default=2000, help="records in a document (default 2000)")
    parser.add_argument("--seconds", type=int, default=20, help="of one snapshot a second, three times (default 20)")
    parser.add_argument("--out", type=Path, default=RESULTS, help="directory of the results")
    arguments = parser.parse_args()
    figures: Figures = {"date": date.today().isoformat(), "machine": machine(), "version": __version__}
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        folder = Path(scratch)
        notebooks(folder / "root", arguments.records)
        with sync_playwright() as playwright, LabServer(folder / "root", folder / "home") as lab:
            browser = chromium(playwright)
            figures["chromium"] = browser.version
            run = Run(arguments, browser, lab, folder)
            for part in (size, activation, latency, scripting, share, rest):
                part(run, figures)
                loads.append(os.getloadavg()[0])
            browser.close()
    figures["load_average"] = statistics.mean(loads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "frontend.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    text = page(figures)
    (arguments.out / "frontend.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
