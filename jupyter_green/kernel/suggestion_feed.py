"""Suggestions as the live feed tells them."""

from __future__ import annotations

from collections.abc import Sequence

from ..advice import Edit, Snippet, Suggestion, Verified
from ..record import Json, number

_MOST = 8  # as in the schema
_CODE = 4000  # characters
_TITLE, _EVIDENCE, _EFFECT = 120, 400, 80


def suggestions(told: Sequence[Suggestion]) -> list[Json]:
    """Return the schema's ``Suggestion`` of the most valuable ones."""
    return [_json(suggestion) for suggestion in told[:_MOST]]


def _json(suggestion: Suggestion) -> Json:
    saving = suggestion.saving
    return {
        "id": suggestion.id,
        "rule": suggestion.rule,
        "execution_count": suggestion.cell,
        "severity": suggestion.severity,
        "title": _cut(suggestion.title, _TITLE),
        "evidence": _cut(suggestion.evidence, _EVIDENCE),
        "saving": None if saving is None else {"low": min(saving), "high": max(saving)},
        "effect": suggestion.effect[:_EFFECT],
        "verified": None if suggestion.verified is None else _verified(suggestion.verified),
        "actions": _actions(suggestion),
    }


def _verified(verified: Verified) -> Json:
    return {
        "ratio": verified.ratio,
        "low": verified.low,
        "high": verified.high,
        "rounds": verified.rounds,
        "basis": "energy" if verified.basis == "energy" else "cpu-time",
        "payback": number(verified.payback),
    }


def _actions(suggestion: Suggestion) -> list[Json]:
    actions = []
    if suggestion.measurable:
        cost = suggestion.cost
        joules, seconds = (None, None) if cost is None else (number(cost.joules), number(cost.seconds))
        actions.append(_action("measure", joules=joules, seconds=seconds))
    patch = suggestion.patch
    if isinstance(patch, Edit) and max(len(patch.before), len(patch.after)) <= _CODE and patch.cell is not None:
        actions.append(_action("insert", code=patch.after, before=patch.before, execution_count=patch.cell))
    elif isinstance(patch, Snippet) and len(patch.code) <= _CODE:
        actions.append(_action("insert", code=patch.code, execution_count=suggestion.cell))
    if suggestion.ends_kernel:
        actions.append(_action("shut-down"))
    return actions


def _action(kind: str, **known: object) -> Json:
    """Return the schema's ``SuggestedAction``."""
    empty = dict.fromkeys(("joules", "seconds", "code", "before", "execution_count"))
    return {"kind": kind, **empty, **known}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
