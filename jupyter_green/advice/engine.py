"""Asks the rules: a pure function of what is known of a notebook's cells."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from .cost import expected_cost
from .evidence import Evidence, Notebook
from .gates import Gates
from .rule import Rule
from .suggestion import Edit, Finding, Suggestion

Trouble = Callable[[Rule, Exception], None]


def findings(
    notebook: Notebook, rules: Iterable[Rule], gates: Gates, trouble: Trouble | None = None
) -> list[Suggestion]:
    """Return all that rules say of a notebook's last cell, the most valuable first.

    Parameters
    ----------
    notebook
        With that cell as its last.
    rules
        Whom to ask.
    gates
        Sizes below which nobody speaks.
    trouble
        Told of a rule that raised; it has then nothing to say.
    """
    cell = notebook.cells[-1]
    large = gates.lets(cell.joules, cell.duration)
    made: list[Suggestion] = []
    for rule in rules:
        if not (large or rule.of_session) or any(library not in cell.machine.libraries for library in rule.needs):
            continue
        try:
            found = rule.see(cell, notebook, gates)
        except Exception as error:  # noqa: BLE001 - code unlike any that we know: this rule has nothing to say
            if trouble is not None:
                trouble(rule, error)
            continue
        if found is not None:
            suggestion = _suggestion(rule, cell, found)
            if suggestion.saving is None or gates.open or max(suggestion.saving) >= gates.saving:
                made.append(suggestion)
    return sorted(made, key=lambda suggestion: -suggestion.worth)


def one_a_cell(suggestions: Sequence[Suggestion]) -> list[Suggestion]:
    """Return the most valuable suggestion of each cell and those about the session, the most valuable first."""
    best: dict[object, Suggestion] = {}
    for suggestion in suggestions:
        key: object = suggestion.id if suggestion.cell is None else suggestion.cell
        if key not in best or suggestion.worth > best[key].worth:
            best[key] = suggestion
    return sorted(best.values(), key=lambda suggestion: -suggestion.worth)


def _suggestion(rule: Rule, cell: Evidence, found: Finding) -> Suggestion:
    about = None if rule.of_session else cell.cell if found.about is None else found.about
    saving = rule.saving if found.saving is None else found.saving
    if saving is not None and found.share != 1.0:
        saving = (saving[0] * found.share, saving[1] * found.share)
    suggestion = Suggestion(
        id=f"{rule.id}-{'session' if about is None else about}",
        rule=rule.id,
        cell=about,
        title=rule.title,
        evidence=found.evidence,
        saving=saving,
        source=rule.source,
        effect=rule.effect,
        patch=found.patch,
        joules=0.0 if math.isnan(cell.joules) else cell.joules,
        severity=rule.severity,
        ends_kernel=rule.ends_kernel,
    )
    if not isinstance(found.patch, Edit):
        return suggestion
    if found.patch.before == found.patch.after:
        return replace(suggestion, patch=None)
    return replace(suggestion, measurable=True, cost=expected_cost(cell))
