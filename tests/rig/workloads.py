"""Six kinds of loops that notebooks run, made by chance from a seed: seconds and watts of each unit, in order."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Callable
from typing import NamedTuple

from jupyter_green.work.plan import Plan

from .grids import GRIDS


class Unit(NamedTuple):
    seconds: float
    watts: float


def _noisy(chance: random.Random, value: float, spread: float) -> float:
    return value * math.exp(chance.gauss(0.0, spread))


def steady_epochs(chance: random.Random) -> list[Unit]:
    """Epochs alike, every few of them with a validation that draws less; the first warms caches."""
    seconds, watts, every = chance.uniform(5, 30), chance.uniform(80, 400), chance.randint(2, 5)
    validation = chance.uniform(0.15, 0.4)
    units = []
    for epoch in range(chance.randint(20, 60)):
        work = _noisy(chance, seconds, 0.015) * (chance.uniform(1.1, 1.8) if epoch == 0 else 1.0)
        check = seconds * validation if (epoch + 1) % every == 0 else 0.0
        drawn = watts * (work + 0.7 * check) / (work + check)
        units.append(Unit(work + check, _noisy(chance, drawn, 0.01)))
    return units


def random_lengths(chance: random.Random) -> list[Unit]:
    """Steps of a language model on texts as they come: time goes with their length, power a little."""
    fixed, per_token, watts = chance.uniform(0.02, 0.1), chance.uniform(0.1, 0.4), chance.uniform(100, 500)
    spread = chance.uniform(0.4, 0.7)
    units = []
    for step in range(chance.randint(200, 1500)):
        length = math.exp(chance.gauss(0.0, spread))
        seconds = fixed + per_token * length
        units.append(Unit(seconds * (5 if step == 0 else 1), watts * (0.8 + 0.2 * per_token * length / seconds)))
    return units


def slow_first_step(chance: random.Random) -> list[Unit]:
    """Steps alike after one that compiles, on the CPU."""
    seconds, watts = chance.uniform(0.05, 0.5), chance.uniform(100, 500)
    first = Unit(seconds * chance.uniform(20, 60), watts * 0.3)
    rest = chance.randint(200, 1500)
    return [first, *(Unit(_noisy(chance, seconds, 0.03), _noisy(chance, watts, 0.02)) for _ in range(rest))]


def generation(chance: random.Random) -> list[Unit]:
    """Answers to prompts: each as long as it gets, up to a limit."""
    per_token, watts, usual = chance.uniform(0.01, 0.03), chance.uniform(80, 300), chance.uniform(40, 150)
    units = []
    for prompt in range(chance.randint(60, 250)):
        tokens = min(256.0, math.exp(chance.gauss(math.log(usual), 0.6)))
        units.append(Unit((0.1 + per_token * tokens) * (1.7 if prompt == 0 else 1.0), _noisy(chance, watts, 0.03)))
    return units


class Search(list[Unit]):
    """Fits, and the plan that a search has of them."""

    plan: Plan


def hyperparameter_grid(chance: random.Random) -> list[Unit]:
    """Fits of a search, with folds, as costly as measured; in scikit-learn's order, or drawn from it by chance."""
    seconds, watts = chance.uniform(1, 6), chance.uniform(40, 120)
    values, costs = chance.choice(list(GRIDS.values()))
    candidates = list(zip(itertools.product(*(range(count) for count in values.values())), costs, strict=True))
    if chance.random() < 0.5:
        chance.shuffle(candidates)
    folds = chance.choice((1, 3, 5))
    fits = Search(
        Unit(_noisy(chance, seconds * cost, 0.05), _noisy(chance, watts, 0.03))
        for _, cost in candidates
        for _ in range(folds)
    )
    fits.plan = Plan(tuple(values), tuple(each for each, _ in candidates), folds)
    return fits


def length_sorted(chance: random.Random) -> list[Unit]:
    """Batches of texts by length: the shortest first, or, as encoders do, the longest."""
    fixed, per_token, watts = chance.uniform(0.02, 0.2), chance.uniform(0.3, 2.0), chance.uniform(100, 400)
    spread, texts = chance.uniform(0.3, 0.5), 16
    batches = chance.randint(60, 300)
    lengths = sorted(math.exp(chance.gauss(0.0, spread)) for _ in range(batches * texts))
    means = [sum(lengths[i * texts : (i + 1) * texts]) / texts for i in range(batches)]
    if chance.random() < 0.5:
        means.reverse()
    return [Unit(_noisy(chance, fixed + per_token * mean, 0.02), _noisy(chance, watts, 0.02)) for mean in means]


WORKLOADS: dict[str, Callable[[random.Random], list[Unit]]] = {
    "steady epochs, validation": steady_epochs,
    "random lengths": random_lengths,
    "slow first step": slow_first_step,
    "generation": generation,
    "hyperparameter grid": hyperparameter_grid,
    "length-sorted": length_sorted,
}
