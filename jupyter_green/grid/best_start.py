"""When to start: the stretch of a forecast with the lowest mean. Pure arithmetic."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

HORIZON = 48 * 3600.0  # s


class Stretch(Protocol):
    """A carbon intensity, gCO2e/kWh, from *start* to *end*, Unix times in s."""

    @property
    def start(self) -> float: ...  # noqa: D102

    @property
    def end(self) -> float: ...  # noqa: D102

    @property
    def value(self) -> float: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class BestStart:
    """When something that draws steady power meets the cleanest electricity.

    Attributes
    ----------
    start
        Unix time, s.
    mean, mean_now
        gCO2e/kWh over its duration, if it starts then or now.
    until
        Unix time, s, to which the forecast goes.
    """

    start: float
    mean: float
    mean_now: float
    until: float


def best_start(forecast: Iterable[Stretch], now: float, duration: float, horizon: float = HORIZON) -> BestStart | None:
    """Return the best start within *horizon*, of equal ones the earliest.

    The mean over a window that slides along a curve of steps is linear between those positions where an end of the
    window meets a step, so one of these is the best.

    Parameters
    ----------
    forecast
        By time, without overlaps; what lies behind its first gap is left out.
    now, duration, horizon
        Unix time, s; s; s. The window has to end within the forecast.

    Returns
    -------
    BestStart
        ``None`` where the forecast does not reach far enough to tell even a start now.
    """
    edges, values = _without_gaps(forecast, now)
    if not edges or not duration > 0 or edges[-1] - now < duration:
        return None
    sums = [0.0, *accumulate(v * (b - a) for v, a, b in zip(values, edges, edges[1:], strict=False))]

    def area(at: float) -> float:
        step = min(max(bisect_right(edges, at) - 1, 0), len(values) - 1)
        return sums[step] + values[step] * (at - edges[step])

    def mean(start: float) -> float:
        return (area(start + duration) - area(start)) / duration

    last = min(edges[-1] - duration, now + horizon)
    starts = {now, last, *edges, *(edge - duration for edge in edges)}
    best = min((start for start in starts if now <= start <= last), key=lambda start: (mean(start), start))
    return BestStart(best, mean(best), mean(now), edges[-1])


def _without_gaps(forecast: Iterable[Stretch], now: float) -> tuple[list[float], list[float]]:
    """Return the edges of the steps from *now* on, and their values, up to the first gap."""
    edges: list[float] = []
    values: list[float] = []
    for stretch in forecast:
        if stretch.end <= now:
            continue
        start = max(stretch.start, now)
        if start != (edges[-1] if edges else now):
            break
        edges = edges or [start]
        edges.append(stretch.end)
        values.append(stretch.value)
    return edges, values
