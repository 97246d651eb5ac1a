"""What is said of calls of hosted models: always apart from what was metered, always as a rough model's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..energy import UNKNOWN_ENERGY, Energy, total
from . import quantities, wording

if TYPE_CHECKING:
    from ..footprint import RemoteCalls

_MOST_MODELS = 3


@dataclass(frozen=True, slots=True)
class RemoteTotal:
    """All calls together.

    Attributes
    ----------
    calls, unknown
        How many there were, and how many of them have no estimate.
    energy, grams
        Of those that have one: J, gCO2e.
    """

    calls: int
    unknown: int
    energy: Energy
    grams: float


def remote_total(remote: Sequence[RemoteCalls]) -> RemoteTotal:
    """Add up; errors of one model are shared, so the ends of the ranges add up too."""
    known = [one for one in remote if one.energy.known]
    return RemoteTotal(
        calls=sum(one.calls for one in remote),
        unknown=sum(one.calls for one in remote if not one.energy.known),
        energy=total(one.energy for one in known) if known else UNKNOWN_ENERGY,
        grams=math.fsum(one.grams for one in known) if known else math.nan,
    )


def amount(remote: Sequence[RemoteCalls]) -> str:
    """Return the energy with its range: ``≈ 0.90 Wh (0.18 – 4.5)``; says so where a part of it is not known."""
    whole = remote_total(remote)
    if not whole.energy.known:
        return "energy unknown"
    rest = f" and {wording.count(whole.unknown, 'call')} unknown" if whole.unknown else ""
    return f"≈ {quantities.rough_energy_range(whole.energy)}{rest}"


def short(remote: Sequence[RemoteCalls]) -> str:
    """Return a part of a line, such as ``hosted models ≈ 0.90 Wh (0.18 – 4.5), modelled, not included``."""
    how = "modelled, not included" if remote_total(remote).energy.known else "not included"
    return f"hosted models {amount(remote)}, {how}"


def sentence(remote: Sequence[RemoteCalls]) -> str:
    """Return what there is to say of a session's calls, in a sentence or two."""
    whole = remote_total(remote)
    calls = f"{wording.count(whole.calls, 'call')} of hosted models ({models(remote)})"
    if not whole.energy.known:
        return f"Not included: {calls}, whose energy is unknown."
    emitted = f" and emitted ≈ {quantities.mass(whole.grams, 1)}" if math.isfinite(whole.grams) else ""
    rest = f" Of {wording.count(whole.unknown, 'call')} nothing is known." if whole.unknown else ""
    used = f"used ≈ {quantities.rough_energy_range(whole.energy)}{emitted} on the providers' machines"
    return f"Not included: {calls}. As {source(remote)} models it, they {used}; the range is a guess.{rest}"


def models(remote: Sequence[RemoteCalls]) -> str:
    """Return the models' names, the largest first, no more than three."""
    names = [one.model for one in remote]
    more = f" and {len(names) - _MOST_MODELS} more" if len(names) > _MOST_MODELS else ""
    return ", ".join(names[:_MOST_MODELS]) + more


def details(remote: Sequence[RemoteCalls]) -> list[str]:
    """Return one sentence for each model."""
    lines = []
    for one in remote:
        tokens = "tokens not told" if one.output_tokens is None else f"{one.output_tokens:,} tokens generated"
        said = f"{one.model} ({one.provider}): {wording.count(one.calls, 'call')}, {tokens}"
        if one.energy.known:
            grams = quantities.mass(one.grams, 1)
            lines.append(f"{said}, ≈ {quantities.rough_energy_range(one.energy)}, ≈ {grams}, modelled: {one.source}.")
        else:
            lines.append(f"{said}, energy unknown ({one.source}).")
    return lines


def source(remote: Sequence[RemoteCalls]) -> str:
    """Return whose estimate it is, without what it assumes."""
    return next((one.source.split(",")[0] for one in remote if one.energy.known), "")
