"""Where a notebook says how large its batches are, and what the size was."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...work.forward_traits import Forward
from ..evidence import Evidence, Notebook
from ..passes import passes, training
from ..suggestion import Edit
from .code import argument, constant, last_name
from .edits import Places, apply

_KEYWORDS = ("batch_size", "per_device_train_batch_size", "train_batch_size")
UNTESTED = "This is of energy per sample; accuracy was not tested."
SWEEP = "`%carbon try FN --variant batch=sweep` measures sizes from B/4 to 4B."


def rows(cell: Evidence) -> int | None:
    """Return how many samples a batch had: by the loader that models learned from, else by what models were given."""
    gone = training(cell) or passes(cell)
    if gone and gone[-1].begun.batch_size is not None:
        return gone[-1].begun.batch_size
    given = [each.rows for each in cell.seen(Forward) if not each.larger]
    return max(set(given), key=given.count) if given else None


def changed(notebook: Notebook, size: int, new: int) -> Edit | None:
    """Return the change of the cell that says the size; ``None`` where none does so plainly."""
    for cell in reversed(notebook.cells):
        for given in _given(cell):
            found = (cell, given) if constant(given) == size else _assigned(notebook, given, size)
            if found is not None:
                where, node = found
                source = where.code.source
                return Edit(where.cell, source, apply(source, Places(source).replace(node, str(new))))
    return None


def _given(cell: Evidence) -> Iterator[ast.expr]:
    """Yield what is given as a batch size: to DataLoaders and to the settings of trainers."""
    for node in cell.code.nodes:
        if not isinstance(node, ast.Call):
            continue
        name = last_name(node.func)
        if name.endswith(("DataLoader", "Arguments", "Config", "DataModule")):
            at = 1 if name == "DataLoader" else None
            yield from (value for word in _KEYWORDS if (value := argument(node, word, at)) is not None)


def _assigned(notebook: Notebook, given: ast.expr, size: int) -> tuple[Evidence, ast.expr] | None:
    """Return where a variable got the size, if that is what is given."""
    if not isinstance(given, ast.Name):
        return None
    for cell in reversed(notebook.cells):
        for statement in reversed(cell.code.tree.body):
            if (
                isinstance(statement, ast.Assign)
                and len(statement.targets) == 1
                and last_name(statement.targets[0]) == given.id
                and constant(statement.value) == size
            ):
                return cell, statement.value
    return None
