"""What counting work costs: a training loop with and without the probes, in pairs, and each probe alone.

``python -m tests.benchmarks.work_overhead`` writes ``results/work_overhead.{json,md}``.
"""

from __future__ import annotations

import gc
import json
import math
import statistics
import sys
from collections.abc import Callable
from datetime import date
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from time import process_time  # what others do on the machine does not count

import torch
from torch import nn
from tqdm import tqdm

from jupyter_green.work import COUNTS, Probes
from jupyter_green.work.traits import TRAITS

_RESULTS = Path(__file__).parent / "results"
_PAIRS, _PROCESSES = (
    40,
    5,
)  # how code and data lie in the caches differs from process to process, more than from pair to pair
_WARM = 60  # steps, in which the first items of a data set are looked at, once for all its passes
_SECONDS = 0.04  # of each half of a pair
_CALLS = 20_000
_PARTS = 100
_LOOKS = 8


class Blocks(nn.Module):
    """A model of many parts: 34 modules below the root."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(
            [nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.LayerNorm(width)) for _ in range(8)]
        )
        self.head = nn.Linear(width, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for block in self.blocks:
            x = x + block(x)
        return self.head(x)


def _small() -> nn.Module:
    return nn.Sequential(nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 10))


def _blocks() -> nn.Module:
    return Blocks(32)


def _batches(rows: int, width: int):
    """Yield batches from a DataLoader without end."""
    data = torch.utils.data.TensorDataset(torch.randn(rows, width), torch.randint(0, 10, (rows,)))
    while True:  # one batch an epoch would measure the loader's own start
        yield from torch.utils.data.DataLoader(_Repeated(data[:]), batch_size=None)


class _Repeated(torch.utils.data.Dataset):
    def __init__(self, batch) -> None:
        self._batch = batch

    def __len__(self) -> int:
        return 100_000

    def __getitem__(self, i: int):
        return self._batch


def _loop(model: nn.Module, rows: int, width: int):
    """Return a function that trains for a number of steps and returns the seconds that half of them take at most each.

    Others' work on the machine shows in some steps, and hardly in the median.
    """
    loss = nn.CrossEntropyLoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    batches = _batches(rows, width)

    def train(steps: int) -> float:
        took = []
        for _ in range(steps):
            begun = process_time()
            x, y = next(batches)
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
            took.append(process_time() - begun)
        return statistics.median(took)

    return train


def _paired(name: str) -> list[tuple[int, float, float]]:
    """Measure pairs in this process, each half alternately first.

    Return modules below the root, seconds a step with and without. Where nothing is probed, both halves are without:
    how far the machine's other work moves the figures.
    """
    make, target, probed = _LOOPS[name]
    torch.manual_seed(0)
    gc.collect()
    gc.freeze()
    torch.set_num_threads(1)
    train, parts = _tuned(make, 32, target)
    for _ in range(3):
        steps = max(5, int(_SECONDS / train(30)))
    probes = Probes()
    pairs = []
    for pair in range(_PAIRS):
        seconds = {}
        for on in (True, False) if pair % 2 else (False, True):
            if on and probed:
                probes.install()
            gc.collect()  # of what installing left, and no more: the rest is frozen
            train(_WARM)
            seconds[on] = train(steps)
            probes.remove()
        pairs.append((parts, seconds[True], seconds[False]))
    return pairs


def _measured(name: str) -> dict[str, float | str]:
    """Measure pairs in several processes: the median of their ratios, and the least and greatest process's own."""
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        processes = [pool.apply(_paired, (name,)) for _ in range(_PROCESSES)]
    medians = sorted(statistics.median(on / off - 1 for _, on, off in pairs) for pairs in processes)
    everything = [pair for pairs in processes for pair in pairs]
    slower = statistics.median(on / off - 1 for _, on, off in everything)
    step = statistics.median(off for *_, off in everything)
    return {
        "loop": name,
        "modules": everything[0][0],
        "step_us": step * 1e6,
        "slower": slower,
        "low": medians[0],
        "high": medians[-1],
        "added_us": slower * step * 1e6,
    }


def _alone() -> list[dict[str, float | str]]:
    """Measure what each probe adds to the call it is put into, µs: the least of nine rounds, with and without."""
    model, parameter = _small(), nn.Parameter(torch.zeros(1))
    x = torch.randn(2, 32)
    model.forward = lambda x: x  # type: ignore[method-assign]  # what is around a forward pass, and no more
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    value = parameter.sum()
    calls = {
        "forward pass of a root module": lambda: model(x),
        "optimizer step": optimizer.step,
        "backward pass": lambda: value.backward(retain_graph=True),
    }
    rows = [_call(name, function) for name, function in calls.items()]
    parts = nn.Sequential(*[nn.Identity() for _ in range(_PARTS)])
    parts.register_parameter("weight", parameter)  # else it were no model
    row = _call("each part of a model in a forward pass", lambda: parts(x))
    rows.insert(1, {**row, "added_us": row["added_us"] / _PARTS})
    batches = torch.utils.data.DataLoader(_Repeated((x, x)), batch_size=None)
    iterator = iter(batches)

    def batch():
        nonlocal iterator
        try:
            next(iterator)
        except StopIteration:
            iterator = iter(batches)

    rows.append(_call("batch of a DataLoader", batch))
    rows.append({"probe": "a closer look at a forward pass and a step, 8 a cell and one a second", "added_us": _look()})
    begun = process_time()
    for _ in range(_CALLS):
        COUNTS.read()
    rows.append({"probe": "reading the counters, twice a cell", "added_us": (process_time() - begun) / _CALLS * 1e6})
    return rows


def _look() -> float:
    """Measure what a closer look at a step adds to it, µs: a small model's."""
    model, probes = _small(), Probes()
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-4)
    x = torch.randn(2, 32)
    best = {True: math.inf, False: math.inf}
    probes.install()
    for i in range(400):
        looked_at = bool(i % 2)
        if looked_at:
            TRAITS.begin()
        begun = process_time()
        for _ in range(_LOOKS):
            model(x)
            optimizer.step()
        best[looked_at] = min(best[looked_at], (process_time() - begun) / _LOOKS)
    probes.remove()
    return (best[True] - best[False]) * 1e6


def _call(name: str, function) -> dict[str, float | str]:
    best = {True: math.inf, False: math.inf}
    probes = Probes()
    for i in range(18):
        on = bool(i % 2)
        if on:
            probes.install()
        for _ in range(_WARM):
            function()
        begun = process_time()
        for _ in range(_CALLS // 10):
            function()
        best[on] = min(best[on], (process_time() - begun) / (_CALLS // 10))
        probes.remove()
    return {"probe": name, "added_us": (best[True] - best[False]) * 1e6}


def _tuned(make, width: int, target: float):
    """Return a loop whose step takes about *target* s."""
    for rows in (int(8 * 1.25**i) for i in count()):
        model = make()
        train = _loop(model, rows, width)
        train(50)
        if min(train(50) for _ in range(3)) >= target or rows > 1e5:
            return train, sum(1 for _ in model.modules()) - 1
    raise AssertionError


# A model, about how long a step takes at least, s, and whether it is probed at all.
_LOOPS: dict[str, tuple[Callable[[], nn.Module], float, bool]] = {
    "tiny network": (_small, 0.0, True),
    "steps of 1 ms": (_small, 0.001, True),
    "many parts": (_blocks, 0.001, True),
    "the last, twice without": (_blocks, 0.001, False),
}

# Its figures were taken with the loop "tiny network", each way in the place of the one that stands now.
_REST = """In a training loop it is more: the model has cleared the processor's caches
between two of them. Counts are never thinned, and stay exact. The first 48 items of a data set cost more: they are
looked at, to notice whether they come again. The target is 1 % of steps of 1 ms.

What was tried for forward passes, in pairs on the tiny network, with 95 % intervals. The runs were
separate, the first on a busier machine:

| forward passes are counted by | adds, µs a step |
| --- | --- |
| a global pre-hook that does nothing: every part, and the loss, takes PyTorch's slow path | 9.3 (7.2 … 11.9) |
| a global pre-hook that a root's call takes out, and a hook on that root during the call | 10.9 (10.8 … 11.2) |
| the same hooks, coming and going and doing nothing else | 6.1 (5.9 … 6.5) |
| another `Module.__call__`: a mark for the thread, and a tensor's first dimension, no more | 2.3 (2.1 … 2.5) |
| the same function with other code, and all that makes the count exact: what stands now | 4.2 (3.9 … 4.8) |

A hook on the root alone is saved and copied with the model, and misses the next model. Another function in the place
of `Module.__call__` is not what TorchDynamo and torch.fx compare it with. So the function stays, and its code is
exchanged: `jupyter_green/work/module_calls.py`.
"""
_STEP = ("forward pass of a root module", "optimizer step", "backward pass", "batch of a DataLoader")


def main() -> None:
    """Measure and write."""
    loops = [_measured(name) for name in tqdm(_LOOPS, unit="loop")]
    torch.set_num_threads(1)
    gc.freeze()
    figures = {"pairs": _PAIRS, "processes": _PROCESSES, "loops": loops, "probes": _alone()}
    result = {"date": date.today().isoformat(), "torch": torch.__version__, **figures}
    (_RESULTS / "work_overhead.json").write_text(json.dumps(result, indent=1) + "\n")
    page = _page(result)
    (_RESULTS / "work_overhead.md").write_text(page)
    sys.stdout.write(page)


def _page(result) -> str:
    lines = [
        "# What counting work costs",
        "",
        f"`python -m tests.benchmarks.work_overhead`: {result['pairs']} pairs of each training loop (DataLoader,",
        f"forward, loss, backward, step) in each of {result['processes']} processes, with all probes and with none, in",
        "turn, on one thread, in CPU time: the median of the ratios of median steps, and the medians of the processes",
        "apart, in each of which code and data lie in the caches in another way. The last row compares a loop with",
        f"itself: the noise of a machine that others use too. PyTorch {result['torch']}, {result['date']}.",
        "",
        "| loop | modules | a step without, µs | slower by | processes | added a step, µs |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in result["loops"]:
        lines.append(
            f"| {row['loop']} | {row['modules']} | {row['step_us']:.0f} | {row['slower']:.2%} "
            f"| {row['low']:.2%} … {row['high']:.2%} | {row['added_us']:.1f} |"
        )
    lines += ["", "| probe | adds, µs a call |", "| --- | --- |"]
    lines += [f"| {row['probe']} | {row['added_us']:.2f} |" for row in result["probes"]]
    step = {row["probe"]: row["added_us"] for row in result["probes"]}
    total = sum(step[name] for name in _STEP)
    return "\n".join([*lines, "", f"The probes of a step together: {total:.1f} µs. {_REST}"])


if __name__ == "__main__":
    main()
