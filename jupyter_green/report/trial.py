"""What a trial found, as text and as HTML: the ratio with its interval first, and never more than was measured."""

from __future__ import annotations

import html as escaping
import math
import textwrap
from collections.abc import Iterator

from ..advice.trial import Trial
from . import quantities, wording

_WIDTH = 100


def headline(trial: Trial) -> str:
    """Return the answer in one line: ``bf16 takes 0.57× the energy per step (0.55 … 0.59)``."""
    if not trial.feasible:
        return f"{trial.label}: {trial.reason}."
    if not trial.known:
        return f"{trial.label}: no result; {trial.reason}."
    what = "the energy" if trial.basis == "energy" else "the CPU time"
    unit = f" per {trial.unit}"
    said = f"{trial.label} takes {_times(trial.ratio)}× {what}{unit} ({_times(trial.low)} … {_times(trial.high)})"
    return f"{said}." if trial.detected else f"No detectable difference: {said}."


def details(trial: Trial) -> Iterator[str]:
    """Yield what else there is to know, in sentences."""
    if trial.known:
        basis = "measured" if trial.basis == "energy" else f"{trial.basis}: no counter here sees what it runs on"
        rounds = wording.count(trial.rounds, "round")
        yield f"{_capital(basis)}; 95 % interval over {rounds} of A, B, B, A"
        if not trial.detected and math.isfinite(trial.detectable):
            yield f"A difference of {quantities.share(trial.detectable)} or more would have been seen in four of five"
        a, b = (_mean(trial, arm) for arm in "AB")
        if math.isfinite(a) and math.isfinite(b):
            yield f"{quantities.energy_per_unit(b, trial.unit)} against {quantities.energy_per_unit(a, trial.unit)}"
    if trial.loss_difference is not None:
        yield f"Loss on the same batches differs by {trial.loss_difference:+.3g}"
    if trial.finite is False:
        yield "Losses, gradients or parameters are not finite with it: do not use it as it is"
    for factor, one in trial.sizes:
        yield f"×{factor:g}: {headline(one).removesuffix('.')}"
    yield from map(_capital, trial.notes)
    if trial.known and trial.reason:
        yield _capital(trial.reason)
    if trial.spent.known:
        paid = ""
        if trial.payback_steps is not None:
            paid = f", saved again after {wording.count(trial.payback_steps, trial.unit)}"
        yield f"The trial itself took {quantities.joules(trial.spent.joules)}{paid}"


def text(trial: Trial) -> str:
    """Return a trial as text."""
    lines = [headline(trial), *(f"{each}." for each in details(trial))]
    head, *rest = lines
    body = [textwrap.fill(each, _WIDTH, initial_indent="  ", subsequent_indent="  ") for each in rest]
    return "\n".join([textwrap.fill(head, _WIDTH), *body])


def html(trial: Trial) -> str:
    """Return a trial as HTML: the answer, both arms as dots, and what else there is to know."""
    items = "".join(f"<li>{escaping.escape(each)}.</li>" for each in details(trial))
    return (
        f'<div class="jupyter-green-trial"><p><strong>{escaping.escape(headline(trial))}</strong></p>'
        f"{_chart(trial)}<ul>{items}</ul></div>"
    )


def _chart(trial: Trial) -> str:
    """Return both arms' runs as two rows of dots over their common scale."""
    runs = [run for run in trial.arms if run.used and math.isfinite(run.joules)]
    most = max((run.joules for run in runs), default=0.0)
    if not most > 0 or not trial.known:
        return ""
    rows = []
    for row, (arm, name) in enumerate((("A", "as it is"), ("B", "with it"))):
        y = 14 + 22 * row
        rows.append(f'<text x="0" y="{y + 4}" font-size="11" fill="currentColor">{name}</text>')
        rows += [
            f'<circle cx="{70 + 300 * run.joules / most:.1f}" cy="{y}" r="4" fill="currentColor" fill-opacity="0.4"/>'
            for run in runs
            if run.arm == arm
        ]
    label = f"0 … {quantities.energy_per_unit(most, trial.unit)}"
    rows.append(f'<text x="70" y="58" font-size="11" fill="currentColor">{escaping.escape(label)}</text>')
    return f'<svg width="390" height="64" role="img" aria-label="runs of both arms">{"".join(rows)}</svg>'


def _mean(trial: Trial, arm: str) -> float:
    values = [run.joules for run in trial.arms if run.arm == arm and run.used]
    return math.fsum(values) / len(values) if values else math.nan


def _times(value: float) -> str:
    return f"{value:.0f}" if value >= 99.5 else f"{value:.3g}" if value < 0.1 else f"{value:.2f}"


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
