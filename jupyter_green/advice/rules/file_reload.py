"""R28: a file that is read again and again is parsed again each time."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence

from ...work.file_reads import CSV, EXCEL, JSON, File, FileRead
from ..evidence import Evidence, Notebook
from ..gates import Gates
from ..rule import Rule
from ..source_code.code import Code, argument, constant, inside, last_name
from ..source_code.edits import Places, apply
from ..source_code.needs import free_names
from ..suggestion import Edit, Finding, Snippet

_OFTEN = 3
_SECONDS = 1.0  # of reading in all; below, it is worth no word
_READERS = {CSV: ("read_csv", "read_table"), JSON: ("read_json",), EXCEL: ("read_excel",)}
_UNLIKE = {"typ", "sheet_name"}  # settings of which may come something else than one table
_PATHS = ("filepath_or_buffer", "path_or_buf", "io")  # as the readers name it
_LOOPS = (ast.For, ast.While)
Key = tuple[str, File, int]  # how it was read, and the columns that were chosen


def see(cell: Evidence, notebook: Notebook, gates: Gates) -> Finding | None:
    """Speak where one version of a file was read whole three times or more, the last time in this cell."""
    here: dict[Key, float] = {_key(read): 0.0 for read in cell.seen(FileRead) if read.whole}
    if not here:
        return None
    reads = [read for each in notebook.cells for read in each.seen(FileRead) if read.whole and _key(read) in here]
    times = Counter(map(_key, reads))
    seconds = dict.fromkeys(here, 0.0)
    for read in reads:
        seconds[_key(read)] += read.seconds
    for read in cell.seen(FileRead):
        if read.whole:
            here[_key(read)] += read.seconds
    often = [key for key in here if times[key] >= _OFTEN]
    if not often:
        return None
    most = max(often, key=lambda key: seconds[key])
    if not gates.at_least(seconds[most], _SECONDS):
        return None
    kind, file, _columns = most
    return Finding(
        f"One file of {_bytes(file.size)} was read {times[most]} times, {seconds[most]:.2g} s in all, "
        "and was the same each time.",
        patch=_patch(cell, notebook, _READERS[kind]),
        share=min(1.0, here[most] / cell.duration) if cell.duration > 0 else 1.0,
    )


def _key(read: FileRead) -> Key:
    return read.kind, read.file, read.columns


def _bytes(size: float) -> str:
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} GB"


def _patch(cell: Evidence, notebook: Notebook, readers: Sequence[str]) -> Edit | Snippet | None:
    found = next(((code, call) for code in notebook.codes() for call in code.calls(*readers)), None)
    in_loop = _out_of_loop(cell, readers)
    if in_loop is not None or found is None:
        return in_loop
    code, call = found
    path = next((given for name in _PATHS if (given := argument(call, name, 0)) is not None), None)
    library = code.segment(call.func).rpartition(".")[0]
    if path is None or not library or any(each.arg in _UNLIKE for each in call.keywords):
        return None
    kind = "parquet" if "pyarrow" in cell.machine.findable else "pickle"
    named = constant(path)
    stem = named.rpartition(".")[0] or named if isinstance(named, str) else None
    copy = repr(f"{stem}.{kind}") if stem else f'f"{{{code.segment(path)}}}.{kind}"'
    if stem is None and any(quote in code.segment(path) for quote in "\"'\n"):
        return None
    return Snippet(
        f"# once:\n{code.segment(call)}.to_{kind}({copy})\n"
        f"# then, in place of {last_name(call.func)}:\n{library}.read_{kind}({copy})\n"
    )


def _out_of_loop(cell: Evidence, readers: Sequence[str]) -> Edit | None:
    """Read before the loop, and give each round a copy of its own."""
    code = cell.code
    for loop in code.nodes:
        if isinstance(loop, _LOOPS):
            calls = [n for n in ast.walk(loop) if isinstance(n, ast.Call) and last_name(n.func) in readers]
            if len(calls) == 1 and isinstance(calls[0].func, ast.Attribute) and _stays_the_same(calls[0], loop, code):
                source, places = code.source, Places(code.source)
                name = next(f"as_read{n}" for n in ("", *range(2, 99)) if f"as_read{n}" not in code.said)
                above = places.before(loop, f"{name} = {code.segment(calls[0])}")
                return Edit(cell.cell, source, apply(source, above, places.replace(calls[0], f"{name}.copy()")))
    return None


def _stays_the_same(call: ast.Call, loop: ast.For | ast.While, code: Code) -> bool:
    bound = {n.id for n in ast.walk(loop) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    read = free_names(ast.Lambda(ast.arguments([], [], None, [], [], None, []), call))
    writes = any(last_name(n.func).startswith(("to_", "write")) for n in ast.walk(loop) if isinstance(n, ast.Call))
    given = [*call.args, *(each.value for each in call.keywords)]
    plain = not any(isinstance(n, (ast.Call, ast.Lambda)) for each in given for n in ast.walk(each))
    one_line = call.lineno == call.end_lineno and loop.lineno != loop.body[0].lineno
    inner = any(call in ast.walk(each) for each in inside(loop, (ast.FunctionDef, ast.Lambda)))
    return plain and one_line and not (inner or writes or read & bound)


RULE = Rule(
    id="R28",
    title="Read the file once, or from a copy that needs no parsing",
    effect="same result",
    saving=(0.40, 0.85),
    source="of reading: 85 % less from Parquet, 46 % with usecols (measured, pandas 3 on a CPU)",
    see=see,
    needs=("pandas",),
)
