"""The runs of an experiment as a table and a sentence with their sum, the failed ones included: plain text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ...energy import total
from ...ledger.kinds import mixture
from .. import quantities, wording

if TYPE_CHECKING:
    from ...record import Parameter
    from .gathering import Runs
    from .labelled_run import LabelledRun

_MOST_RUNS = 20
_MOST_PARAMETERS = 6
_MOST_EXPERIMENTS = 10
_ABSENT = "–"


@dataclass(frozen=True, slots=True)
class Experiment:
    """What is shown of an experiment.

    Attributes
    ----------
    label
        Its name.
    summary
        How many runs, how many of them failed, what all used, and what the last one alone.
    head, rows
        The table, oldest run first.
    notes
        What the table leaves out.
    """

    label: str
    summary: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]


def experiment(gathered: Runs) -> Experiment:
    """Return what is shown of the runs of a label, of which there must be one at least."""
    runs = gathered.runs
    shown = runs[-_MOST_RUNS:]
    differing = _differing(runs)
    columns = differing[:_MOST_PARAMETERS]
    notes = []
    if len(shown) < len(runs):
        notes.append(f"The latest {len(shown)} of {len(runs)} are listed.")
    if len(columns) < len(differing):
        notes.append(f"Not shown: {', '.join(differing[_MOST_PARAMETERS:])[:200]} changed, too.")
    if len(runs) > 1 and not differing and all(run.parameters is not None for run in runs):
        notes.append("No parameter that we can see was changed.")
    if gathered.trouble:
        notes.append(f"Runs of earlier kernels are left out: {gathered.trouble}")
    return Experiment(
        label=gathered.name,
        summary=" ".join(_sentences(runs)),
        head=("Began", "Status", *columns, "Energy", "Work", "Per unit", "Time"),
        rows=[_row(run, columns, _date_form(shown)) for run in shown],
        notes=notes,
    )


def repeated(every: Sequence[Runs]) -> list[Experiment]:
    """Return what is shown of the labels that were run more than once, on a page with much else."""
    return [experiment(gathered) for gathered in every if len(gathered.runs) > 1][:_MOST_EXPERIMENTS]


def _sentences(runs: Sequence[LabelledRun]) -> Iterator[str]:
    ended = [run for run in runs if run.status != "running"]
    failed = sum(run.status != "ok" for run in ended)
    mixed = mixture(run.kinds for run in runs if math.isfinite(run.grams))
    amounts = f"{_energy(runs)}{'' if mixed else f' and {_mass(runs)}'} in all"
    count = wording.count(len(runs), "run")
    if len(runs) == 1:
        (run,) = runs
        how = {"ok": "", "error": ", which failed", "interrupted": ", which was interrupted"}.get(run.status, "")
        yield f"{count}{how}: {_energy(runs)} and {_mass(runs)}."
        return
    were = "was" if failed == 1 else "were"
    of_which = f"of which {failed} failed or {were} interrupted" if failed else "none of which failed"
    running = len(runs) - len(ended)
    still = f", {running} still running" if running else ""
    last = quantities.energy(runs[-1].energy.joules)
    yield f"{count}, {of_which}{still}: {amounts}; the last one alone: {last}."
    if mixed:
        yield wording.mixed(mixed)


def _energy(runs: Sequence[LabelledRun]) -> str:
    whole = total(run.energy for run in runs)
    least = "at least " if whole.known and not all(run.energy.known for run in runs) else ""
    return f"{least}{quantities.energy_range(whole)}"


def _mass(runs: Sequence[LabelledRun]) -> str:
    known = [run.grams for run in runs if math.isfinite(run.grams)]
    if not known:
        return "an unknown mass of CO₂e"
    return f"{'at least ' if len(known) < len(runs) else ''}{quantities.mass(math.fsum(known))}"


def _differing(runs: Sequence[LabelledRun]) -> list[str]:
    """Return the names of the parameters that are not the same in all runs of which they are known."""
    known = [run.parameters for run in runs if run.parameters is not None]
    names = dict.fromkeys(name for parameters in known for name in parameters)
    return [name for name in names if len({_value(parameters.get(name)) for parameters in known}) > 1]


def _value(value: Parameter | None) -> str:
    if isinstance(value, float) and value == int(value) and abs(value) < 1e15:
        return str(int(value))  # 1.0 and 1 are one value
    return _ABSENT if value is None else str(value)


def _date_form(runs: Sequence[LabelledRun]) -> str:
    """Return how moments are written: without the year if all are of this one, as lines are long enough."""
    years = {datetime.fromtimestamp(run.started).year for run in runs}
    return "%m-%d %H:%M:%S" if years == {datetime.now().year} else "%Y-%m-%d %H:%M:%S"


def _row(run: LabelledRun, columns: Sequence[str], date_form: str) -> tuple[str, ...]:
    parameters = run.parameters or {}
    work = _ABSENT if not run.units else f"{quantities.amount(run.units)} {run.unit}{'' if run.units == 1 else 's'}"
    return (
        f"{datetime.fromtimestamp(run.started):{date_form}}",
        run.status,
        *(_value(parameters.get(name)) for name in columns),
        quantities.energy_range(run.energy),
        work,
        quantities.energy_per_unit(run.joules_per_unit, run.unit or "") if run.units else _ABSENT,
        quantities.duration(run.duration),
    )
