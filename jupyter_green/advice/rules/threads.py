"""R26: more threads than cores, or threads for operations that are over before they have met."""

from __future__ import annotations

import ast
import math
from collections.abc import Sequence

from ...work.forward_traits import Forward
from ..code import constant, dotted
from ..edits import Places
from ..evidence import Evidence, Notebook
from ..forwards import heaviest, items, period
from ..gates import Gates
from ..model_code import edit, torch_name
from ..rule import Rule
from ..suggestion import Edit, Finding, Snippet

_BUSY = 0.8  # cores: less, and the cell does something else than to compute
_WASTED = 1.25  # cores: with tiny operations more are busy with waiting
# Measured with two threads, CPU time of a training step against one: a layer of 64 x 64 and 32 rows twice as much, of
# 128 x 128 and 64 rows thrice, of 256 x 256 and 64 rows 1.7 times, with 128 rows 1.2 times, of 512 x 512 the same.
_TINY = 256 * 256 * 64  # multiplications of its largest layer
_SECONDS = 0.003
_ENOUGH = 0.3  # s of computing, or nothing was seen
_CHOSEN = ("set_num_threads", "threadpool_limits", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def see(cell: Evidence, notebook: Notebook, _gates: Gates) -> Finding | None:
    """Speak where PyTorch computed on the processor with too many threads."""
    state, cpus = cell.torch, cell.machine.cpus
    forwards = [each for each in heaviest(cell.seen(Forward)) if each.model.on("cpu") > _BUSY]
    if state is None or math.isnan(cell.cpu_seconds) or cell.duration <= 0 or cell.cpu_seconds < _ENOUGH:
        return None
    busy = cell.cpu_seconds / cell.duration
    if state.threads > cpus:
        if busy < _BUSY or not (forwards or _computes(cell, notebook)):
            return None
        return Finding(
            f"PyTorch used {state.threads} threads, and this kernel may use {cpus} processor{'s' * (cpus > 1)}; "
            f"{busy:.1f} were busy.",
            saving=(0.05, 0.30),
            patch=_patch(cell, notebook, cpus),
        )
    return _tiny(cell, notebook, forwards, busy)


def _tiny(cell: Evidence, notebook: Notebook, forwards: Sequence[Forward], busy: float) -> Finding | None:
    seconds = period(cell, forwards)
    if cell.torch is None or cell.torch.threads < 2 or seconds is None or seconds > _SECONDS or busy < _WASTED:
        return None
    one = forwards[-1]
    if (
        not one.model.largest
        or one.model.largest * items(one) > _TINY
        or _is_chosen(notebook)
        or _has_workers(notebook)
    ):
        return None
    return Finding(
        f"{cell.torch.threads} threads shared operations of {one.model.name} that take {seconds * 1e3:.2g} ms a step; "
        f"{busy:.1f} cores were busy, most of it with waiting for each other.",
        saving=(0.15, 0.50),
        patch=_patch(cell, notebook, 1),
    )


def _computes(cell: Evidence, notebook: Notebook) -> bool:
    """Whether the cell's own code calls PyTorch."""
    name = torch_name(notebook)
    return cell.work.samples > 0 or any(dotted(call.func).startswith(f"{name}.") for call in _all_calls(cell))


def _all_calls(cell: Evidence) -> list[ast.Call]:
    return [node for node in cell.code.nodes if isinstance(node, ast.Call)]


def _is_chosen(notebook: Notebook) -> bool:
    return any(
        code.calls(*_CHOSEN) or any(isinstance(node, ast.Constant) and node.value in _CHOSEN for node in code.nodes)
        for code in notebook.codes()
    )


def _has_workers(notebook: Notebook) -> bool:
    """Whether processes of a DataLoader used processors too."""
    return any(
        constant(word.value) != 0 for code in notebook.codes() for word in code.keywords("num_workers", "n_jobs")
    )


def _patch(cell: Evidence, notebook: Notebook, threads: int) -> Edit | Snippet | None:
    for call in cell.code.calls("set_num_threads"):
        if len(call.args) == 1:
            return edit(cell, [Places(cell.code.source).replace(call.args[0], str(threads))])
    torch = torch_name(notebook)
    return None if torch is None else Snippet(f"{torch}.set_num_threads({threads})")


RULE = Rule(
    id="R26",
    title="Use fewer threads",
    effect="same result",
    saving=(0.05, 0.50),
    source="measured: 10 % less CPU time with 2 threads instead of 8 on 2 cores, 51 % with one instead of two for tiny "
    "operations (PyTorch 2.13)",
    see=see,
    needs=("torch",),
)
