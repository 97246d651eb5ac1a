"""The budgets of the whole session and of the day: how much of them is spent.

The day's counts what every kernel wrote to the ledger since midnight, and this one's own figures as they are now.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from .budget import Budget, parse
from .ledger import LedgerError, open_ledger
from .spending import WARNS, Scope

if TYPE_CHECKING:
    from .clock import Clock
    from .config import Green
    from .ledger import Ledger
    from .meter import Meter

_RENEWED = 30.0  # s; as often as kernels tell the ledger of a running cell


@dataclass(frozen=True, slots=True)
class Allowance:
    """A budget of more than one cell.

    Attributes
    ----------
    scope
        ``session`` or ``day``.
    budget
        How much there is.
    spent
        In the budget's unit; ``nan`` when it is not known.
    trouble
        Why other kernels' part is not counted; ``None`` where it is.
    """

    scope: Scope
    budget: Budget
    spent: float
    trouble: str | None = None

    @property
    def share(self) -> float:
        """Which part of it is spent; above 1 when it was overspent."""
        return self.spent / self.budget.amount

    @property
    def is_near(self) -> bool:
        """Whether it is nearly spent, or spent."""
        return self.share >= WARNS

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.share >= 1.0


class Allowances:
    """The budgets that the configuration gives a session and a day.

    Parameters
    ----------
    config
        May change at any time.
    meter
        Of this session.
    ledger
        Where all kernels' records are; ``None`` for nowhere.
    clock
        Tells the day.
    """

    def __init__(self, config: Green, meter: Meter, ledger: Ledger | None, clock: Clock) -> None:
        self._config = config
        self._meter = meter
        self._ledger = ledger
        self._clock = clock
        self._lock = threading.Lock()
        self._midnight = _midnight(clock.wall())
        self._before = (0.0, 0.0)  # J and g of this session before today
        self._seen = (meter.boot, 0.0, 0.0)
        self._others: tuple[float, float] = (0.0, 0.0)
        self._renew_at = -math.inf
        self._trouble: str | None = None

    def budgets(self) -> dict[Scope, Budget]:
        """Return those that are set."""
        said: dict[Scope, str] = {"session": self._config.budget, "day": self._config.daily_budget}
        return {scope: parse(text) for scope, text in said.items() if text}

    def now(self) -> list[Allowance]:
        """Return the budgets that are set, with what is spent of them. Takes milliseconds twice a minute."""
        return [
            Allowance(scope, budget, self.spent(scope), self._trouble if scope == "day" else None)
            for scope, budget in self.budgets().items()
        ]

    def spent(self, scope: Scope, at: int | None = None) -> float:
        """Return what is spent of a session's or a day's budget until *at*, ns since boot, or now."""
        budget = self.budgets().get(scope)
        if budget is None:
            return math.nan
        footprint = self._meter.session(at).footprint
        joules, grams = footprint.energy.joules, footprint.emissions.grams
        if self._meter.timeline.own.last is None:
            joules = grams = 0.0  # nothing was metered, as in the command line
        if scope == "session":
            return budget.of(joules, grams)
        with self._lock:
            before, others = self._today(joules, grams)
        return budget.of(joules - before[0] + others[0], grams - before[1] + others[1])

    def _today(self, joules: float, grams: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return what this session used before today, and what others used today, J and g."""
        boot, midnight = self._meter.boot, _midnight(self._clock.wall())
        last_boot, *last = self._seen
        if midnight != self._midnight:
            self._midnight, self._before, self._renew_at = midnight, (last[0], last[1]), -math.inf
        if boot != last_boot:  # a new session total: the old one stands in the ledger, like others'
            self._before, self._renew_at = (0.0, 0.0), -math.inf
        self._seen = (boot, joules, grams)
        now = time.monotonic()
        if now >= self._renew_at:
            self._renew_at = now + _RENEWED
            self._others = self._of_others(midnight, boot)
        return self._before, self._others

    def _of_others(self, midnight: float, boot: str) -> tuple[float, float]:
        """Return what the ledger says that other kernels used since midnight, J and g."""
        self._trouble = None
        if self._ledger is None:
            self._trouble = "there is no ledger, so other kernels are not counted"
            return 0.0, 0.0
        reader = open_ledger(self._ledger.path)
        try:
            sessions = [row for row in reader.sessions(midnight) if row["boot"] != boot and row["inside"] is None]
            whole = [row for row in sessions if row["started"] >= midnight]
            older = {row["boot"] for row in sessions if row["started"] < midnight}
            cells = [row for row in reader.since(midnight) if row["boot"] in older] if older else []
        except LedgerError as error:
            self._trouble = str(error)
            return self._others
        rows = [*whole, *cells]
        return _sum(row["joules"] for row in rows), _sum(row["grams"] for row in rows)


def _sum(amounts: Iterable[float | None]) -> float:
    def known() -> Iterator[float]:
        yield from (amount for amount in amounts if amount is not None)

    return math.fsum(known())


def _midnight(unix: float) -> float:
    """Return the Unix time at which the local day began that *unix* lies in, s."""
    return datetime.fromtimestamp(unix).astimezone().replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
