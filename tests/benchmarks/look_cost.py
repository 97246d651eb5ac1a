"""What a look at the running cell's loop costs, on the sampling thread; part of ``forecast.py``'s page."""

from __future__ import annotations

import io
import random
import statistics
import time
from collections.abc import Callable, Iterable
from typing import Any
from unittest import mock

from jupyter_green.work.library_loops import LibraryLoop, running
from jupyter_green.work.outlook import Outlook
from jupyter_green.work.plan import Plan

_LOOKS = 2000


def costs() -> dict[str, dict[str, float]]:
    """Return the CPU time of looks at some loops, s: the median, and what 99 of 100 do not exceed."""
    chance = random.Random(1)
    return {
        "no loop": _looks(lambda _: None),
        "a tqdm bar of 1,000,000 steps, 96 marks": _bar(1_000_000),
        "a search of 36 candidates": _search(chance, (4, 3, 3)),
        "a search of 384 candidates": _search(chance, (4, 4, 4, 6)),
    }


def _bar(steps: int) -> dict[str, float]:
    from tqdm import tqdm

    with tqdm(total=steps, file=io.StringIO()) as bar:
        return _looks(lambda _: bar.update(steps // _LOOKS))


def _search(chance: random.Random, values: Iterable[int]) -> dict[str, float]:
    candidates: list[tuple[int, ...]] = [()]
    for count in values:
        candidates = [(*each, value) for each in candidates for value in range(count)]
    chance.shuffle(candidates)
    done = 0
    fits = len(candidates) * 3
    loop = LibraryLoop("search", lambda: (done, fits))
    loop.plan = Plan(tuple("abcd"[: len(candidates[0])]), tuple(candidates), 3)

    def move(look: int) -> None:
        nonlocal done
        done = fits * look // _LOOKS

    with running(loop):
        return _looks(move)


def _looks(move: Callable[[int], Any]) -> dict[str, float]:
    """Have a loop moved and looked at, a second apart by a clock of its own; a look's time is its CPU time."""
    outlook, taken, began = Outlook(), [], time.time()
    with mock.patch("time.time", side_effect=lambda: began + len(taken)):
        for look in range(_LOOKS):
            move(look)
            before = time.thread_time()
            outlook.look(began, began + look, 50.0 * look)
            taken.append(time.thread_time() - before)
    later = taken[_LOOKS // 2 :]
    return {"median": statistics.median(later), "most": statistics.quantiles(later, n=100)[-1]}
