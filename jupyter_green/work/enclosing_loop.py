"""Whether a bar stands inside a loop of the cell that has no bar: then its end is not the cell's.

``for epoch in range(10): for batch in tqdm(loader): …`` shows a bar in each epoch and none for the epochs. What the
main thread is doing tells, for loops in a notebook's cells: their source is at hand, and users write such loops there.
"""

from __future__ import annotations

import ast
import itertools
import linecache
import sys
import threading
from collections.abc import Iterator
from functools import lru_cache
from types import FrameType, ModuleType
from typing import Any

_Loop = ast.For | ast.AsyncFor | ast.While
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def inside_a_bare_loop(bar: Any) -> bool:  # noqa: ANN401 - tqdm has no types
    """Return whether the outermost loop that the main thread runs in a cell's code is another than this bar's."""
    for frame in _cells():
        loops = _around(frame)
        if loops:
            return not (_iterates_a_bar(loops[0], frame) or _made_before(bar, loops[0], frame))
    return False


def inside_any_loop() -> bool:
    """Return whether the main thread runs a loop or a comprehension of a cell's code."""
    return any(_around(frame) or _in_a_comprehension(frame) for frame in _cells())


def _cells() -> Iterator[FrameType]:
    """Yield the main thread's frames that run a cell's code, outermost first."""
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    frames = []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    for frame in reversed(frames):
        if _source(frame.f_code.co_filename) is not None:
            yield frame


def _source(filename: str) -> str | None:
    """Return the source of a cell; ``None`` for files."""
    entry = linecache.cache.get(filename)
    # IPython keeps the source of cells there without a time of change, as they are in no file.
    return "".join(entry[2]) if entry is not None and len(entry) == 4 and entry[1] is None else None


@lru_cache(maxsize=16)
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def _around(frame: FrameType) -> list[_Loop]:
    """Return the loops around the line that a frame is at, outermost first."""
    source = _source(frame.f_code.co_filename)
    try:
        node: ast.AST | None = _parsed(source or "")
    except SyntaxError:  # top-level magics and the like, which IPython rewrites
        return []
    found: list[_Loop] = []
    while node is not None:
        if isinstance(node, _FUNCTIONS):
            found.clear()  # what is around the definition is not around the call
        elif isinstance(node, _LOOPS):
            found.append(node)
        node = next((part for part in ast.iter_child_nodes(node) if _holds(part, frame.f_lineno)), None)
    return found


def _in_a_comprehension(frame: FrameType) -> bool:
    """Whether the instruction that a frame is at belongs to one: a frame of its own up to Python 3.11, none after."""
    positions = getattr(frame.f_code, "co_positions", None)
    if positions is None:
        return frame.f_code.co_name in ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
    line, end_line, column, end_column = next(itertools.islice(positions(), frame.f_lasti // 2, None))
    if None in (line, end_line, column, end_column):
        return False
    try:
        tree = _parsed(_source(frame.f_code.co_filename) or "")
    except SyntaxError:
        return False
    return any(
        isinstance(node, _COMPREHENSIONS)
        and (node.lineno, node.col_offset) <= (line, column)
        and (end_line, end_column) <= (node.end_lineno, node.end_col_offset)
        for node in ast.walk(tree)
    )


def _holds(node: ast.AST, line: int) -> bool:
    first, last = getattr(node, "lineno", None), getattr(node, "end_lineno", None)
    return first is not None and last is not None and first <= line <= last


def _iterates_a_bar(loop: _Loop, frame: FrameType) -> bool:
    if isinstance(loop, ast.While):
        return False
    names = {node.id for node in ast.walk(loop.iter) if isinstance(node, ast.Name)}
    return any(_is_tqdm(frame.f_locals.get(name, frame.f_globals.get(name))) for name in names)


def _is_tqdm(value: object) -> bool:
    """Whether a value is tqdm's module, a class or function of it, or a bar."""
    if isinstance(value, ModuleType):
        return value.__name__.partition(".")[0] == "tqdm"
    kind = value if isinstance(value, type) else type(value)
    modules = [each.__module__ for each in kind.__mro__] + [str(getattr(value, "__module__", ""))]
    return any(module.partition(".")[0] == "tqdm" for module in modules)


def _made_before(bar: object, loop: _Loop, frame: FrameType) -> bool:
    """Whether a variable of the frame is this bar, and the loop does not bind it: the loop moves it by ``update``."""
    bound = {node.id for node in ast.walk(loop) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return any(value is bar for name, value in [*frame.f_locals.items()] if name not in bound)
