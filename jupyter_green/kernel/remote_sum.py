"""Calls of hosted models as a snapshot tells them: one sum, as a list of models would not go into its 8 KB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..record import Json, number
from ..report.remote import remote_total, source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..footprint import RemoteCalls


def remote_sum(calls: Sequence[RemoteCalls]) -> Json:
    """Return the entry of a snapshot's session, or none where no hosted model was called."""
    if not calls:
        return {}
    whole = remote_total(calls)
    energy = whole.energy
    return {
        "remote": {
            "calls": whole.calls,
            "unknown": whole.unknown,
            "joules": number(energy.joules),
            "low": number(energy.low),
            "high": number(energy.high),
            "source": source(calls),
        }
    }
