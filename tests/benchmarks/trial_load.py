"""Others on the machine, for a benchmark under load: a process that is busy in bursts, and ends by itself."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

BURST = (0.05, 3.0)  # s, busy or not, drawn on a logarithmic scale: from a keystroke's work to a cell's


@contextmanager
def load(seconds: float, seed: int = 0) -> Iterator[None]:
    """Have one core busy about half of the time, for so many s at most."""
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.trial_load", str(seconds), str(seed)])
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def _burst(seconds: float, seed: int) -> None:
    chance, end = random.Random(seed), time.monotonic() + seconds
    data = list(range(20_000))
    while time.monotonic() < end:
        until = time.monotonic() + BURST[0] * (BURST[1] / BURST[0]) ** chance.random()
        if chance.random() < 0.5:
            while time.monotonic() < until:
                data.sort(key=lambda value: -value if chance.random() < 0.5 else value)
        else:
            time.sleep(max(0.0, until - time.monotonic()))


if __name__ == "__main__":
    _burst(float(sys.argv[1]), int(sys.argv[2]))
