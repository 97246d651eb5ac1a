"""R26: more threads than cores, or threads for operations that are over before they have met."""

from __future__ import annotations

import ast

from ...work.forward_traits import Forward
from ..evidence import Evidence, Notebook
from ..forwards import heaviest, millions
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import dotted
from ..source_code.edits import Places
from ..source_code.model_code import edit, torch_name
from ..suggestion import Edit, Finding, Snippet

_CPU = 0.8  # of the parameters
_SHARED = 1.2  # times the CPU time of the thread that called: less, and the others had nothing to do
# Measured with two threads, CPU time of a training step against one: a layer of 64 x 64 and 32 rows twice as much, of
# 128 x 128 and 64 rows thrice, of 256 x 256 and 64 rows 1.7 times, with 128 rows 1.2 times, of 512 x 512 the same.
_TINY = 256 * 256 * 64  # multiplications of its largest layer
_PASSES = 100  # of all rows, or steps of a recurrent layer; fewer are over before it matters
_ENOUGH = 0.2  # s of CPU time, or nothing was seen
_CHOSEN = ("set_num_threads", "threadpool_limits", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def see(cell: Evidence, notebook: Notebook, _gates: Gates) -> Finding | None:
    """Speak where PyTorch computed on the processor with too many threads."""
    state, cpus = cell.torch, cell.machine.cpus
    if state is None or not cell.process_seconds > _ENOUGH or cell.code.keywords("n_jobs"):
        return None
    shared = cell.process_seconds / max(cell.thread_seconds, 1e-3)
    forwards = [each for each in heaviest(cell.seen(Forward)) if each.model.on("cpu") > _CPU]
    if not shared > _SHARED or not (forwards or _computes(cell, notebook)):
        return None
    if state.threads > cpus and not notebook.says("threadpool_limits"):
        return Finding(
            f"PyTorch may use {state.threads} threads, and this kernel {cpus} processor{'s' * (cpus > 1)}; all threads "
            f"together took {shared:.1f} times the CPU time of the one that called.",
            saving=(0.05, 0.30),
            patch=_patch(cell, notebook, cpus),
        )
    if state.threads < 2 or not forwards or _is_chosen(notebook):
        return None
    one = forwards[-1]
    recurrent = one.model.recurrent * one.rows
    largest = max(one.model.largest * one.items, recurrent)
    passes = cell.work.samples if largest > recurrent else cell.work.samples * one.items / one.rows
    if not 0 < largest <= _TINY or passes < _PASSES * one.rows:
        return None
    return Finding(
        f"{state.threads} threads shared operations of {one.model.name}, none of more than "
        f"{millions(largest)} multiplications, and took {shared:.1f} times the CPU time of the "
        "one that called: threads that wait for such small parts are busy too.",
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
