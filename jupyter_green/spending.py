"""How a budget is being spent: when to look again, when to interrupt, and by how much it was overspent.

Pure arithmetic on what the looks tell. Between two looks the amount is taken to grow as it did lately, so that the next
one comes when the budget is about to be spent; at the latest after half a second, as power may jump at any time.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Final, Literal

from .budget import Budget

Scope = Literal["cell", "session", "day"]

WARNS: Final = 0.8
"""Share of a budget from which on it is called nearly spent."""

FLAGS: Final[dict[Scope, str]] = {
    "cell": "budget-spent",
    "session": "session-budget-spent",
    "day": "daily-budget-spent",
}
"""What the record of a cell says that was interrupted for a budget, or that spent its own."""

FIRST_LOOK: Final = 0.05  # s into a cell; most cells are shorter
_LATEST = 0.5  # s between two looks: half of the second within which a spent budget is to be noticed
_SOONEST = 0.01  # s between two looks
_LATELY = 1.0  # s from which the present rate is taken


@dataclass(frozen=True, slots=True)
class BudgetUse:
    """What became of a cell's own budget.

    Attributes
    ----------
    budget
        How much there was.
    spent
        In the budget's unit; ``nan`` when it is not known.
    interruptions
        How often the cell was interrupted for it.
    late
        How many s the cell went on after it was spent; ``None`` if it never was.
    """

    budget: Budget
    spent: float
    interruptions: int
    late: float | None

    @property
    def is_spent(self) -> bool:
        """Whether nothing was left."""
        return self.interruptions > 0 or self.spent >= self.budget.amount


class Spending:
    """One budget that a running cell spends.

    Parameters
    ----------
    budget
        How much there is.
    scope
        Whose budget it is.
    began, before
        When the cell began, s, and what was spent by then.

    Attributes
    ----------
    spent
        As of the last look; ``nan`` when it is not known.
    interruptions
        How often the cell was interrupted for it.
    """

    def __init__(self, budget: Budget, scope: Scope = "cell", began: float = 0.0, before: float = 0.0) -> None:
        self.budget = budget
        self.scope: Scope = scope
        self.spent = math.nan
        self.interruptions = 0
        self._stop_at = budget.amount
        self._looks: deque[tuple[float, float]] = deque(maxlen=64)
        self._below = began, before
        self._crossed: float | None = None
        self._vain = 0

    def look(self, at: float, spent: float) -> None:
        """Note what is spent at a time, s."""
        self.spent = spent
        if math.isnan(spent):
            return
        if self._crossed is None:
            self._crossed = self._crossing(at, spent)
            if self._crossed is None:
                self._below = at, spent
        while self._looks and self._looks[0][0] < at - _LATELY:
            self._looks.popleft()
        self._looks.append((at, spent))

    @property
    def is_near(self) -> bool:
        """Whether it is nearly spent, or spent."""
        return self.spent >= WARNS * self.budget.amount

    @property
    def is_due(self) -> bool:
        """Whether the cell is to be interrupted."""
        return self.spent >= self._stop_at

    def interrupted(self) -> None:
        """Note that the cell was interrupted. If it goes on, the next time is at twice the budget, then at four."""
        self.interruptions += 1
        self._vain = 0
        while self._stop_at <= self.spent:
            self._stop_at *= 2

    def pause(self) -> float:
        """Return how many s to wait until the next look."""
        if self.is_due:  # it could not be interrupted just now
            self._vain += 1
            return float(min(_LATEST, _SOONEST * 2 ** min(self._vain - 1, 8)))
        if len(self._looks) < 2:
            return FIRST_LOOK if self._looks else _LATEST
        rate = self._rate()
        left = self._stop_at - self.spent
        return min(_LATEST, max(_SOONEST, left / rate)) if rate > 0 else _LATEST

    def _rate(self) -> float:
        """Return the rate of the last looks: the higher one of the last step and the last second."""
        now, spent = self._looks[-1]
        rates = [(spent - then) / (now - at) for at, then in (self._looks[0], self._looks[-2]) if now > at]
        return max(rates, default=0.0)

    def use(self, at: float, spent: float) -> BudgetUse:
        """Return what became of the budget by a time, s, when so much is spent."""
        return BudgetUse(self.budget, spent, self.interruptions, self._late(at, spent))

    def _late(self, at: float, spent: float) -> float | None:
        if not spent >= self.budget.amount and not self.interruptions:
            return None
        crossed = self._crossing(at, spent) if self._crossed is None else self._crossed
        return None if crossed is None else max(0.0, at - crossed)

    def _crossing(self, at: float, spent: float) -> float | None:
        """Return when the budget was spent, if it was by *at*, s: in proportion since the last look before."""
        if not spent >= self.budget.amount:
            return None
        start, before = self._below
        part = (self.budget.amount - before) / (spent - before) if spent > before else 0.0
        return start + min(1.0, max(0.0, part)) * (at - start)
