"""Trials under load: how often a difference is seen that is not there, how often one that is, and what is left behind.

``python -m tests.benchmarks.trial`` writes ``results/trial.{json,md}``. Training runs are recorded once, while another
process makes the machine busy in bursts; experiments are then drawn from the record.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from tqdm import tqdm

sys.path.insert(0, str(Path(__file__).parents[1]))  # the rig's trainings are the tests' own

from rig.arms import instruments
from rig.trainings import TRAININGS, same, seed, state

from jupyter_green.advice.trial import Options, experiment, try_step
from jupyter_green.advice.trial.design import BLOCKS, blocks
from jupyter_green.advice.trial.effort import Effort
from jupyter_green.advice.trial.outcome import CPU_TIME
from jupyter_green.advice.trial.paired_ratio import block_log, paired_ratio
from jupyter_green.advice.trial.reach import reach
from jupyter_green.advice.trial.snapshot import Snapshot
from jupyter_green.log_ratio import log_ratio

from .figures import machine
from .trial_load import load
from .trial_page import page

RESULTS = Path(__file__).parent / "results"
STEPS = {"A": 100, "5 %": 95, "10 %": 90}
TURN = ("A", "10 %", "A", "5 %")  # so the runs are recorded, over and over
ARMS, LEAST = 2_080, 400
SECONDS = 0.08  # CPU time of a run, a quarter of a trial's own: what is seen here is seen there
MOST_SECONDS = 450.0
EXPERIMENTS = 1_000


def record(arms: int) -> list[tuple[str, float, float]]:
    """Train in runs of so many steps, each from the same state; return kind, CPU time and time of each, s."""
    seed()
    model = torch.nn.Sequential(
        torch.nn.Conv2d(3, 8, 3, padding=1), torch.nn.BatchNorm2d(8), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(4),
        torch.nn.Flatten(), torch.nn.Dropout(0.1), torch.nn.Linear(128, 10),
    )  # fmt: skip
    optimizer = torch.optim.AdamW(model.parameters())
    x, y = torch.randn(8, 3, 12, 12), torch.randint(0, 10, (8,))

    def step() -> None:
        optimizer.zero_grad()
        F.cross_entropy(model(x), y).backward()
        optimizer.step()

    snapshot = Snapshot(reach([("step", step)]))
    effort = Effort(instruments(), CPU_TIME, frozenset())

    def run(steps: int) -> tuple[float, float]:
        snapshot.restore()
        taken = effort.measure(lambda: [step() for _ in range(steps)])
        return taken.cpu_seconds, taken.seconds

    run(50)
    scale = max(1, round(SECONDS / run(100)[0]))
    found: list[tuple[str, float, float]] = []
    end = time.monotonic() + MOST_SECONDS
    for at in tqdm(range(arms), desc="training runs", unit="run"):
        kind = TURN[at % len(TURN)]
        found.append((kind, *run(STEPS[kind] * scale)))
        if time.monotonic() > end:
            break
    return found


# -- experiments -------------------------------------------------------------------------------------------------------


def paired(before: Sequence[float], after: Sequence[float], begin: int, chance: random.Random) -> bool:
    """Whether a trial that begins there sees a difference.

    Parameters
    ----------
    before, after
        What a run of A and one of B takes, by when it is run.
    """
    logs = []
    at = begin
    for block in islice(blocks(chance), BLOCKS):
        values: dict[str, list[float]] = {"A": [], "B": []}
        for arm in block:
            values[arm].append((before if arm == "A" else after)[at])
            at += 1
        logs.append(block_log(values["A"], values["B"]))
    found = paired_ratio(logs)
    return not found.low <= 1 <= found.high


def one_after_the_other(before: Sequence[float], after: Sequence[float], begin: int, _: random.Random) -> bool:
    """Whether the naive design does: all runs of A, then all of B, and Welch's interval."""
    half = 2 * BLOCKS
    found = log_ratio(before[begin : begin + half], after[begin + half : begin + 2 * half])
    return not found.centre - found.half <= 0 <= found.centre + found.half


def share(design, before: Sequence[float], after: Sequence[float], draw: int = 0) -> dict[str, float]:
    """Return the share of experiments that see a difference, with its 95 % interval over stretches of the record."""
    chance = random.Random(draw)
    starts = len(before) - 4 * BLOCKS
    seen = [design(before, after, chance.randrange(starts + 1), chance) for _ in range(EXPERIMENTS)]
    part = sum(seen) / len(seen)
    return {"share": part, "experiments": len(seen)}


def experiments(runs: list[tuple[str, float, float]]) -> list[dict[str, Any]]:
    """Draw experiments from the record, in CPU time and in time."""
    rows: list[dict[str, Any]] = []
    for name, column in (("CPU time", 1), ("time", 2)):
        series = {kind: [run[column] for run in runs if run[0] == kind] for kind in STEPS}
        # A second A beside the first, as near in time as the others are.
        a, again = series["A"][0::2], series["A"][1::2]
        shortest = min(map(len, (a, again, series["5 %"], series["10 %"])))
        for design, title in ((paired, "ABBA blocks, t on the log ratio"), (one_after_the_other, "AAAA BBBB, Welch")):
            rows.append(
                {
                    "figure": name,
                    "design": title,
                    "A/A": share(design, series["A"], series["A"]),
                    **{effect: share(design, a[:shortest], series[effect][:shortest]) for effect in ("5 %", "10 %")},
                }
            )
    return rows


# -- what is left behind -----------------------------------------------------------------------------------------------


def left_behind() -> Iterator[dict[str, Any]]:
    """Compare training that had a trial in its midst with training that had none."""
    experiment.LONG = {**experiment.LONG, CPU_TIME: 0.004}  # runs of a few steps

    def stop(done: int, *_: float) -> None:
        if done == 3:
            raise KeyboardInterrupt

    for name, build in tqdm(TRAININGS.items(), desc="trainings", unit="training"):

        def train(what: str, build: Any = build) -> list[Any]:
            seed()
            step, holders = build()
            for _ in range(3):
                step()
            if what == "trial":
                try_step(step, "same", instruments(), Options(rounds=3))
            elif what == "stopped":
                try_step(step, "same", instruments(), Options(rounds=3, progress=stop))
            elif what == "raised":
                try_step(step, _raises(step), instruments(), Options(rounds=3))
            for _ in range(10):
                step()
            return state(holders)

        control = train("none")
        yield {"training": name, **{what: same(control, train(what)) for what in ("trial", "stopped", "raised")}}


def _raises(step):
    def raises():
        step()
        raise ArithmeticError

    return raises


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help=f"only {LEAST} runs")
    quick = parser.parse_args().quick
    torch.set_num_threads(1)
    began = time.monotonic()
    figures: dict[str, Any] = {
        "date": date.today().isoformat(),
        "machine": machine(),
        "torch": torch.__version__,
        "blocks": BLOCKS,
        "restored": list(left_behind()),
    }
    with load(MOST_SECONDS):
        runs = record(LEAST if quick else ARMS)
    cpu = [run[1] for run in runs if run[0] == "A"]
    figures |= {
        "runs": len(runs),
        "cpu_seconds": math.fsum(cpu) / len(cpu),
        "scatter": _scatter(cpu),
        "stretched": math.fsum(run[2] for run in runs) / math.fsum(run[1] for run in runs),
        "load_average": os.getloadavg()[0],
        "rows": experiments(runs),
        "seconds": time.monotonic() - began,
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "trial.json").write_text(json.dumps(figures, indent=1) + "\n")
    (RESULTS / "trial.md").write_text(page(figures))
    print(page(figures))


def _scatter(values: Sequence[float]) -> float:
    """Return the standard deviation of the logarithms."""
    logs = [math.log(value) for value in values]
    mean = math.fsum(logs) / len(logs)
    return math.sqrt(math.fsum((each - mean) ** 2 for each in logs) / (len(logs) - 1))


if __name__ == "__main__":
    main()
