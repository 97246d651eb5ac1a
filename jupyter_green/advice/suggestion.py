"""What a rule has to say, and what users see of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Effect = Literal["same result", "numerics change", "result changes"]


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a cell's code that the user may take over.

    Attributes
    ----------
    cell
        The execution count of the cell that bears the code; ``None`` if it is not known any more.
    before, after
        The whole cell as it was run, and as it would be. Where the cell reads otherwise by then, nothing is changed.
    """

    cell: int | None
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code to stand in a cell of its own.

    Attributes
    ----------
    code
        From a template of ours; names are the user's.
    """

    code: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule saw in one cell.

    Attributes
    ----------
    evidence
        The numbers that led to it, in a sentence or two: what was seen, not what is believed.
    saving
        Share of the energy per unit of work that is saved, from and to, where the rule's own range does not hold for
        what was seen; ``None`` for the rule's own.
    patch
        ``None`` where no template fits.
    about
        The cell that the finding is about, if that is not the one that ran.
    share
        The part of the cell's energy that the saving is of, 0 to 1.
    """

    evidence: str
    saving: tuple[float, float] | None = None
    patch: Edit | Snippet | None = None
    about: int | None = None
    share: float = 1.0


@dataclass(frozen=True, slots=True)
class Verified:
    """What a measurement of the user's own work showed.

    Attributes
    ----------
    ratio, low, high
        Energy per unit of work with the suggestion over that without, and its 95 % interval.
    rounds
        ABBA blocks that were used.
    basis
        What was compared: ``energy`` or ``CPU time, modelled watts``.
    payback
        Runs of the changed work until the measurement has paid for itself; ``None``: never, or not known.
    """

    ratio: float
    low: float
    high: float
    rounds: int
    basis: str
    payback: float | None = None


@dataclass(frozen=True, slots=True)
class Cost:
    """What a measurement is going to cost, roughly: J and s; ``nan`` unknown."""

    joules: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A hypothesis on how a cell could need less, which ``%carbon try ID`` verifies by measurement.

    Attributes
    ----------
    id
        For ``%carbon try`` and ``%carbon dismiss``: the rule and the cell, such as ``R09-12``.
    rule
        Which rule speaks, such as ``R09``.
    cell
        The execution count of the cell; ``None`` where it is about the session.
    title
        What to do, in the imperative.
    evidence
        What was seen.
    saving
        Share of the energy per unit of work that is saved, from and to, as published or seen; ``None``: not known.
    source
        Where the range is from.
    effect
        What it does to results.
    patch
        The change of code, if a template fits.
    joules
        What the cell used, J: so much is at stake.
    severity
        ``warning`` where energy is spent on nothing.
    measurable
        Whether ``%carbon try`` can verify it: then *cost* says what that costs.
    ends_kernel
        Whether what it says is done by shutting the kernel down.
    verified
        What a measurement showed; ``None`` before there was one.
    """

    id: str
    rule: str
    cell: int | None
    title: str
    evidence: str
    saving: tuple[float, float] | None
    source: str
    effect: Effect
    patch: Edit | Snippet | None
    joules: float
    severity: Literal["hint", "warning"] = "hint"
    measurable: bool = False
    cost: Cost | None = None
    ends_kernel: bool = False
    verified: Verified | None = None

    @property
    def worth(self) -> float:
        """What it is expected to save, J: by the measurement, else by the middle of the range."""
        if self.verified is not None:
            return self.joules * (1 - self.verified.ratio)
        return 0.0 if self.saving is None else self.joules * sum(self.saving) / 2

    def with_verified(self, verified: Verified) -> Suggestion:
        """Return the suggestion with what a measurement showed."""
        return replace(self, verified=verified)
