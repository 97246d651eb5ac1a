"""Suggestions in words: ``%carbon suggest``, and one line of it elsewhere."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from ..advice import Suggestion, Verified
from ..advice.mutes import Scope

_WIDTH = 100
NONE = "Nothing to suggest: no rule sees a saving in the cells so far."


def saving_in_words(saving: tuple[float, float]) -> str:
    """Return ``40 to 90 % less energy``; a range that reaches below zero says so."""
    low, high = (round(100 * share) for share in saving)
    if low == high:
        return f"{low} % less energy"
    return f"{low} to {high} % less energy"


def verified_in_words(verified: Verified) -> str:
    """Return what a measurement showed: ``measured: ×0.41 (0.38 – 0.44), 12 rounds, energy``."""
    said = f"×{verified.ratio:.3g} ({verified.low:.3g} – {verified.high:.3g}), {verified.rounds} rounds"
    if verified.low <= 1 <= verified.high:
        said = f"no detectable difference: {said}"
    return f"{'measured' if verified.basis == 'energy' else verified.basis}: {said}"


def listed(suggestions: Sequence[Suggestion]) -> str:
    """Return the suggestions as text, each with its evidence and how to verify it."""
    return "\n\n".join(map(_paragraph, suggestions)) or NONE


def sentence(suggestion: Suggestion) -> str:
    """Return a suggestion in one paragraph without line breaks, for pages."""
    where = "This session" if suggestion.cell is None else f"Cell {suggestion.cell}"
    parts = [f"{where}: {suggestion.title}. {suggestion.evidence}"]
    if suggestion.verified is not None:
        parts.append(f"{verified_in_words(suggestion.verified).capitalize()}.")
    elif suggestion.saving is not None:
        parts.append(f"{saving_in_words(suggestion.saving).capitalize()} ({suggestion.source}); not measured here.")
    return " ".join([*parts, f"{suggestion.effect.capitalize()}."])


def _paragraph(suggestion: Suggestion) -> str:
    where = "this session" if suggestion.cell is None else f"cell {suggestion.cell}"
    lines = [f"{suggestion.title} · {where} · {suggestion.id}", suggestion.evidence]
    worth: list[str] = [suggestion.effect]
    if suggestion.saving is not None:
        worth.insert(0, saving_in_words(suggestion.saving))
    lines.append(f"{' · '.join(worth)} ({suggestion.source})")
    if suggestion.verified is not None:
        lines.append(verified_in_words(suggestion.verified))
    elif suggestion.measurable:
        lines.append(f"%carbon try {suggestion.id} measures it here")
    head, *rest = lines
    return "\n".join(
        [head, *(textwrap.fill(each, _WIDTH, initial_indent="  ", subsequent_indent="  ") for each in rest)]
    )


def no_such(identity: str, suggestions: Sequence[Suggestion]) -> str:
    """Return one line on an id that names no suggestion, with those that there are."""
    known = ", ".join(suggestion.id for suggestion in suggestions[:8])
    return f"there is no suggestion {identity!r}; " + (f"there are {known}" if known else "there are none at present")


def dismissed(suggestion: Suggestion, *, asked: Scope, kept: Scope) -> str:
    """Return one line on what is heard no more, and for how long."""
    if asked == "cell":
        return f"{suggestion.rule} says no more of this cell."
    if kept == "cell":
        return f"{suggestion.rule} is silent in this session; there is no place to keep that."
    where = "in this notebook" if kept == "notebook" else "in every notebook"
    return f"{suggestion.rule} is silent {where} from now on."
