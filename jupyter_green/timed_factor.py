"""The mean of factors that change with the hours, weighted by the joules that were used in each.

Kept as sums, so that an account of any length costs one addition a slice. What it owes: grams = joules x mean x PUE /
3.6e6 for the account's own joules, and grams that add up over accounts as their joules do.

A sum holds factors of one kind only. Where a live service gave none – before its first answer, or long after its
last – the joules wait, up to two hours, for the next one. If none comes in time and the annual mean is of another kind
than the service's, then the annual mean stands for the *whole* sum, which is flagged: with hours left out, or two kinds
added up, it would look right and be wrong.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from .emissions import Intensity, blend, described, same_kind

WAITS = 7200 * 10**9  # ns
FLAG = "annual-factor-for-all"


@dataclass(slots=True)
class TimedFactor:
    """Joules by the factor in force, folded into one mean.

    Attributes
    ----------
    joules
        J with a factor.
    value, low, high
        Sums of J x gCO2e/kWh.
    about, last
        What can be said of all the factors alike, and the last one.
    mixed
        Whether they were of more than one kind.
    waiting, waiting_since
        J without a factor that may get the next one, and since when, ns.
    without
        J that never got one.
    """

    joules: float = 0.0
    value: float = 0.0
    low: float = 0.0
    high: float = 0.0
    about: Intensity | None = None
    last: Intensity | None = None
    mixed: bool = False
    waiting: float = 0.0
    waiting_since: int = 0
    without: float = 0.0

    def copy(self) -> TimedFactor:
        """Return an independent copy."""
        return replace(self)

    def charge(self, joules: float, factor: Intensity | None, at: int) -> None:
        """Add joules that were used at a time, ns, with the factor in force then; ``None`` where none is known."""
        if not joules >= 0:
            return  # unknown: a source that could not be read
        if factor is None:
            if not self.waiting:
                self.waiting_since = at
            self.waiting += joules
            return
        if self.waiting:
            if at - self.waiting_since <= WAITS:
                late: Intensity = replace(factor, status="cached") if factor.status == "live" else factor
                waited, self.waiting = self.waiting, 0.0
                self._add(waited, late)
            else:
                self.without += self.waiting
                self.waiting = 0.0
        self._add(joules, factor)

    def _add(self, joules: float, factor: Intensity) -> None:
        if not self.joules > 0:
            self.about = self.last = factor
        elif not joules > 0:
            return
        self.joules += joules
        self.value += joules * factor.value
        self.low += joules * factor.low
        self.high += joules * factor.high
        if self.last is not factor and self.about is not None:
            self.mixed = self.mixed or not same_kind(self.about, factor)
            if self.about != factor:
                self.about = described(self.about, factor, value=math.nan, low=math.nan, high=math.nan)
            self.last = factor

    def over(self, annual: Intensity) -> tuple[Intensity, tuple[str, ...]]:
        """Return the factor of the whole account, with flags.

        Parameters
        ----------
        annual
            The factor that does not change: the only one where no service is asked, and what stands in.
        """
        about = self.about
        if about is None or (not self.joules > 0 and self.waiting + self.without > 0):
            return annual, ()
        mean = about
        if math.isnan(about.value):
            mean = replace(
                about, value=self.value / self.joules, low=self.low / self.joules, high=self.high / self.joules
            )
        rest = self.waiting + self.without
        if self.mixed or (rest > 0 and not same_kind(mean, annual)):
            return replace(annual, status="fallback"), (FLAG,)
        if not rest > 0:
            return mean, ()
        share = rest / (rest + self.joules)
        return blend(mean, 1 - share, annual, share), ()
