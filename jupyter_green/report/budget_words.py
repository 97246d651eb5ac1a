"""Budgets in words: what is said below a cell that spent one, and how it stands with the session's and the day's."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import quantities

if TYPE_CHECKING:
    from ..allowances import Allowance
    from ..budget import Budget
    from ..footprint import Footprint
    from ..spending import BudgetUse, Scope, Spending

WHOSE: dict[Scope, str] = {"cell": "the cell's", "session": "the session's", "day": "the day's"}
_SETTING: dict[Scope, str] = {"cell": "--budget", "session": "Green.budget", "day": "Green.daily_budget"}


def amount(value: float, budget: Budget, digits: int = 3) -> str:
    """Return an amount in the budget's unit as people read it: ``5.00 Wh``, ``10.0 kJ``, ``2.00 g CO₂e``."""
    if budget.unit == "gCO2e":
        return quantities.mass(value, digits)
    return quantities.joules(value, digits) if budget.in_joules else quantities.energy(value, digits)


def ended(cell: Footprint, spendings: Iterable[Spending], *, stoppable: bool) -> Iterator[str]:
    """Say what a cell that has just ended did to its budgets; nothing where there was enough.

    Parameters
    ----------
    cell
        What is known of it now.
    spendings
        Its budgets.
    stoppable
        Whether it could be interrupted at all.
    """
    if cell.budget is not None:
        said = _of_the_cell(cell, cell.budget, stoppable=stoppable)
        if said:
            yield f"%%carbon: {said}"
    for spending in spendings:
        if spending.scope != "cell" and spending.interruptions:
            limit, whose = amount(spending.budget.amount, spending.budget), WHOSE[spending.scope]
            how = _interrupted(spending.interruptions)
            yield (
                f"jupyter-green: {whose} budget of {limit} is spent: this cell spent the last of it and "
                f"was {how}. Cells after it are not; {_SETTING[spending.scope]} sets another budget."
            )


def _of_the_cell(cell: Footprint, use: BudgetUse, *, stoppable: bool) -> str:
    limit = amount(use.budget.amount, use.budget)
    if math.isnan(use.spent):
        return f"the budget of {limit} was not watched: no source tells what this cell spent (see %carbon status)."
    if not use.is_spent:
        return ""
    over = amount(max(0.0, use.spent - use.budget.amount), use.budget, 2)
    spent = f"{amount(use.spent, use.budget)}, {over} over"
    if not use.interruptions:
        why = "before it could be interrupted" if stoppable else "and could not be interrupted in a subshell"
        return f"the budget of {limit} is spent: the cell spent {spent}, {why}."
    if use.interruptions == 1:
        return f"the budget of {limit} is spent: the cell was interrupted, at {spent}. Its variables are still there."
    how = _interrupted(use.interruptions)
    return f"the budget of {limit} is spent: the cell was {how}, each time at twice as much, and spent {spent}."


def _interrupted(times: int) -> str:
    return "interrupted" if times == 1 else f"interrupted {times} times"


_STATES = {"foretold": ", by the forecast not enough", "near": ", nearly spent", "spent": ", spent"}


def live(budget: Mapping[str, Any]) -> str:
    """Say how it stands with a budget of the live feed, in a few words: ``82 % of its budget, nearly spent``."""
    spent = budget["spent"]
    share = "unknown part" if spent is None else quantities.share(spent / budget["limit"])
    return f"{share} of its budget{_STATES.get(budget['state'], '')}"


def standing(allowance: Allowance, *, live: bool = True) -> str:
    """Say how it stands with a session's or a day's budget.

    Parameters
    ----------
    live
        False where no kernel is behind it: then there is no session to tell of.
    """
    budget, scope = allowance.budget, allowance.scope
    limit = amount(budget.amount, budget)
    name = f"{WHOSE[scope]} budget ({_SETTING[scope]})"
    if scope == "session" and not live:
        return f"{name}: {limit} for each kernel's session"
    if math.isnan(allowance.spent):
        return f"{name}: {limit}; what is spent of it is unknown"
    spent, left = amount(allowance.spent, budget), budget.amount - allowance.spent
    rest = f"{amount(left, budget)} left" if left > 0 else f"spent, {amount(-left, budget)} over"
    near = "nearly spent: " if allowance.is_near and left > 0 else ""
    trouble = f"; {allowance.trouble}" if allowance.trouble else ""
    return f"{name}: {near}{spent} of {limit} ({quantities.share(allowance.share)}), {rest}{trouble}"
