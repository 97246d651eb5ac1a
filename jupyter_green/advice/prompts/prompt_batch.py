"""A loop over prompts made into one call: padded at the left, so that all answers begin in the same place."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from ...work.generation_traits import Generation
from ..evidence import Evidence, Notebook
from ..source_code.code import dotted, last_name
from ..source_code.edits import Change, Places, apply
from ..suggestion import Edit, Snippet
from .prompt_loops import PromptLoop

_MOST = 32  # prompts in one call; of more the memory is unsure
_BATCH = 8  # of a pipeline
_EACH, _WRITTEN = "each_prompt", "written"
_WORDS = ("generate",)


def batched(loop: PromptLoop, ran: Sequence[Generation], notebook: Notebook) -> Edit | Snippet | None:
    """Return the loop with one call before it, a cell with that call, or ``None`` where no template fits."""
    if isinstance(loop.node, ast.For) and loop.given.frames == 0:
        edit = _Loop(loop, loop.node).edit(ran, notebook)
        if edit is not None:
            return edit
    return _snippet(loop)


def listed(cell: Evidence, call: ast.Call) -> Edit | None:
    """Return the cell in which a pipeline that is given a list reads several of it at a time."""
    source, places = cell.code.source, Places(cell.code.source)
    statement = next(each for each in cell.code.tree.body if any(inner is call for inner in ast.walk(each)))
    if not dotted(call.func):
        return None
    lines = "\n".join(_padding(f"{cell.code.segment(call.func)}.tokenizer"))
    changes = [places.before(statement, lines), places.keyword(call, "batch_size", str(_BATCH))]
    return Edit(cell.cell, source, apply(source, *changes))


class _Loop:
    """A ``for`` loop whose body makes the call itself."""

    def __init__(self, loop: PromptLoop, node: ast.For) -> None:
        self._cell, self._node, self._call = loop.cell, node, loop.given.call
        self._places = Places(loop.cell.code.source)
        self._each, self._written = _EACH, _WRITTEN
        self._target, self._iterable = self._text(node.target), self._text(node.iter)
        self._set = {
            each.id
            for part in node.body
            for each in ast.walk(part)
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
        }

    def edit(self, ran: Sequence[Generation], notebook: Notebook) -> Edit | None:
        nodes = [each for code in notebook.codes() for each in code.nodes]
        names = {each.id for each in nodes if isinstance(each, ast.Name)}
        names |= {alias.asname or alias.name for each in nodes if isinstance(each, ast.Import) for alias in each.names}
        keywords = {each.arg for each in self._call.keywords}
        self._each, self._written = _unused(_EACH, names), _unused(_WRITTEN, names)
        if "return_dict_in_generate" in keywords or self._shares_lines():
            return None
        if last_name(self._call.func) not in _WORDS:
            return self._of_pipeline()
        if len(ran) > _MOST:
            return None
        return self._of_tokenizer() or self._of_tensors(ran, names)

    def _of_pipeline(self) -> Edit | None:
        if not self._call.args or not self._is_of_target(self._call.args[0]) or not dotted(self._call.func):
            return None
        if any(each.arg == "batch_size" for each in self._call.keywords):
            return None
        pipe = self._text(self._call.func)
        first = self._call.args[0]
        call = self._with(first, f"[{self._text(first)} for {self._target} in {self._each}]", f"batch_size={_BATCH}")
        return self._changed(_padding(f"{pipe}.tokenizer"), call)

    def _of_tokenizer(self) -> Edit | None:
        spread = [each.value for each in self._call.keywords if each.arg is None]
        if len(spread) != 1 or self._call.args:
            return None
        encoding, statement = spread[0], None
        if isinstance(encoding, ast.Name):
            statement = next(
                (each for each in self._node.body if isinstance(each, ast.Assign) and _sets(each, encoding.id)), None
            )
            if statement is None:
                return None
            encoding = statement.value
        inner = _innermost(encoding)
        if inner is None or not inner.args or not self._is_of_target(inner.args[0]) or not dotted(inner.func):
            return None
        if not any(each.arg == "return_tensors" for each in inner.keywords):
            return None
        first = inner.args[0]
        rest = [self._text(each) for each in inner.keywords if each.arg != "padding"]
        tokens = f"{self._text(inner.func)}({', '.join([self._listed(first), *rest, 'padding=True'])})"
        before, after = self._around(encoding, inner)
        tokens = before + tokens + after
        lines = _padding(self._text(inner.func))
        if statement is None:
            return self._changed(lines, self._with(spread[0], tokens) + ".split(1)")
        name = self._text(statement.targets[0])
        return self._changed([*lines, f"{name} = {tokens}"], f"{self._text(self._call)}.split(1)", statement)

    def _of_tensors(self, ran: Sequence[Generation], names: set[str]) -> Edit | None:
        """Rows of tokens that are all as long can be put together as they are."""
        if "torch" not in names or len({each.prompt_tokens for each in ran}) != 1:
            return None
        masks = [each for each in self._call.keywords if each.arg in ("attention_mask", None)]
        given = [each.value for each in self._call.keywords if each.arg in ("inputs", "input_ids")]
        first = [*self._call.args[:1], *given]
        if masks or len(first) != 1 or not self._is_of_target(first[0]):
            return None
        return self._changed([], self._with(first[0], f"torch.cat({self._listed(first[0])})") + ".split(1)")

    def _changed(self, lines: list[str], call: str, gone: ast.stmt | None = None) -> Edit | None:
        """Return the loop with lines before it, over what the call gave; a statement may be gone from its body."""
        node, places = self._node, self._places
        if gone is not None and len(node.body) == 1:
            return None
        header = [f"{self._each} = list({self._iterable})", *lines]
        changes: list[Change] = [
            places.before(node, "\n".join(header)),
            places.replace(node.target, f"{_bracketed(node.target, self._target)}, {self._written}"),
            places.replace(node.iter, f"zip({self._each}, {call})"),
            places.replace(self._call, self._written),
        ]
        if gone is not None:
            changes.append(places.without(gone))
        source = self._cell.code.source
        return Edit(self._cell.cell, source, apply(source, *changes))

    def _listed(self, first: ast.expr) -> str:
        return f"[{self._text(first)} for {self._target} in {self._each}]"

    def _with(self, part: ast.expr, text: str, *more: str) -> str:
        """Return the call's text with another text for one part of it."""
        start = self._places.start(self._call)
        whole = self._text(self._call)
        at, end = self._places.start(part) - start, self._places.end(part) - start
        whole = whole[:at] + text + whole[end:]
        return whole[:-1] + "".join(f", {each}" for each in more) + ")" if more else whole

    def _around(self, outer: ast.expr, inner: ast.expr) -> tuple[str, str]:
        whole, start = self._text(outer), self._places.start(outer)
        return whole[: self._places.start(inner) - start], whole[self._places.end(inner) - start :]

    def _is_of_target(self, node: ast.expr) -> bool:
        """Whether an expression can stand before the loop: it reads nothing that the loop's body sets."""
        return all(each.id not in self._set for each in ast.walk(node) if isinstance(each, ast.Name))

    def _shares_lines(self) -> bool:
        lines = [each.lineno for each in self._node.body]
        return len(set(lines)) < len(lines) or self._node.lineno in lines

    def _text(self, node: ast.AST) -> str:
        return self._cell.code.segment(node)


def _snippet(loop: PromptLoop) -> Snippet | None:
    """Return a cell of its own for a loop whose model, tokenizer and prompts have names."""
    node, call = loop.node, loop.given.call
    if not isinstance(node, ast.For) or not isinstance(node.target, ast.Name) or loop.given.frames:
        return None
    prompts, model = node.iter, getattr(call.func, "value", call.func)
    inner = next((each for each in map(_innermost, _encodings(node)) if each is not None), None)
    if inner is None or not isinstance(prompts, ast.Name) or not dotted(model) or not dotted(inner.func):
        return None
    text = loop.cell.code.segment
    tokenizer, model_name = text(inner.func), text(model)
    settings = [text(each) for each in call.keywords if each.arg not in (None, "input_ids", "attention_mask", "inputs")]
    lines = [
        *_padding(tokenizer),
        "answers = []",
        f"for at in range(0, len({prompts.id}), {_BATCH}):",
        f'    inputs = {tokenizer}({prompts.id}[at : at + {_BATCH}], return_tensors="pt", padding=True)'
        f".to({model_name}.device)",
        f"    {_WRITTEN} = {model_name}.generate({', '.join(['**inputs', *settings])})",
        f'    answers += {tokenizer}.batch_decode({_WRITTEN}[:, inputs["input_ids"].shape[1] :], '
        "skip_special_tokens=True)",
    ]
    return Snippet("\n".join(lines) + "\n")


def _padding(tokenizer: str) -> list[str]:
    return [
        f'{tokenizer}.padding_side = "left"',
        f"{tokenizer}.pad_token = {tokenizer}.pad_token or {tokenizer}.eos_token",
    ]


def _encodings(node: ast.For) -> list[ast.expr]:
    return [each for part in node.body for each in ast.walk(part) if isinstance(each, ast.Call)]


def _innermost(node: ast.expr) -> ast.Call | None:
    """Return the call of a tokenizer in ``tokenizer(…).to(…)``."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("to", "cuda"):
        node = node.func.value
    if not isinstance(node, ast.Call):
        return None
    return node if any(each.arg == "return_tensors" for each in node.keywords) else None


def _sets(statement: ast.Assign, name: str) -> bool:
    return len(statement.targets) == 1 and last_name(statement.targets[0]) == name


def _bracketed(target: ast.expr, text: str) -> str:
    return f"({text})" if isinstance(target, ast.Tuple) and not text.startswith("(") else text


def _unused(name: str, names: set[str]) -> str:
    while name in names:
        name += "_"
    return name
