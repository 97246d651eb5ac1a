"""How the live service for the grid's carbon intensity does, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import quantities

if TYPE_CHECKING:
    from ..grid.live import LiveState

_STATUS = {
    "live": "live",
    "cached": "cached, a value of up to two hours ago",
    "fallback": "fallback, the annual mean stands in",
}


def sentence(state: LiveState) -> str:
    """Say which service it is, what is in force, how old its answer is and why there is no newer one."""
    if state.age is None and state.trouble is None:
        return f"{state.label} has not been asked yet; the annual mean stands in"
    age = "" if state.age is None else f", last answer {quantities.duration(state.age)} ago"
    trouble = f"; it {state.trouble}" if state.trouble else ""
    again = f"; asked again in {quantities.duration(state.retry)}" if state.retry else ""
    return f"{state.label}, {_STATUS[state.status]}{age}{trouble}{again}"
