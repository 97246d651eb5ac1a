"""R25: scikit-learn's ``n_jobs``, both ways: cores idle beside long tasks, and workers for tasks over at once."""

from __future__ import annotations

import math

from ...work.fit_traits import Tasks
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..source_code.edits import Places, apply
from ..source_code.sklearn_calls import nearest_calls
from ..suggestion import Edit, Finding

_ROWS = 1000  # fewer make tasks that are over at once
_BUSY = 0.6  # share of all cores; one of two is 0.5
_LONG_IN_THREADS, _LONG_IN_PROCESSES = 0.5, 3.0  # s together; processes take seconds of CPU time to begin
_THREADS_BEGIN = 0.1  # s of tasks for which it is worth to begin threads
_WORTH = 10.0  # s
_SHORT = 0.03  # s a task by its own account
_SHORT_TREE, _FEW_ROWS = (
    0.003,
    500,
)  # CPU seconds a task in threads; at 2,000 rows they cost 4 % more, at 200 16 to 57 %
_SHARE = 0.2  # of the cell's time
_THREADS = ("Forest", "ExtraTrees")  # in the names of what works in threads
_ASKED = ("predict", "score", "decision", "transform", "apply")  # how the methods begin that fit nothing
_CONTEXTS = ("parallel_backend", "parallel_config", "register_parallel_backend")
# Called by another name than they give their tasks under.
_FRONTS = {"cross_validate": ("cross_validate", "cross_val_score")}


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak of the tasks that took longest."""
    tasks = [each for each in cell.seen(Tasks) if each.tasks > 1]
    if not tasks or notebook.says(*_CONTEXTS):
        return None
    return _more(cell, notebook, gates, tasks) or _fewer(cell, notebook, gates, tasks)


def _more(cell: Evidence, notebook: Notebook, gates: Gates, tasks: list[Tasks]) -> Finding | None:
    cpus = cell.machine.cpus
    serial = [each for each in tasks if each.jobs == 1 and not each.stated and _are_long(each)]
    if cpus < 2 or not serial:
        return None
    longest = max(serial, key=lambda each: each.seconds)
    if longest.within and any(
        each.stated or each.jobs > 1 or _states_jobs(cell, notebook, each) for each in tasks if not each.within
    ):  # whoever has decided on the larger tasks has decided on their parts
        return None
    same = [each for each in serial if _names(each) == _names(longest)]
    seconds, cpu_seconds = sum(each.seconds for each in same), sum(each.cpu_seconds for each in same)
    if _in_threads(longest) and seconds < _LONG_IN_THREADS:
        return None
    if cpu_seconds > _BUSY * cpus * seconds or not gates.at_least(seconds, _WORTH):
        return None
    if _states_jobs(cell, notebook, longest):
        return None
    return Finding(
        f"{_who(longest)} did {sum(each.tasks for each in same)} tasks one after another in {seconds:.3g} s, while "
        f"{cpu_seconds / seconds:.1f} of {cpus} processors worked. Side by side they end sooner; "
        "what the machine needs at rest is spent for less time.",
        patch=_patch(cell, notebook, longest, "-1"),
        share=min(1.0, seconds / cell.duration) if cell.duration > 0 else 1.0,
    )


def _fewer(cell: Evidence, notebook: Notebook, gates: Gates, tasks: list[Tasks]) -> Finding | None:
    spread = [each for each in tasks if each.jobs > 1 and each.stated and not each.function.startswith(_ASKED)]
    spread += [each for each in tasks if each.jobs > 1 and not each.owner]
    short = [each for each in spread if _are_short(each)]
    if not short or len(short) < len(spread):
        return None
    # Workers that are there already may be quicker for all their CPU time: nothing is sure to be saved.
    if sum(each.seconds for each in short) < sum(each.task_seconds for each in short):
        return None
    seconds, number = sum(each.seconds for each in short), sum(each.tasks for each in short)
    if not gates.at_least(seconds, _SHARE * cell.duration):
        return None
    first = short[0]
    own = sum(each.task_seconds for each in short)
    took = f"{own:.2g} s by their own account" if not math.isnan(own) else "a few milliseconds each"
    return Finding(
        f"{_who(first)} gave {number} tasks on {first.rows} rows to {first.jobs} workers: {took}, {seconds:.2g} s with "
        "all that handing them over takes.",
        saving=(0.15, 0.60),
        patch=_patch(cell, notebook, first, "1"),
        share=min(1.0, seconds / cell.duration) if cell.duration > 0 else 1.0,
    )


def _are_long(tasks: Tasks) -> bool:
    long = _THREADS_BEGIN if _in_threads(tasks) else _LONG_IN_PROCESSES
    return tasks.seconds >= long and (tasks.rows is None or tasks.rows >= _ROWS)


def _are_short(tasks: Tasks) -> bool:
    if tasks.rows is None or tasks.rows >= _ROWS:
        return False
    if math.isnan(tasks.task_seconds):
        return _in_threads(tasks) and tasks.rows <= _FEW_ROWS and tasks.cpu_seconds <= _SHORT_TREE * tasks.tasks
    return tasks.task_seconds <= _SHORT * tasks.tasks


def _in_threads(tasks: Tasks) -> bool:
    return any(part in tasks.owner for part in _THREADS)


def _states_jobs(cell: Evidence, notebook: Notebook, tasks: Tasks) -> bool:
    """Whether a function's call says how many; of estimators, what they bear has told."""
    found = None if tasks.owner else nearest_calls(cell, notebook, *_names(tasks))
    return found is not None and any(each.arg in ("n_jobs", None) for call in found[1] for each in call.keywords)


def _who(tasks: Tasks) -> str:
    return tasks.owner or tasks.function


def _names(tasks: Tasks) -> tuple[str, ...]:
    return (tasks.owner,) if tasks.owner else _FRONTS.get(tasks.function, (tasks.function,))


def _patch(cell: Evidence, notebook: Notebook, tasks: Tasks, jobs: str) -> Edit | None:
    found = nearest_calls(cell, notebook, *_names(tasks))
    if found is None:
        return None
    at, calls = found
    source, places = at.code.source, Places(at.code.source)
    stated = [call for call in calls if any(each.arg == "n_jobs" for each in call.keywords)]
    # To take jobs away, only where some are stated; to give some, not where a dictionary may state them.
    chosen = stated if jobs == "1" else [call for call in calls if all(each.arg is not None for each in call.keywords)]
    return Edit(at.cell, source, apply(source, *(places.keyword(call, "n_jobs", jobs) for call in chosen)))


RULE = Rule(
    id="R25",
    title="Give n_jobs what the tasks are worth",
    effect="same result",
    saving=(0.0, 0.20),
    source=(
        "measured: forests on two cores in 23 % less time for 2 to 4 % more CPU time; on 200 rows, threads cost 16 to "
        "57 % more CPU time, and starting processes 2.7 s of it (scikit-learn 1.9)"
    ),
    see=see,
    needs=("sklearn",),
)
