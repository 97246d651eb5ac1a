"""R22: a cell that is run again on the very same input makes the very same again."""

from __future__ import annotations

import ast

from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import dotted
from ..source_code.doubts import doubt, makes_nothing
from ..source_code.edits import Places, apply
from ..source_code.needs import free_names, needs
from ..source_code.used_definitions import imported, reached
from ..state.repeats import CACHED, REPEATED
from ..suggestion import Edit, Finding

_BUILTINS = frozenset(dir(__import__("builtins")))


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where code, all that it reads, and all that it makes are the same as when it ran before."""
    if cell.status != "ok" or not cell.inputs or cell.duration < CACHED or not gates.at_least(cell.duration, REPEATED):
        return None
    same = [each for each in notebook.earlier if _is_same(each, cell)]
    if not same or makes_nothing(cell.code):
        return None
    functions = reached(cell, notebook)
    if doubt(cell.code, [definition for definition, _ in functions.values()], imported(notebook)) is not None:
        return None
    before = f"cell [{same[-1].cell}]" if same[-1].cell is not None else "an earlier run"
    times = f"{len(same)} times before" if len(same) > 1 else f"before, as {before}"
    return Finding(
        f"This code ran {times}, and all that it reads was the same to the last byte. "
        f"The re-run took {cell.duration:.3g} s and made nothing new.",
        patch=_patch(cell, notebook),
    )


def _is_same(earlier: Evidence, cell: Evidence) -> bool:
    if earlier.status != "ok" or earlier.inputs != cell.inputs:
        return False
    if earlier.results and cell.results and earlier.results != cell.results:
        return False
    (before, after), (now_before, now_after) = earlier.chance, cell.chance
    # Random numbers were drawn by neither run, or each left their generators at the same place: it had seeded them.
    return bool(after and now_after) and (after == now_after or (before == after and now_before == now_after))


def _patch(cell: Evidence, notebook: Notebook) -> Edit | None:
    """Keep on disk what one function returns, where its arguments are all that it depends on."""
    statements = [each for each in cell.code.tree.body if not isinstance(each, (ast.Import, ast.ImportFrom))]
    last = statements[-1]
    call = getattr(last, "value", None)
    if len(statements) != 1 or not isinstance(last, (ast.Assign, ast.Expr)) or not isinstance(call, ast.Call):
        return None
    where = notebook.defining(dotted(call.func)) if isinstance(call.func, ast.Name) else None
    if where is None or "joblib" not in cell.machine.findable:
        return None
    definition = next(n for n in where.code.tree.body if getattr(n, "name", "") == dotted(call.func))
    if not isinstance(definition, ast.FunctionDef) or definition.decorator_list:
        return None
    # joblib looks at the function's own code and at its arguments: nothing else may count.
    known = _BUILTINS | {name for code in notebook.codes() for name in needs(code.tree).defined - code.defined}
    if not free_names(definition) <= known | {definition.name}:
        return None
    source, places = cell.code.source, Places(cell.code.source)
    return Edit(
        cell.cell,
        source,
        apply(
            source,
            places.before(last, "from joblib import Memory"),
            places.replace(call.func, f'Memory(".cache", verbose=0).cache({dotted(call.func)})'),
        ),
    )


RULE = Rule(
    id="R22",
    title="Keep the result instead of computing it again",
    effect="same result",
    saving=(0.90, 1.0),
    source="of the re-run, all but a look into the cache; 20 people ran 2,655 cells 9,207 times (arXiv 2507.15831)",
    see=see,
)
