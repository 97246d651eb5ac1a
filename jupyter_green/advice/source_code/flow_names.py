"""Where the values of a notebook's names are from, as its code is followed from one function into another."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from .code import dotted

FOUND = "<found>"  # what came out of a call that is looked for
Sources = frozenset[str]
NOTHING: Sources = frozenset()


@dataclass
class Frame:
    """The names of one function that runs."""

    number: int
    local: frozenset[str] = frozenset()
    aliases: dict[str, str] = field(default_factory=dict)
    returned: Sources = NOTHING


class Names:
    """Names, attributes included, with what their values are made of: other names as they were, or marks."""

    def __init__(self) -> None:
        self._values: dict[str, Sources] = {}
        self._frames = [Frame(0)]
        self._control: list[Sources] = []
        """What decided that the code at hand runs."""

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
            return NOTHING.union(*parts)
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


def local_names(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> frozenset[str]:
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
