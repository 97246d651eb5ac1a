"""The statement that goes through rows, written anew for whole columns."""

from __future__ import annotations

import ast

from ...work.pandas_frames import RowLoop
from ..evidence import Notebook
from ..source_code.code import constant
from ..source_code.edits import Change, Places, apply
from ..suggestion import Edit
from .row_places import RowPlace
from .vectors import Columns, NotTheSame, Vector, as_expression, quoted


def row_patch(place: RowPlace, seen: RowLoop, notebook: Notebook) -> Edit | None:
    """Return the change of the cell that the place is in; ``None`` where it cannot be shown to give the same."""
    if not (isinstance(place.frame, ast.Name) and seen.columns and seen.complete and place.row):
        return None
    columns = Columns(place.frame.id, place.row, dict(seen.columns), _numpy(notebook))
    code = place.where.code
    places = Places(code.source)
    try:
        if isinstance(place.node, ast.Call):
            changes = [_for_call(place, columns, places)]
        elif isinstance(place.node, ast.For):
            changes = [_for_loop(place, seen, columns, places)]
        else:
            return None
        return Edit(place.where.cell, code.source, apply(code.source, *changes))
    except NotTheSame:
        return None


def _for_call(place: RowPlace, columns: Columns, places: Places) -> Change:
    call = place.node
    statement = next((n for n in place.where.code.nodes if isinstance(n, ast.Assign) and n.value is call), None)
    if not isinstance(call, ast.Call) or len([*call.args, *call.keywords]) != 2 or place.body is None:
        raise NotTheSame("further arguments")
    if statement is None or len(statement.targets) != 1:
        raise NotTheSame("it is part of something else")
    vector = columns.assigned(as_expression(place.body) if isinstance(place.body, list) else place.body)
    target = statement.targets[0]
    column = isinstance(target, ast.Subscript) and ast.dump(target.value) == ast.dump(place.frame)
    # A column takes its name and its index from the frame; a series of two columns or more has no name, as of apply.
    if not (column or (len(vector.columns) > 1 and not vector.is_array)):
        raise NotTheSame("it would have another name or index")
    return places.replace(call, vector.text)


def _for_loop(place: RowPlace, seen: RowLoop, columns: Columns, places: Places) -> Change:
    loop = place.node
    if not isinstance(loop, ast.For) or len(loop.body) != 1 or loop.orelse or not _is_all(loop, place):
        raise NotTheSame("a loop that does more")
    only, code = loop.body[0], place.where.code
    after = [node for node in code.nodes if isinstance(node, ast.Name) and node.lineno > (loop.end_lineno or 0)]
    if {node.id for node in after if isinstance(node.ctx, ast.Load)} & {place.row, place.index}:
        raise NotTheSame("its variables are used after it")
    frame = code.segment(place.frame)
    if isinstance(only, ast.Expr) and isinstance(only.value, ast.Call):
        return _appended(only.value, loop, columns, places)
    if isinstance(only, ast.AugAssign) and isinstance(only.target, ast.Name) and isinstance(only.op, ast.Add):
        values = _values(columns.vector(only.value), columns)
        name = next(each for each in ("value", "each_value", "value_of_row") if each not in code.source)
        head = f"for {name} in {values}:\n{places.indent(loop)}    "
        return places.replace(loop, f"{head}{only.target.id} += {name}")
    if isinstance(only, ast.Assign) and len(only.targets) == 1:
        column = _column_of_row(only.targets[0], frame, place.index)
        vector = columns.vector(only.value)
        known = dict(seen.columns).get(column, "float64")
        if seen.counted and vector.kind == "float" and vector.columns and known == "float64":
            return places.replace(loop, f"{frame}[{quoted(column)}] = {vector.text}")
    raise NotTheSame("something else is done")


def _is_all(loop: ast.For, place: RowPlace) -> bool:
    """Whether the loop goes through the frame and nothing else: no ``enumerate``, no progress bar."""
    called = isinstance(loop.iter, ast.Call) and isinstance(loop.iter.func, ast.Attribute)
    return called and getattr(loop.iter, "func").value is place.frame  # noqa: B009 - seen one line above


def _appended(call: ast.Call, loop: ast.For, columns: Columns, places: Places) -> Change:
    to = call.func
    if not (isinstance(to, ast.Attribute) and to.attr == "append" and isinstance(to.value, ast.Name) and call.args):
        raise NotTheSame("something else is called")
    return places.replace(loop, f"{to.value.id}.extend({_values(columns.vector(call.args[0]), columns)})")


def _values(vector: Vector, columns: Columns) -> str:
    """Return the expression whose elements are of the types that rows have."""
    if (
        not vector.columns
        or vector.is_array
        or vector.kind == "text"
        or (vector.kind == "int" and not columns.whole_rows)
    ):
        raise NotTheSame("its elements would be of another type")
    method = "to_numpy" if columns.number_rows else "tolist"
    return f"({vector.text}).{method}()" if " " in vector.text else f"{vector.text}.{method}()"


def _column_of_row(target: ast.expr, frame: str, index: str) -> str:
    """Return the column of ``frame.at[index, column]``."""
    if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Attribute) and index:
        where = target.slice
        named = target.value.attr in ("at", "loc") and getattr(target.value.value, "id", None) == frame
        if (
            named
            and isinstance(where, ast.Tuple)
            and len(where.elts) == 2
            and getattr(where.elts[0], "id", "") == index
        ):
            column = constant(where.elts[1])
            if isinstance(column, str):
                return column
    raise NotTheSame("something else is set")


def _numpy(notebook: Notebook) -> str:
    """Return what NumPy is called; empty where it is not imported."""
    for code in notebook.codes():
        for node in code.nodes:
            if isinstance(node, ast.Import):
                for each in node.names:
                    if each.name == "numpy":
                        return each.asname or "numpy"
    return ""
