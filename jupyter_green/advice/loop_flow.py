"""What flows where in a loop: into calls that are looked for, and from them back into those of the next round.

A cautious reading of the syntax tree. Functions and methods of the notebook are followed where they are called; of all
others, what comes out is taken to be made of what goes in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from .code import dotted, last_name
from .reach import Function

EACH = "<each>"  # what the loop takes one by one
FOUND = "<found>"  # what came out of a call that is looked for
_DEEP = 6  # functions within functions
_MUTATORS = frozenset(
    {"append", "appendleft", "extend", "extendleft", "insert", "add", "update", "setdefault"}
    | {"push", "put", "write", "send", "set", "register"}
)
Sources = frozenset[str]
_NOTHING: Sources = frozenset()


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


@dataclass
class _Frame:
    """The names of one function that runs."""

    number: int
    local: frozenset[str] = frozenset()
    aliases: dict[str, str] = field(default_factory=dict)
    returned: Sources = _NOTHING


class Flow:
    """Follows one round of a loop.

    Parameters
    ----------
    wanted
        Whether a call is looked for.
    functions
        Those of the notebook.
    """

    def __init__(self, wanted: Callable[[ast.Call], bool], functions: Mapping[str, Function]) -> None:
        self._wanted, self._functions = wanted, functions
        self._values: dict[str, Sources] = {}
        self._frames = [_Frame(0)]
        self._made = 0
        self._control: list[Sources] = []
        self.given: list[Given] = []
        """The calls that were found."""
        self.calls: set[str] = set()
        """Last names of all that is called."""
        self.ends_by: Sources = _NOTHING
        """What decides whether the loop goes on."""

    def round(self, target: ast.expr | None, body: Iterable[ast.stmt | ast.expr]) -> None:
        """Follow one round."""
        if target is not None:
            self._bind(target, frozenset({EACH}))
        for part in body:
            if isinstance(part, ast.stmt):
                self._run(part)
            else:
                self._value(part)

    def leads_back(self, sources: Sources) -> bool:
        """Whether sources hold what a found call gave, in this round or one before."""
        seen: set[str] = set()
        open_ = list(sources)
        while open_:
            source = open_.pop()
            if source == FOUND:
                return True
            if source not in seen:
                seen.add(source)
                open_ += [more for path in self._under(source) for more in self._values[path]]
        return False

    # -- names -------------------------------------------------------------------------------------------------------

    def path(self, node: ast.expr) -> str:
        """Return the name of a place, the same from all functions; empty for what has none."""
        text = dotted(node)
        if not text:
            return ""
        root, dot, rest = text.partition(".")
        frame = self._frames[-1]
        if root in frame.aliases:
            root = frame.aliases[root]
        elif root in frame.local:
            root = f"{frame.number}:{root}"
        return f"{root}{dot}{rest}"

    def _under(self, path: str) -> list[str]:
        return [known for known in self._values if known == path or known.startswith(f"{path}.")]

    def _read(self, path: str) -> Sources:
        # A part of it that was set, or the whole of which this is a part, or as it was when the round began.
        parts = [self._values[known] for known in self._under(path)]
        if path in self._values:
            return _NOTHING.union(*parts)
        before = path
        while "." in before:
            before = before.rpartition(".")[0]
            if before in self._values:
                return self._values[before].union(*parts)
        return frozenset({path}).union(*parts)

    def _bind(self, target: ast.expr, sources: Sources) -> None:
        sources = sources.union(*self._control)
        if isinstance(target, (ast.Tuple, ast.List)):
            for each in target.elts:
                self._bind(each, sources)
        elif isinstance(target, ast.Starred):
            self._bind(target.value, sources)
        elif isinstance(target, ast.Name):
            self._frames[-1].aliases.pop(target.id, None)
            path = self.path(target)
            for known in self._under(path):
                del self._values[known]
            self._values[path] = sources
        elif isinstance(target, ast.Attribute) and self.path(target):
            self._values[self.path(target)] = sources
        else:
            self._change(target, sources)

    def _change(self, target: ast.expr, sources: Sources) -> None:
        """Something is put into an object, whose other contents stay."""
        while isinstance(target, (ast.Subscript, ast.Call)):
            target = target.value if isinstance(target, ast.Subscript) else target.func
        path = self.path(target)
        if path:
            self._values[path] = self._read(path).union(sources, *self._control)

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
            case ast.Break():
                self._leave()
            case ast.If(test=test, body=body, orelse=orelse):
                self._branches(self._value(test), body, orelse)
            case ast.While(test=test, body=body, orelse=orelse):
                for _ in range(2):
                    self._branches(self._value(test), body, orelse)
            case ast.For(target=target, iter=iterable) | ast.AsyncFor(target=target, iter=iterable):
                for _ in range(2):
                    self._bind(target, self._value(iterable))
                    self._branches(_NOTHING, statement.body, statement.orelse)
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
                    self._branches(_NOTHING, handler.body, [])
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
                return _NOTHING.union(*map(self._value, parts))
            case ast.Lambda():
                return _NOTHING
            case _:
                children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
                return _NOTHING.union(*map(self._value, children))

    def _call(self, call: ast.Call, alone: bool) -> Sources:
        name = last_name(call.func)
        self.calls.add(name)
        given: dict[int | str, Sources] = {at: self._value(each) for at, each in enumerate(call.args)}
        for keyword in call.keywords:
            place = keyword.arg or "**"
            given[place] = given.get(place, _NOTHING) | self._value(keyword.value)
        everything = _NOTHING.union(*given.values())
        if self._wanted(call):
            self.given.append(
                Given(call, {key: value.union(*self._control) for key, value in given.items()}, self._depth)
            )
            return everything | {FOUND}
        function = self._functions.get(name)
        if function is not None and self._depth < _DEEP and self._fits(function, call):
            return self._follow(function, call, given)
        if isinstance(call.func, ast.Attribute):
            if alone or name in _MUTATORS:
                self._change(call.func.value, everything)
            return everything | self._value(call.func.value)
        return everything | (_NOTHING if isinstance(call.func, ast.Name) else self._value(call.func))

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
        frame = _Frame(self._made, _locals(node))
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
        bound.update({f"{frame.number}:{name}": _NOTHING.union(*given.values()) for name in rest})
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


def _locals(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
    """Return the names that are a function's own."""
    args = node.args
    own = {each.arg for each in (*args.posonlyargs, *args.args, *args.kwonlyargs)}
    own |= {each.arg for each in (args.vararg, args.kwarg) if each is not None}
    outer: set[str] = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
            own.add(each.id)
        elif isinstance(each, (ast.Global, ast.Nonlocal)):
            outer.update(each.names)
    return frozenset(own - outer)
