"""What a slowly refreshing counter has not published yet, filled in from instant power.

A GPU's energy counter moves every 20 to 100 ms, so that the difference of two reads may be off by a whole refresh:
all of a cell of 100 ms. Between two reads the estimate therefore follows the power that the earlier one saw: a cell's
edges are reads, and its work starts and ends after them rather than midway. The counter then says between which
bounds the estimate must lie, so that an error never adds up. A burst of reads within one refresh narrows the bounds
to the distance of two reads, for good while the power is steady.
"""

from __future__ import annotations


class PartialTick:
    """Follows one counter.

    Parameters
    ----------
    tick
        The longest time between two refreshes, s.
    """

    __slots__ = ("_at", "_before", "_count", "_high", "_joules", "_low", "_seen", "_started", "_tick", "_watts")

    def __init__(self, tick: float) -> None:
        self._tick = tick
        self._started = False
        self._at = self._seen = self._before = 0
        self._count = self._joules = self._watts = self._low = self._high = 0.0

    def advance(self, at: int, count: float, watts: float) -> float:
        """Return the joules used since the previous call, 0 in the first; never negative.

        Parameters
        ----------
        at
            ns since boot.
        count
            What the counter says, J.
        watts
            Instant power. Never an average, which would smear a short cell over its neighbours. 0 if there is none:
            the result is then the plain difference of counts.

        Notes
        -----
        The refresh that showed *count* lies after the last read of another count and before the first read of this
        one. With the lowest and highest power seen since, that bounds the energy that is not published yet.
        """
        if not self._started:
            self._started = True
            self._at = self._seen = at
            self._before = at - round(self._tick * 1e9)
            self._count, self._watts, self._low, self._high = count, watts, watts, watts
            self._joules = count + watts * self._tick / 2
            return 0.0
        if count != self._count:
            self._seen, self._before, self._count = at, self._at, count
            self._low = self._high = self._watts
        self._low, self._high = min(self._low, watts), max(self._high, watts)
        least = count + self._low * min(self._tick, (at - self._seen) * 1e-9)
        most = count + self._high * min(self._tick, (at - self._before) * 1e-9)
        followed = self._joules + self._watts * (at - self._at) * 1e-9
        previous, self._joules = self._joules, max(self._joules, min(max(followed, least), most))
        self._at, self._watts = at, watts
        return self._joules - previous
