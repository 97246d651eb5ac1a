"""What a trial found."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Literal, cast

from ...energy import UNKNOWN_ENERGY, Energy
from ..suggestion import Verified

Basis = Literal["energy", "CPU time, modelled watts"]
ENERGY: Basis = "energy"
CPU_TIME: Basis = "CPU time, modelled watts"


@dataclass(frozen=True, slots=True)
class ArmRun:
    """One run of one arm.

    Attributes
    ----------
    arm
        ``A``: as it is, ``B``: with the change.
    block
        Counted from 0.
    joules
        A unit of work took, J; with modelled watts unless the basis is energy.
    cpu_seconds
        Of our processes, a unit of work, s.
    seconds
        That passed, a unit of work, s.
    used
        False in a block that was rejected, as something else disturbed it.
    """

    arm: Literal["A", "B"]
    block: int
    joules: float
    cpu_seconds: float
    seconds: float
    used: bool = True


@dataclass(frozen=True, slots=True)
class Trial:
    """What measuring a change against what was before found.

    Attributes
    ----------
    label
        What was tried, such as ``bf16``.
    ratio, low, high
        Energy per unit of work with the change over that without, and its 95 % interval; ``nan`` if not known.
    detectable
        The smallest saving (a share) that this trial would have seen in four of five cases; ``nan`` if not known.
    feasible
        Whether the change works here and could be measured.
    reason
        Why not, or what else to know, in one line.
    spent
        Energy of the trial itself; it is in the session's total.
    payback_steps
        After how many units of work with the change it has saved what the trial cost; ``None`` where it saves nothing.
    rounds
        ABBA blocks that were used.
    basis
        ``energy``, or ``CPU time, modelled watts`` where no counter sees what the work runs on.
    unit
        What the figures are per: ``step``, ``sample`` or ``run`` of a cell.
    loss_difference
        Loss with the change less that without, from one state on the same batches; ``None``: there is none.
    finite
        Whether losses, gradients and parameters stayed finite with the change; ``None`` where there were none.
    arms
        Both arms' runs, for a chart.
    notes
        What a reader should know: rejected rounds, shortened loops.
    sizes
        Of a sweep over batch sizes: each size as a factor, with its own trial.
    """

    label: str
    ratio: float = math.nan
    low: float = math.nan
    high: float = math.nan
    detectable: float = math.nan
    feasible: bool = True
    reason: str = ""
    spent: Energy = UNKNOWN_ENERGY
    payback_steps: int | None = None
    rounds: int = 0
    basis: Basis = CPU_TIME
    unit: str = "step"
    loss_difference: float | None = None
    finite: bool | None = None
    arms: tuple[ArmRun, ...] = ()
    notes: tuple[str, ...] = ()
    sizes: tuple[tuple[float, Trial], ...] = field(default=())

    @property
    def known(self) -> bool:
        """Whether there is a ratio."""
        return math.isfinite(self.ratio)

    @property
    def detected(self) -> bool:
        """Whether the interval leaves out that nothing changed."""
        return self.known and not self.low <= 1.0 <= self.high

    @property
    def verified(self) -> Verified | None:
        """What stands beside a suggestion; ``None`` if nothing was found."""
        if not self.known:
            return None
        return Verified(self.ratio, self.low, self.high, self.rounds, self.basis, self.payback_steps)

    def with_note(self, note: str) -> Trial:
        """Return it with something more to know."""
        return replace(self, notes=(*self.notes, note)) if note else self

    def __str__(self) -> str:
        return self._shown("text")

    def _repr_html_(self) -> str:
        return self._shown("html")

    def _shown(self, how: str) -> str:
        # By name, as what is shown is made of what was found, and not the other way round.
        show = getattr(import_module("jupyter_green.report.trial"), how)
        return cast("Callable[[Trial], str]", show)(self)


def refused(label: str, reason: str) -> Trial:
    """Return the outcome of what could not be tried, with the reason in one line."""
    return Trial(label, feasible=False, reason=reason)
