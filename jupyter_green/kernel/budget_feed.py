"""Budgets as the live feed tells them: what is spent of each, and whether it will be enough."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from ..allowances import Allowance
from ..budget import Budget
from ..record import Json, number
from ..spending import WARNS, BudgetUse, Scope

Forecast = dict[str, Any] | None


def of_cell(use: BudgetUse | None, forecast: Forecast) -> Json | None:
    """Return a running cell's own budget, if it has one.

    Parameters
    ----------
    use
        What is spent of it.
    forecast
        What the whole cell is going to need, as in the feed.
    """
    if use is None:
        return None
    foretold = _foretold(use.budget, forecast)
    return _json("cell", use.budget, use.spent, foretold, spent=use.is_spent)


def of_allowances(allowances: Iterable[Allowance], running: Iterable[Json]) -> list[Json]:
    """Return the session's and the day's budgets.

    Parameters
    ----------
    running
        The running cells, as in the feed; what one of them is still going to need counts for the forecast.
    """
    told = []
    for allowance in allowances:
        budget, foretold = allowance.budget, allowance.spent
        for cell in running:
            whole = _foretold(budget, cell["forecast"])
            if not math.isnan(whole) and cell["joules"]:
                part = cell["joules"] / cell["forecast"]["joules"]  # the same of the grams
                foretold += max(0.0, 1.0 - part) * whole
        told.append(_json(allowance.scope, budget, allowance.spent, foretold, spent=allowance.is_spent))
    return told


def _foretold(budget: Budget, forecast: Forecast) -> float:
    """Return what a whole cell is going to need of a budget; ``nan`` when nothing is foretold."""
    if not forecast or not forecast["joules"]:
        return math.nan
    low, joules, grams = forecast["low"], forecast["joules"], forecast["grams"]
    least = low / joules if forecast["at_least"] and low else 1.0
    amount = joules if budget.unit == "J" else grams
    return math.nan if amount is None else float(amount * least)


def _json(scope: Scope, budget: Budget, amount: float, foretold: float, *, spent: bool) -> Json:
    """Return the schema's ``Budget``."""
    near = amount >= WARNS * budget.amount
    state = "spent" if spent else "near" if near else "foretold" if foretold > budget.amount else "within"
    return {"scope": scope, "limit": budget.amount, "unit": budget.unit, "spent": number(amount), "state": state}
