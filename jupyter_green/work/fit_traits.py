"""How scikit-learn worked: tasks that could run side by side, and searches for parameters."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from .traits import TRAITS

LONG = 0.05  # s; what takes as long is always written down, shorter things as far as there are looks
_LOOKS = TRAITS.looks()


@dataclass(frozen=True, slots=True)
class Tasks:
    """Tasks that scikit-learn gave to joblib together: trees of a forest, folds of a validation, parts of a search.

    Attributes
    ----------
    owner
        Class of the estimator whose tasks they are; empty where they are a function's.
    function
        The function or method that gave them, such as ``cross_validate`` or ``fit``.
    jobs
        How many of them ran at a time.
    stated
        Whether the owner, what a function was given or a part of it bears an ``n_jobs`` that somebody has set.
    tasks
        How many there were.
    rows
        Rows of the data, or ``None``.
    seconds, cpu_seconds
        For how long, and the CPU time of this process in it, s. Processes that live on are not in the latter.
    task_seconds
        What the tasks took by their own account, summed up, s; ``nan``: they gave none.
    within
        Whether they are parts of other tasks, as the trees of a forest for each fold: all of them together.
    """

    owner: str
    function: str
    jobs: int
    stated: bool
    tasks: int
    rows: int | None
    seconds: float
    cpu_seconds: float
    task_seconds: float = math.nan
    within: bool = False

    def plus(self, other: Tasks) -> Tasks:
        """Return these and more of the same kind as one."""
        return replace(
            self,
            tasks=self.tasks + other.tasks,
            seconds=self.seconds + other.seconds,
            cpu_seconds=self.cpu_seconds + other.cpu_seconds,
            task_seconds=self.task_seconds + other.task_seconds,
        )


@dataclass(frozen=True, slots=True)
class Search:
    """A search for parameters that has ended.

    Attributes
    ----------
    kind
        Its class, such as ``GridSearchCV``.
    estimator
        Class of what it fits, the last step of a pipeline.
    candidates, folds
        Sets of parameters, and on how many parts of the data each was fitted.
    rows, columns
        Of the data; ``None`` where they do not tell.
    fit_seconds
        Mean time of one fit with its scoring, s.
    seconds, cpu_seconds
        As of :class:`Tasks`.
    metrics
        By how many scores candidates are compared.
    steady
        Whether the folds are the same each time they are asked for.
    jobs
        Its ``n_jobs``.
    """

    kind: str
    estimator: str
    candidates: int
    folds: int
    rows: int | None
    columns: int | None
    fit_seconds: float
    seconds: float
    cpu_seconds: float
    metrics: int
    steady: bool
    jobs: int | None


class Watch:
    """Wall and CPU time since it was made."""

    __slots__ = ("_cpu", "_wall")

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), _cpu_seconds()

    def read(self) -> tuple[float, float]:
        """Return both, s."""
        return time.perf_counter() - self._wall, _cpu_seconds() - self._cpu


def tasks_of(
    parallel: Any,  # noqa: ANN401 - of a library that we do not import
    owner: Any,  # noqa: ANN401
    bearer: Any,  # noqa: ANN401
    function: str,
    data: Any,  # noqa: ANN401
    results: Any,  # noqa: ANN401
    watch: Watch,
    *,
    within: bool,
) -> Tasks | None:
    """Return what is known of tasks that have ended; ``None`` where it is not worth to be written down.

    Parameters
    ----------
    parallel
        joblib's object that ran them.
    owner
        The estimator, or ``None``: they are of a function.
    bearer
        The estimator that may say how many jobs it wants, the owner or what a function was given.
    function
        The function that gave them.
    data
        What they work on.
    results
        What came out.
    watch
        From when they began.
    within
        Whether other tasks run that these are parts of.
    """
    seconds, cpu_seconds = watch.read()
    if seconds < LONG:
        if within or not _LOOKS.left:
            return None
        _LOOKS.left -= 1
    with suppress(Exception):  # a library unlike any that we know: the results stand
        return Tasks(
            owner="" if owner is None else type(owner).__name__,
            function=function,
            jobs=int(parallel._effective_n_jobs()),
            stated=_stated(bearer),
            tasks=int(parallel.n_completed_tasks),
            rows=shape_of(data)[0],
            seconds=seconds,
            cpu_seconds=cpu_seconds,
            task_seconds=_task_seconds(results),
            within=within,
        )
    return None


def note_search(search: Any, data: Any, steady: bool, watch: Watch) -> None:  # noqa: ANN401
    """Write down a search that has ended."""
    seconds, cpu_seconds = watch.read()
    with suppress(Exception):  # as above
        results, inner = search.cv_results_, search.estimator
        times = [*results["mean_fit_time"]], [*results["mean_score_time"]]
        scoring = search.scoring
        rows, columns = shape_of(data)
        TRAITS.note(
            Search(
                kind=type(search).__name__,
                estimator=type(inner.steps[-1][1] if hasattr(inner, "steps") else inner).__name__,
                candidates=len(results["params"]),
                folds=int(search.n_splits_),
                rows=rows,
                columns=columns,
                fit_seconds=float(sum(map(sum, times)) / max(1, len(times[0]))),
                seconds=seconds,
                cpu_seconds=cpu_seconds,
                metrics=len(scoring) if isinstance(scoring, (list, tuple, set, dict)) else 1,
                steady=steady,
                jobs=search.n_jobs,
            )
        )


def shape_of(data: Any) -> tuple[int | None, int | None]:  # noqa: ANN401
    """Return rows and columns of data, as far as they tell."""
    try:
        shape = getattr(data, "shape", None)
        if shape is None:
            return len(data), None
        return int(shape[0]), int(shape[1]) if len(shape) > 1 else None
    except Exception:  # noqa: BLE001 - data unlike any that we know
        return None, None


def _stated(bearer: Any) -> bool:  # noqa: ANN401
    """Whether some ``n_jobs`` in an estimator or its parts is set: all are ``None`` where nobody sets them."""
    parameters: Mapping[str, Any] = bearer.get_params() if hasattr(bearer, "get_params") else {}
    return any(name.endswith("n_jobs") and value is not None for name, value in parameters.items())


def _task_seconds(results: Any) -> float:  # noqa: ANN401
    if not isinstance(results, list) or not all(isinstance(each, dict) and "fit_time" in each for each in results):
        return math.nan
    return float(sum(each["fit_time"] + each.get("score_time", 0.0) for each in results))


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
