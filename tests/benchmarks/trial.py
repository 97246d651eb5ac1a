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
from collections.abc import Callable, Iterator, Sequence
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
from jupyter_green.advice.trial.experiment import SLICE
from jupyter_green.advice.trial.outcome import CPU_TIME
from jupyter_green.advice.trial.paired_ratio import PairedRatio, block_log, paired_ratio
from jupyter_green.advice.trial.reach import reach
from jupyter_green.advice.trial.snapshot import Snapshot
from jupyter_green.log_ratio import log_ratio

from .figures import machine
from .trial_load import load
from .trial_page import page

RESULTS = Path(__file__).parent / "results"
STEPS = {"A": 20, "5 %": 19, "10 %": 18}
TURN = ("A", "10 %", "A", "5 %")  # so slices are recorded, over and over
SLICES, LEAST = 8_000, 2_000
TURNS = 8  # slices of a run: a trial of its own has some fifteen, so that what is seen here is seen there
ENOUGH_SECONDS, MOST_SECONDS = 130.0, 480.0
EXPERIMENTS = 1_000
Series = Sequence[float]
Design = Callable[[Series, Series, int, random.Random], bool]


def record(slices: int) -> list[tuple[str, float, float]]:
    """Train in slices of some steps, each from the same state; return kind, CPU time and time of each, s."""
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
    scale = max(1, round(SLICE / run(STEPS["A"])[0]))
    found: list[tuple[str, float, float]] = []
    end = time.monotonic() + ENOUGH_SECONDS
    for at in tqdm(range(slices), desc="training", unit="slice", mininterval=5):
        kind = TURN[at % len(TURN)]
        found.append((kind, *run(STEPS[kind] * scale)))
        if len(found) >= LEAST and time.monotonic() > end:
            break
    return found


# -- experiments -------------------------------------------------------------------------------------------------------


def alternating(before: Series, after: Series, begin: int, chance: random.Random) -> bool:
    """Whether a trial that begins there sees a difference: what a slice of A, or of B, takes, by when it is run."""
    turns, at, logs = blocks(chance), begin, []
    for _ in range(BLOCKS):
        block = []
        for turn in islice(turns, TURNS):
            values = {arm: [(before if arm == "A" else after)[at + i] for i in _places(turn, arm)] for arm in "AB"}
            block.append(block_log(values["A"], values["B"]))
            at += 4
        logs.append(math.fsum(block) / TURNS)
    return _sees(paired_ratio(logs))


def in_one_piece(before: Series, after: Series, begin: int, chance: random.Random) -> bool:
    """Whether blocks do whose runs are not cut into slices."""
    logs, at = [], begin
    for block in islice(blocks(chance), BLOCKS):
        runs = {
            arm: [_run(before if arm == "A" else after, at + i * TURNS) for i in _places(block, arm)] for arm in "AB"
        }
        logs.append(block_log(runs["A"], runs["B"]))
        at += 4 * TURNS
    return _sees(paired_ratio(logs))


def one_after_the_other(before: Series, after: Series, begin: int, _: random.Random) -> bool:
    """Whether the naive design does: all runs of A, then all of B, and Welch's interval."""
    half = 2 * BLOCKS
    a = [_run(before, begin + i * TURNS) for i in range(half)]
    b = [_run(after, begin + (half + i) * TURNS) for i in range(half)]
    found = log_ratio(a, b)
    return not found.centre - found.half <= 0 <= found.centre + found.half


DESIGNS = {
    "ABBA in slices, t on the log ratio": alternating,
    "ABBA in whole runs, t on the log ratio": in_one_piece,
    "AAAA BBBB, Welch": one_after_the_other,
}


def _places(turn: Sequence[str], arm: str) -> list[int]:
    return [i for i, each in enumerate(turn) if each == arm]


def _run(series: Series, begin: int) -> float:
    return math.fsum(series[begin : begin + TURNS])


def _sees(found: PairedRatio) -> bool:
    return not found.low <= 1 <= found.high


def share(design: Design, before: Series, after: Series) -> dict[str, float]:
    """Return the share of experiments that see a difference."""
    chance = random.Random(0)
    starts = min(len(before), len(after)) - 4 * BLOCKS * TURNS
    seen = [design(before, after, chance.randrange(starts + 1), chance) for _ in range(EXPERIMENTS)]
    return {"share": sum(seen) / len(seen), "experiments": len(seen)}


def experiments(slices: list[tuple[str, float, float]]) -> list[dict[str, Any]]:
    """Draw experiments from the record, in CPU time and in time."""
    rows: list[dict[str, Any]] = []
    for figure, column in (("CPU time", 1), ("time", 2)):
        series = {kind: [one[column] for one in slices if one[0] == kind] for kind in STEPS}
        a = series["A"]
        # Of the two A of a turn, the one that is nearer in time to each kind of B.
        pairs = {"A/A": (a, a), "5 %": (a[1::2], series["5 %"]), "10 %": (a[0::2], series["10 %"])}
        for title, design in DESIGNS.items():
            rows.append(
                {"figure": figure, "design": title, **{name: share(design, *pair) for name, pair in pairs.items()}}
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
    parser.add_argument("--quick", action="store_true", help=f"only {LEAST} slices")
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
        slices = record(LEAST if quick else SLICES)
    cpu = [one[1] for one in slices if one[0] == "A"]
    figures |= {
        "slices": len(slices),
        "turns": TURNS,
        "cpu_seconds": math.fsum(cpu) / len(cpu),
        "scatter": _scatter(cpu),
        "stretched": math.fsum(one[2] for one in slices) / math.fsum(one[1] for one in slices),
        "load_average": os.getloadavg()[0],
        "rows": experiments(slices),
        "seconds": time.monotonic() - began,
        "record": {kind: [round(one[1] * 1e6) for one in slices if one[0] == kind] for kind in STEPS},
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "trial.json").write_text(json.dumps(figures) + "\n")
    (RESULTS / "trial.md").write_text(page(figures))
    print(page(figures))


def _scatter(values: Sequence[float]) -> float:
    """Return the standard deviation of the logarithms."""
    logs = [math.log(value) for value in values]
    mean = math.fsum(logs) / len(logs)
    return math.sqrt(math.fsum((each - mean) ** 2 for each in logs) / (len(logs) - 1))


if __name__ == "__main__":
    main()
