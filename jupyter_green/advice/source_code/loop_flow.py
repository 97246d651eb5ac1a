"""What flows where in a loop: into calls that are looked for, and from them back into those of the next round.

A cautious reading of the syntax tree. Functions and methods of the notebook are followed where they are called; of all
others, what comes out is taken to be made of what goes in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from .code import last_name
from .flow_names import FOUND, NOTHING, Frame, Names, Sources, local_names
from .reach import Function

EACH = "<each>"  # what the loop takes one by one
_DEEP, _MOST = 6, 200  # functions within functions, and in all
_MUTATORS = frozenset(
    {"append", "appendleft", "extend", "extendleft", "insert", "add", "update", "setdefault"}
    | {"push", "put", "write", "send", "set", "register"}
)


@dataclass(frozen=True, slots=True)
class Given:
    """What one call was given.

    Attributes
    ----------
    call
        The call.
    arguments
        Where each argument is from: by position, by keyword, or ``**``.
    frames
        How many functions deep it stands.
    """

    call: ast.Call
    arguments: Mapping[int | str, Sources]
    frames: int


class Flow(Names):
    """Follows one round of a loop.

    Parameters
    ----------
    wanted
        Whether a call is looked for.
    functions
        Those of the notebook.
    """

    def __init__(self, wanted: Callable[[ast.Call], bool], functions: Mapping[str, Function]) -> None:
        super().__init__()
        self._wanted, self._functions = wanted, functions
        self._made = 0
        self.given: list[Given] = []
        """The calls that were found."""
        self.calls: set[str] = set()
        """Last names of all that is called."""
        self.ends_by: Sources = NOTHING
        """What decides whether a round, or the loop, goes on."""

    def round(self, target: ast.expr | None, body: Iterable[ast.stmt | ast.expr]) -> None:
        """Follow one round."""
        if target is not None:
            self._bind(target, frozenset({EACH}))
        for part in body:
            if isinstance(part, ast.stmt):
                self._run(part)
            else:
                self._value(part)

    # -- statements --------------------------------------------------------------------------------------------------

    def _run(self, statement: ast.stmt) -> None:
        match statement:
            case ast.Assign(targets=targets, value=value):
                self._assign(targets, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign([target], value)
            case ast.AugAssign(target=target, value=value):
                self._change(target, self._value(value))
            case ast.Expr(value=value):
                self._value(value, alone=True)
            case ast.Return(value=value):
                self._leave()
                if value is not None:
                    frame = self._frames[-1]
                    frame.returned |= self._value(value).union(*self._control)
            case ast.Break() | ast.Continue():
                self._leave()
            case ast.If(test=test, body=body, orelse=orelse):
                self._branches(self._value(test), body, orelse)
            case ast.While(test=test, body=body, orelse=orelse):
                for _ in range(2):
                    self._branches(self._value(test), body, orelse)
            case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
                for _ in range(2):
                    self._bind(target, self._value(iterable))
                    self._branches(NOTHING, statement.body, statement.orelse)
            case ast.With(items=items, body=body) | ast.AsyncWith(items=items, body=body):
                for item in items:
                    sources = self._value(item.context_expr)
                    if item.optional_vars is not None:
                        self._bind(item.optional_vars, sources)
                self._all(body)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                pass  # followed where they are called
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=finalbody):
                self._all(body)
                for handler in handlers:
                    self._branches(NOTHING, handler.body, [])
                self._all([*orelse, *finalbody])
            case _:
                for child in ast.iter_child_nodes(statement):
                    if isinstance(child, ast.expr):
                        self._value(child)

    def _all(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._run(statement)

    def _assign(self, targets: list[ast.expr], value: ast.expr) -> None:
        for target in targets:
            if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
                parts = [self._value(part) for part in value.elts]
                for each, part in zip(target.elts, parts, strict=True):
                    self._bind(each, part)
            else:
                self._bind(target, self._value(value))

    def _branches(self, test: Sources, body: list[ast.stmt], orelse: list[ast.stmt]) -> None:
        self._control.append(test)
        before = dict(self._values)
        self._all(body)
        after, self._values = self._values, before.copy()
        self._all(orelse)
        for path in {*after, *self._values}:
            # Where only one branch sets it, it may be as it was.
            ways = [way.get(path, before.get(path, frozenset({path}))) for way in (after, self._values)]
            self._values[path] = ways[0] | ways[1]
        self._control.pop()

    def _leave(self) -> None:
        self.ends_by = self.ends_by.union(*self._control)

    # -- expressions -------------------------------------------------------------------------------------------------

    def _value(self, node: ast.expr, *, alone: bool = False) -> Sources:
        match node:
            case ast.Name() | ast.Attribute() if self.path(node):
                return self._read(self.path(node))
            case ast.Call():
                return self._call(node, alone)
            case ast.NamedExpr(target=target, value=value):
                sources = self._value(value)
                self._bind(target, sources)
                return sources
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                for generator in node.generators:
                    self._bind(generator.target, self._value(generator.iter))
                parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
                return NOTHING.union(*map(self._value, parts))
            case ast.Lambda():
                return NOTHING
            case _:
                children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
                return NOTHING.union(*map(self._value, children))

    def _call(self, call: ast.Call, alone: bool) -> Sources:
        name = last_name(call.func)
        self.calls.add(name)
        given: dict[int | str, Sources] = {at: self._value(each) for at, each in enumerate(call.args)}
        for keyword in call.keywords:
            place = keyword.arg or "**"
            given[place] = given.get(place, NOTHING) | self._value(keyword.value)
        everything = NOTHING.union(*given.values())
        if self._wanted(call):
            self.given.append(
                Given(call, {key: value.union(*self._control) for key, value in given.items()}, self._depth)
            )
            return everything | {FOUND}
        function = self._functions.get(name)
        if function is not None and self._depth < _DEEP and self._made < _MOST and self._fits(function, call):
            return self._follow(function, call, given)
        if isinstance(call.func, ast.Attribute):
            if alone or name in _MUTATORS:
                self._change(call.func.value, everything)
            return everything | self._value(call.func.value)
        return everything | (NOTHING if isinstance(call.func, ast.Name) else self._value(call.func))

    @property
    def _depth(self) -> int:
        return len(self._frames) - 1

    @staticmethod
    def _fits(function: Function, call: ast.Call) -> bool:
        return isinstance(call.func, ast.Attribute) if function.method else isinstance(call.func, ast.Name)

    def _follow(self, function: Function, call: ast.Call, given: Mapping[int | str, Sources]) -> Sources:
        node = function.node
        parameters = [each.arg for each in (*node.args.posonlyargs, *node.args.args)]
        keywords = [each.arg for each in node.args.kwonlyargs]
        self._made += 1
        frame = Frame(self._made, local_names(node))
        places: list[tuple[str, int | str, ast.expr | None]] = []
        if function.method and parameters and isinstance(call.func, ast.Attribute):
            receiver = self.path(call.func.value)
            if receiver:
                frame.aliases[parameters[0]] = receiver
            parameters = parameters[1:]
        places += [(name, at, call.args[at] if at < len(call.args) else None) for at, name in enumerate(parameters)]
        by_name = {each.arg: each.value for each in call.keywords}
        for name in (*parameters, *keywords):
            if name in by_name:
                places.append((name, name, by_name[name]))
        bound: dict[str, Sources] = {}
        for name, key, expression in places:
            if key in given and expression is not None:
                path = self.path(expression)
                if path:
                    frame.aliases[name] = path
                else:
                    bound[f"{frame.number}:{name}"] = given[key]
        rest = [each.arg for each in (node.args.vararg, node.args.kwarg) if each is not None]
        bound.update({f"{frame.number}:{name}": NOTHING.union(*given.values()) for name in rest})
        self._values.update(bound)
        ends_by = self.ends_by
        self._frames.append(frame)
        if isinstance(node, ast.Lambda):
            frame.returned = self._value(node.body)
        else:
            self._all(node.body)
        self._frames.pop()
        self.ends_by = ends_by  # its returns end no loop of the caller's
        return frame.returned
