"""How far loops have come, by those who know: tqdm's bars here, others by the same Protocol."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakValueDictionary

from .enclosing_loop import inside_a_bare_loop
from .plan import Plan, plan_of

_TRIES = 3


class Progress(Protocol):
    """How far one loop has come.

    Attributes
    ----------
    name
        Whose word it is and what is counted, such as ``tqdm bar "epochs"``.
    done, total
        Units: done so far, and those that there are going to be; ``None`` where nobody knows.
    at
        Unix time at which *done* was reached, s.
    began, initial
        Unix time at which the loop began, s, and what *done* was then. The first tells one loop from another.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def done(self) -> float: ...  # noqa: D102
    @property
    def total(self) -> float | None: ...  # noqa: D102
    @property
    def at(self) -> float: ...  # noqa: D102
    @property
    def began(self) -> float: ...  # noqa: D102
    @property
    def initial(self) -> float: ...  # noqa: D102


ProgressSource = Callable[[], Iterable[Progress]]
"""Returns the loops that run now. Called once a second on the sampling thread: it must be quick, and may raise."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A :class:`Progress` as it was at one moment."""

    name: str
    done: float
    total: float | None
    at: float
    began: float
    initial: float = 0.0
    inner: bool = False
    """Whether a loop is around it that does not say how far it has come."""
    why_no_total: str | None = None
    """A part of a sentence, where it is known why nobody can tell the total."""
    plan: Plan | None = None
    """What the units are going to be, where that is known."""


_inner: WeakKeyDictionary[Any, bool] = WeakKeyDictionary()
_plans: WeakKeyDictionary[Any, Plan | None] = WeakKeyDictionary()
_seen: WeakValueDictionary[int, Any] = WeakValueDictionary()
"""Bars by identity: people call ``tqdm._instances.clear()`` to be rid of old ones, also while one runs."""


def tqdm_bars() -> list[Progress]:
    """Return what tqdm's bars show, if tqdm is imported; a bar that is disabled or closed shows nothing.

    Raises
    ------
    RuntimeError
        When the bars changed under our hands again and again.
    """
    tqdm = getattr(sys.modules.get("tqdm.std"), "tqdm", None)
    if tqdm is None:
        return []
    listed = {id(bar): bar for bar in _copy(tqdm) if hasattr(bar, "start_t")}
    _seen.update(listed)
    bars = [bar for key, bar in list(_seen.items()) if key in listed or _goes_on(bar)]
    if bars:
        outermost = min(bars, key=lambda bar: bar.start_t)
        if outermost not in _inner:
            _inner[outermost] = inside_a_bare_loop(outermost)
            _plans[outermost] = _plan(outermost.iterable)
    return [_reading(bar) for bar in bars]


def _copy(tqdm: Any) -> list[Any]:  # noqa: ANN401 - tqdm has no types
    """Copy tqdm's list of bars without its lock, which the running cell may hold for long."""
    for _ in range(_TRIES):
        try:
            return list(getattr(tqdm, "_instances", ()))
        except RuntimeError:  # a bar was made or closed meanwhile
            continue
    raise RuntimeError("tqdm's bars come and go too fast to be read")


def _goes_on(bar: Any) -> bool:  # noqa: ANN401 - tqdm has no types
    """Whether a bar that tqdm does not list is only cleared away: neither closed, which disables it, nor done."""
    return not bar.disable and (bar.total is None or bar.n < bar.total)


def _reading(bar: Any) -> Reading:  # noqa: ANN401 - tqdm has no types
    done, total, initial = bar.n, bar.total, bar.initial
    shown_at = bar.last_print_t
    # A bar that counts an iterable brings n up to date only when it may draw, and notes when that was.
    at = shown_at if done == bar.last_print_n else math.nan
    name = str(bar.desc or "").strip(" :")[:40]
    return Reading(
        f'tqdm bar "{name}"' if name else "tqdm bar",
        float(done),
        None if total is None else float(total),
        float(at),
        float(bar.start_t),
        float(initial or 0),
        _inner.get(bar, False),
        plan=_plans.get(bar),
    )


def _plan(iterable: object) -> Plan | None:
    """Return what a bar goes through, if that is a grid of parameters; nothing that changes by being looked at."""
    if not isinstance(iterable, (list, tuple)) and type(iterable).__name__ != "ParameterGrid":
        return None
    try:
        return plan_of(iterable, whole=True)
    except Exception:  # noqa: BLE001 - values that cannot be compared
        return None
