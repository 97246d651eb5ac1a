"""The shape of a rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from .evidence import Evidence, Notebook
from .gates import Gates
from .suggestion import Effect, Finding

See = Callable[[Evidence, Notebook, Gates], Finding | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """One piece of advice: when it speaks, what it says, what that is worth and who says so.

    Attributes
    ----------
    id
        As in the catalogue of ``docs/advice.md``, such as ``R09``.
    title
        What to do, in the imperative.
    effect
        What it does to results.
    saving
        Share of the energy per unit of work that is saved, from and to, as published; ``None``: not known.
    source
        Where that range is from, and for what it was measured.
    see
        The trigger with its guards: returns what it found in a cell, or ``None``.
    needs
        Libraries that have to be imported; none of them is imported for it.
    of_session
        Whether it speaks once a session and of no cell: the sizes of cells do not matter to it.
    severity
        ``warning`` where energy is spent on nothing.
    ends_kernel
        Whether what it says is done by shutting the kernel down.
    """

    id: str
    title: str
    effect: Effect
    saving: tuple[float, float] | None
    source: str
    see: See
    needs: tuple[str, ...] = ()
    of_session: bool = False
    severity: Literal["hint", "warning"] = "hint"
    ends_kernel: bool = False
