"""Changes of a setting of calls where the user gives it: in the call, in a settings object or dictionary of its."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from ..evidence import Evidence, Notebook
from ..suggestion import Edit
from .code import argument, constant, last_name
from .edits import Change, Places, apply
from .reach import reached

Wrong = Callable[[object], bool]
_DICTIONARIES = ("dict", "update")


class Setting:
    """One setting and the value that it should have.

    Parameters
    ----------
    name
        The keyword.
    wrong
        Whether a literal is a value that has to change. What is no literal was seen to be wrong when it ran.
    value
        As text: what stands in its place.
    objects
        Classes that bear the setting for calls to which their objects are given.
    """

    def __init__(self, name: str, wrong: Wrong, value: str, objects: Sequence[str] = ()) -> None:
        self.name, self.wrong, self.value, self.objects = name, wrong, value, objects

    def edit(self, cell: Evidence, notebook: Notebook, is_call: Callable[[ast.Call], bool]) -> Edit | None:
        """Return the change of the cell in which such calls stand: the one that ran, or one whose function it calls.

        Where a dictionary of another cell bears the setting, so that the call cannot overrule it, of that cell;
        ``None`` where no such call is found.
        """
        for at, nodes in reached(cell, notebook):
            calls = [node for node in nodes if isinstance(node, ast.Call) and is_call(node)]
            if calls:
                return self._of_calls(at, calls, nodes, notebook) or self._elsewhere(notebook)
        return None

    def literals(self, nodes: Iterable[ast.AST]) -> list[object]:
        """Return the literal values that are given for the setting anywhere, by keyword or in dictionaries."""
        given: list[ast.expr] = []
        for node in nodes:
            if isinstance(node, ast.keyword) and node.arg == self.name:
                given.append(node.value)
            elif isinstance(node, ast.Dict):
                given += [value for key, value in self._pairs(node) if constant(key) == self.name]
        return [constant(value) for value in given if isinstance(value, ast.Constant)]

    def _of_calls(self, at: Evidence, calls: list[ast.Call], nodes: list[ast.AST], notebook: Notebook) -> Edit | None:
        places = Places(at.code.source)
        # What stands outside of a function serves the calls in it as well.
        changes = [places.replace(value, self.value) for value in self._borne(at.code.nodes)]
        borne, spread = bool(changes), self._spread_names(notebook, nodes)
        for call in calls:
            given = argument(call, self.name)
            if given is not None:
                if self._is_wrong(given):
                    changes.append(places.replace(given, self.value))
            elif not borne and spread.isdisjoint(last_name(each.value) for each in call.keywords if each.arg is None):
                changes.append(places.keyword(call, self.name, self.value))
        return _edit(at, changes)

    def _elsewhere(self, notebook: Notebook) -> Edit | None:
        for at in reversed(notebook.cells):
            places = Places(at.code.source)
            edit = _edit(at, [places.replace(value, self.value) for value in self._borne(at.code.nodes)])
            if edit is not None:
                return edit
        return None

    def _borne(self, nodes: Iterable[ast.AST]) -> list[ast.expr]:
        """Return the wrong values in dictionaries and settings objects."""
        found: list[ast.expr] = []
        for node in nodes:
            if isinstance(node, ast.Call) and last_name(node.func) in (*_DICTIONARIES, *self.objects):
                given = argument(node, self.name)
                found += [given] if given is not None and self._is_wrong(given) else []
            elif isinstance(node, ast.Dict):
                found += [
                    value for key, value in self._pairs(node) if constant(key) == self.name and self._is_wrong(value)
                ]
        return found

    def _spread_names(self, notebook: Notebook, nodes: list[ast.AST]) -> set[str]:
        """Return names of what may bear the setting where it is spread with ``**``: it would be given twice."""
        names = {node.kwarg.arg for node in nodes if isinstance(node, ast.arguments) and node.kwarg is not None}
        for code in notebook.codes():
            for node in code.nodes:
                if isinstance(node, ast.Assign) and self._borne(ast.walk(node.value)):
                    names.update(map(last_name, node.targets))
                elif isinstance(node, ast.Call) and last_name(node.func) == "update" and self._borne([node]):
                    names.add(last_name(getattr(node.func, "value", node)))
        return names

    @staticmethod
    def _pairs(node: ast.Dict) -> Iterable[tuple[ast.expr | None, ast.expr]]:
        return zip(node.keys, node.values, strict=True)

    def _is_wrong(self, given: ast.expr) -> bool:
        return not isinstance(given, ast.Constant) or self.wrong(given.value)


def _edit(at: Evidence, changes: list[Change]) -> Edit | None:
    source = at.code.source
    after = apply(source, *changes)
    return None if after == source else Edit(at.cell, source, after)
