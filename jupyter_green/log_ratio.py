"""How many times as much as A one B takes, with an interval: Student's t on the logarithm of the ratio.

Amounts of energy are positive and scatter by a factor, so that their logarithms are what is close to normal. Of a
handful of runs even the scatter is hardly known: Student's t allows for that, where resampling would be too narrow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95
ENOUGH = 3  # values on each side for its own scatter
_TINY = 1e-300
_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class LogRatio:
    """A ratio on the logarithmic scale.

    Attributes
    ----------
    centre
        Natural logarithm of the ratio of the geometric means.
    half
        Half the interval's width; 0 where the scatter is not known, with one value each.
    freedom
        Degrees of freedom; ``None`` where the scatter is not known.
    """

    centre: float
    half: float
    freedom: float | None


def log_ratio(a: Sequence[float], b: Sequence[float], confidence: float = CONFIDENCE) -> LogRatio:
    """Return how many times as large as the values of *a* those of *b* are.

    Three values or more each: Welch's interval, which lets the scatters differ (B. L. Welch, Biometrika 34, 1947, with
    the degrees of freedom of F. E. Satterthwaite, Biometrics Bulletin 2, 1946). With fewer on a side, both are taken to
    scatter alike, as in Student's own: of two against eight, Welch's sees a difference where there is none in 10 %.

    Parameters
    ----------
    a, b
        Positive and independent of each other; at least one each.

    Raises
    ------
    ValueError
        When a side is empty, or a value is not positive and finite.
    """
    if not a or not b:
        raise ValueError("a ratio needs a value on each side")
    logs_a, logs_b = _logarithms(a), _logarithms(b)
    centre = _mean(logs_b) - _mean(logs_a)
    error, freedom = _standard_error(logs_a, logs_b)
    if freedom is None:
        return LogRatio(centre, 0.0, None)
    return LogRatio(centre, t_quantile(freedom, confidence) * error, freedom)


def _standard_error(a: Sequence[float], b: Sequence[float]) -> tuple[float, float | None]:
    """Return the standard error of the difference of means, and its degrees of freedom."""
    squares = [_squares(side) for side in (a, b)]
    sizes = [len(a), len(b)]
    if min(sizes) < ENOUGH:
        freedom = sum(sizes) - 2
        if freedom == 0:
            return math.nan, None
        return math.sqrt(math.fsum(squares) / freedom * (1 / sizes[0] + 1 / sizes[1])), float(freedom)
    variances = [square / (n - 1) / n for square, n in zip(squares, sizes, strict=True)]
    whole = math.fsum(variances)
    if whole == 0.0:
        return 0.0, float(sum(sizes) - 2)
    weights = [variance / whole for variance in variances]  # first, as the square of a tiny variance is nothing
    return math.sqrt(whole), 1.0 / math.fsum(weight**2 / (n - 1) for weight, n in zip(weights, sizes, strict=True))


def t_quantile(freedom: float, confidence: float = CONFIDENCE) -> float:
    """Return the t beyond which, on both sides together, Student's distribution has the rest of *confidence*.

    By bisection on the tail's exact form, P(|T| > t) = I_x(ν/2, 1/2) with x = ν/(ν + t²): Abramowitz & Stegun, Handbook
    of Mathematical Functions, 26.7.1 and 26.5.2.

    Parameters
    ----------
    freedom
        ν, degrees of freedom, more than 0; no whole number is needed.
    confidence
        More than 0, less than 1.
    """
    if not (freedom > 0 and 0 < confidence < 1):
        raise ValueError("Student's t needs degrees of freedom above 0 and a confidence between 0 and 1")
    rest = 1.0 - confidence
    low, high = 0.0, 1.0
    while _two_tails(high, freedom) > rest:
        low, high = high, 2.0 * high
    for _ in range(200):
        middle = (low + high) / 2.0
        if middle in (low, high):
            break
        if _two_tails(middle, freedom) > rest:
            low = middle
        else:
            high = middle
    return (low + high) / 2.0


def _two_tails(t: float, freedom: float) -> float:
    square = t * t
    return _incomplete_beta(freedom / (freedom + square), square / (freedom + square), freedom / 2.0, 0.5)


def _incomplete_beta(x: float, y: float, a: float, b: float) -> float:
    """Return I_x(a, b), regularised; *y* is 1 − x, given apart as it may be tiny.

    The continued fraction of the NIST Digital Library of Mathematical Functions, 8.17.22, on the side of the mean where
    it converges fast.
    """
    if x <= 0.0:
        return 0.0
    if y <= 0.0:
        return 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _incomplete_beta(y, x, b, a)
    front = math.exp(
        a * math.log(x) + b * math.log(y) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) - math.log(a)
    )
    # Evaluated forwards by Lentz's method as I. J. Thompson and A. R. Barnett modified it (J. Comput. Phys. 64, 1986).
    value = upper = 1.0
    lower = 0.0
    for step in range(1, _STEPS):
        m = step // 2
        if step % 2 == 0:
            term = m * (b - m) * x / ((a + step - 1.0) * (a + step))
        else:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + step))
        lower = 1.0 / _nonzero(1.0 + term * lower)
        upper = _nonzero(1.0 + term / upper)
        value *= lower * upper
        if abs(lower * upper - 1.0) < 1e-15:
            break
    return front / value


def _nonzero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _logarithms(values: Sequence[float]) -> list[float]:
    if not all(value > 0 and math.isfinite(value) for value in values):
        raise ValueError("a ratio needs positive values")
    return [math.log(value) for value in values]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _squares(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.fsum((value - mean) ** 2 for value in values)
