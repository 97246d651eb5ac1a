"""Loops that ask a model one prompt after another, though all prompts are known before the first."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..evidence import Evidence, Notebook
from ..source_code.code import argument, last_name
from ..source_code.generators import pipelines
from ..source_code.loop_flow import EACH, Flow, Given
from ..source_code.reach import Function, functions, reached

# Settings that only say how long an answer may be as its prompt is, or what the tokenizer says of it.
_OF_PROMPTS = frozenset(
    {"**", "inputs", "input_ids", "attention_mask", "token_type_ids", "position_ids", "inputs_embeds"}
    | {"input_features", "pixel_values", "text_inputs", "text", "images", "max_length"}
)
_FIRST = 0  # the position of the prompt
# Who does one of these in each round wants it round by round: asks, times it, shows it word by word, seeds it, waits.
_ROUND_BY_ROUND = frozenset(
    {"input", "perf_counter", "perf_counter_ns", "process_time", "monotonic", "time", "Timer", "default_timer"}
    | {"manual_seed", "set_seed", "seed", "sleep", "clear_output", "getpass", "measure"}
)
# Arguments that serve one row, or are filled from one call to the next.
_ROW_BY_ROW = frozenset({"streamer", "past_key_values", "cache", "assistant_model"})
_UNENDING = frozenset({"iter", "count", "cycle", "repeat", "input", "get", "stdin"})
_MAPS = frozenset({"map", "apply", "progress_apply", "applymap", "imap"})
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_REPEATED = (*_COMPREHENSIONS, ast.While, ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@dataclass(frozen=True, slots=True)
class PromptLoop:
    """One such loop.

    Attributes
    ----------
    cell
        Whose code it is.
    node
        The loop, a comprehension, or the call that maps a function.
    given
        The call that asks.
    """

    cell: Evidence
    node: ast.AST
    given: Given


def prompt_loop(cell: Evidence, notebook: Notebook, asks: Callable[[ast.Call], bool]) -> PromptLoop | None:
    """Return the innermost such loop that runs with a cell, its own before those of functions that it calls."""
    known = functions(notebook)
    for at, nodes in reached(cell, notebook):
        for node in reversed(nodes):
            given = _asked_in(node, asks, known)
            if given is not None:
                return PromptLoop(at, node, given)
    return None


def listed_call(cell: Evidence, notebook: Notebook) -> ast.Call | None:
    """Return the one call of a cell that gives a pipeline several prompts, one batch each: it stands in no loop."""
    bound = pipelines(notebook)
    made = [call for code in notebook.codes() for call in code.calls("pipeline")]
    calls = [call for name in bound for call in cell.code.calls(name)]
    again = [part for node in cell.code.nodes for part in _repeated(node)]
    if len(calls) != 1 or any(inner is calls[0] for part in again for inner in ast.walk(part)):
        return None
    if any(each.arg == "batch_size" for call in (*made, *calls) for each in call.keywords):
        return None
    first = argument(calls[0], "text_inputs", 0)
    return None if first is None or isinstance(first, (ast.Constant, ast.JoinedStr)) else calls[0]


def _repeated(node: ast.AST) -> Sequence[ast.AST]:
    """Return the parts of a node that may run more than once; what a loop goes over is made once."""
    if isinstance(node, (ast.For, ast.AsyncFor)):
        return node.body
    return [node] if isinstance(node, _REPEATED) else []


def _asked_in(node: ast.AST, asks: Callable[[ast.Call], bool], known: Mapping[str, Function]) -> Given | None:
    for target, iterable, body in _rounds(node, known):
        flow = Flow(asks, known)
        flow.round(target, body)
        if not flow.given or not flow.calls.isdisjoint(_ROUND_BY_ROUND) or flow.leads_back(flow.ends_by):
            continue
        if _unending(iterable, known) or flow.leads_back(frozenset({flow.path(iterable)})):
            continue
        if any(isinstance(inner, (ast.Yield, ast.YieldFrom, ast.Await)) for part in body for inner in ast.walk(part)):
            continue
        if all(_is_free(each, flow) for each in flow.given):
            return flow.given[0]
    return None


def _rounds(
    node: ast.AST, known: Mapping[str, Function]
) -> Iterator[tuple[ast.expr, ast.expr, Sequence[ast.stmt | ast.expr]]]:
    """Yield target, iterable and body of what goes round."""
    if isinstance(node, ast.For):
        yield node.target, node.iter, node.body
    elif isinstance(node, _COMPREHENSIONS):
        inner = node.generators[-1]
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        yield inner.target, inner.iter, [*inner.ifs, *parts]
    elif isinstance(node, ast.Call) and last_name(node.func) in _MAPS and node.args:
        mapped = node.args[0]
        iterable = node.args[1] if len(node.args) > 1 else getattr(node.func, "value", mapped)
        each = ast.Name("each item", ast.Store())
        if isinstance(mapped, ast.Name) and mapped.id in known:
            read = ast.Name("each item", ast.Load())
            yield each, iterable, [ast.Call(ast.Name(mapped.id, ast.Load()), [read], [])]
        elif isinstance(mapped, ast.Lambda) and mapped.args.args:
            yield ast.Name(mapped.args.args[0].arg, ast.Store()), iterable, [mapped.body]


def _unending(iterable: ast.expr, known: Mapping[str, Function]) -> bool:
    """Whether nobody knows, before the first round, what comes."""
    for node in ast.walk(iterable):
        if isinstance(node, (ast.Name, ast.Attribute)) and last_name(node) in _UNENDING:
            return True
        function = known.get(last_name(node.func)) if isinstance(node, ast.Call) else None
        if function is not None and any(isinstance(each, ast.Yield) for each in ast.walk(function.node)):
            return True
    return False


def _is_free(given: Given, flow: Flow) -> bool:
    """Whether what a call is asked comes from the loop, from no answer before, and its settings stay the same."""
    prompts = frozenset[str]().union(
        *(sources for key, sources in given.arguments.items() if key == _FIRST or key in _OF_PROMPTS)
    )
    others = frozenset[str]().union(
        *(sources for key, sources in given.arguments.items() if key != _FIRST and key not in _OF_PROMPTS)
    )
    if not _ROW_BY_ROW.isdisjoint(given.arguments) or EACH in others or flow.leads_back(others):
        return False
    return EACH in prompts and not flow.leads_back(prompts)
