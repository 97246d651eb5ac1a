"""How much a counter that starts again at zero has counted between two readings.

A reading tells the amount only up to whole ranges of the counter. Which of the possible amounts is the true one
follows from the time between the readings and from what power is possible, and failing that likely. Where it does
not follow, the amount is unknown: it is then lost, and never guessed.
"""

from __future__ import annotations

from typing import Final

LIMIT_WATTS: Final = 1000.0
"""More than any package draws, W: twice the 500 W of the largest rated ones (AMD EPYC 9965, Intel Xeon 6980P)."""

_STALL: Final = 1.0
"""s granted on top of the time between two readings, since a counter may publish late."""

_RHYTHM: Final = 60.0
"""s within which a counter is read whenever this process runs at all: twice the sampler's longest pause. No counter in
use wraps faster than that (the smallest range is 65 kJ, at :data:`LIMIT_WATTS` 65 s)."""

_LONGEST: Final = 600.0
"""s after which power known from before tells nothing any more: the machine may have slept meanwhile."""

_NEAR: Final = 0.05
"""How far, in ranges of the counter, the amount of a long pause may lie from what the power before it makes likely.
Had the power changed meanwhile, it would fit so well by chance one time in ten."""

_LEARNT: Final = 0.1
"""s over which a mean power is worth remembering: a hundred refreshes of the counter."""


class Unwrapped:
    """One counter's amounts between readings, µJ.

    Parameters
    ----------
    span
        The counter's range, µJ: it counts from 0 to *span* − 1. 0 when it is not known, or when the counter never
        wraps: every drop is then a reset.
    """

    __slots__ = ("_at", "_last", "_span", "_watts")

    def __init__(self, span: int) -> None:
        self._span = span
        self._last: int | None = None
        self._at = 0
        self._watts: float | None = None  # mean power when it was last known

    def forget(self) -> None:
        """Begin anew with the next reading: the counter could not be read."""
        self._last = None

    def used(self, value: int, now: int) -> int | None:
        """Return the µJ since the previous reading; ``None`` when they cannot be known.

        Parameters
        ----------
        value
            The counter's reading, µJ.
        now
            ns since boot.
        """
        last, since = self._last, self._at
        self._last, self._at = value, now
        if last is None:
            return 0
        elapsed = (now - since) * 1e-9
        amount = self._amount(value - last, elapsed)
        if amount is not None and elapsed >= _LEARNT:
            self._watts = amount * 1e-6 / elapsed
        return amount

    def _amount(self, rise: int, elapsed: float) -> int | None:
        span = self._span
        least = rise if rise >= 0 else rise + span
        if not 0 <= least <= LIMIT_WATTS * 1e6 * (elapsed + _STALL):
            return None
        further = int((LIMIT_WATTS * 1e6 * elapsed - least) // span) if span else 0
        if further <= 0:
            return least
        # Several amounts are possible: the one nearest to the power known from before, if that may be relied upon.
        likely = (self._watts or 0.0) * 1e6 * elapsed
        nearest = least + span * min(max(0, round((likely - least) / span)), further)
        relied_upon = self._watts is not None and elapsed <= _LONGEST and abs(nearest - likely) <= _NEAR * span
        return nearest if elapsed <= _RHYTHM or relied_upon else None
