"""The one function through which PyTorch calls every module, with code of ours in it.

A hook for all modules would send each part of a model through PyTorch's slow path, and a hook on a model would be saved
and copied with it. So the function's *code* is exchanged and the function stays: whoever holds, compares or looks up
that function, as TorchDynamo and torch.fx do, finds what was always there; once the code is put back, nothing is left
anywhere. File, name and line are the original's, so that tracebacks read and TorchDynamo decides as ever.
"""

from __future__ import annotations

import ast
import dis
from types import CodeType
from typing import Any, Protocol

from .counts import INSIDE
from .replaced import Remove

# The names in quotes become what they name: as constants of the code, since a global would be left in PyTorch's module.
# TorchDynamo takes the first question for true, so what it compiles holds nothing of ours. An interrupt is only seen
# where a call begins or ends: never between the mark and the `try` that takes it away. What has neither parts nor
# parameters, as most losses, is no model, and what it calls by a way of its own may be one.
_SOURCE = """
def _wrapped_call_impl(self, *args, **kwargs):
    call = self._call_impl if self._compiled_call_impl is None else self._compiled_call_impl
    if torch.compiler.is_dynamo_compiling() or "INSIDE".root is not None:
        return call(*args, **kwargs)
    holds = self.__dict__.get
    if not holds("_modules", True) and not holds("_parameters", True):
        return call(*args, **kwargs)
    "INSIDE".root = self
    try:
        output = call(*args, **kwargs)
    finally:
        "INSIDE".root = None
    "ROOTS".passed(self, args, kwargs, output)
    return output
"""
_DOES = ("_compiled_call_impl", "_call_impl")  # all that the original looks up
_TAKES = ("self", "args", "kwargs")


class Roots(Protocol):
    """Who is told of each call of a module with parts or parameters that was inside no other, once it ended well."""

    def passed(self, module: Any, args: Any, kwargs: Any, output: Any) -> None: ...  # noqa: ANN401, D102


def observed(function: Any, roots: Roots) -> Remove:  # noqa: ANN401 - of a library that we do not import
    """Let *roots* know of calls from now on; return what puts the original code back.

    Parameters
    ----------
    function
        What is ``torch.nn.Module.__call__``, unless others have put something around it.

    Raises
    ------
    LookupError
        When it does something else than in the versions of PyTorch that are known, 2.1 and later.
    """
    original = function.__code__
    if original.co_names != _DOES or original.co_varnames != _TAKES:
        raise LookupError("the call of torch.nn.Module is built in another way than expected")
    ours = _code(original, {"INSIDE": INSIDE, "ROOTS": roots})
    function.__code__ = ours

    def remove() -> None:
        if function.__code__ is ours:
            function.__code__ = original

    return remove


def _code(original: CodeType, objects: dict[str, object]) -> CodeType:
    tree = ast.parse(_SOURCE)
    place = _place(original)
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.expr, ast.arg)):
            vars(node).update(place)
        if isinstance(node, ast.FunctionDef):
            node.lineno = original.co_firstlineno
    module = compile(tree, original.co_filename, "exec")
    code = next(constant for constant in module.co_consts if isinstance(constant, CodeType))
    return code.replace(
        co_consts=tuple(
            objects.get(constant, constant) if isinstance(constant, str) else constant for constant in code.co_consts
        )
    )


def _place(original: CodeType) -> dict[str, int]:
    """Return where the original makes its call, in the terms of the syntax tree."""
    call = [each for each in dis.get_instructions(original) if each.opname == "CALL_FUNCTION_EX"][-1]
    at = getattr(call, "positions", None)  # from Python 3.11
    if at is None:
        line = max(line for *_, line in original.co_lines() if line)
        return {"lineno": line, "end_lineno": line, "col_offset": 0, "end_col_offset": 0}
    return dict(zip(("lineno", "end_lineno", "col_offset", "end_col_offset"), at, strict=True))
