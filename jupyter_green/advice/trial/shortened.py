"""Lets the loops of a long cell run only so far, the same number of rounds in both arms."""

from __future__ import annotations

import ast
import math
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

NAME: Final = "_jupyter_green_shortened"
"""What stands around the iterables of loops in the code that is run."""


class Shortened:
    """Counts the rounds of all loops together, and ends them all.

    Parameters
    ----------
    now
        The time, s.

    Attributes
    ----------
    limit
        Rounds until they end; ``None`` as long as that is not known, or the loops are short.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.limit: int | None = None
        self._now = now
        self._rounds = 0
        self._deadline = math.inf
        self._over = False

    def begin(self, seconds: float) -> None:
        """Begin a run; where no limit is known, the loops end after so many seconds."""
        self._rounds, self._over = 0, False
        self._deadline = self._now() + seconds if self.limit is None else math.inf

    @property
    def cut(self) -> bool:
        """Whether the loops of the last run were ended early."""
        return self._over

    @property
    def rounds(self) -> int:
        """Rounds of the last run."""
        return self._rounds

    def __call__(self, iterable: Iterable[Any]) -> Iterator[Any]:
        """Yield what a loop goes over, as long as there are rounds left."""
        for item in iterable:
            if self._over:
                return
            self._rounds += 1
            yield item
            if self._rounds == self.limit or self._now() >= self._deadline:
                self._over = True


def shorten(tree: ast.Module) -> ast.Module:
    """Have the ``for`` statements of a cell, and of the functions that it defines, go through :class:`Shortened`."""
    return ast.fix_missing_locations(_Shortener().visit(tree))  # type: ignore[no-any-return]


def headers(tree: ast.AST) -> list[str]:
    """Return what the loops go over, to tell whether two codes go through the same ones."""
    return [f"{ast.dump(node.target)} in {ast.dump(node.iter)}" for node in ast.walk(tree) if isinstance(node, ast.For)]


class _Shortener(ast.NodeTransformer):
    def visit_For(self, node: ast.For) -> ast.For:
        self.generic_visit(node)
        node.iter = ast.Call(ast.Name(NAME, ast.Load()), [node.iter], [])
        return node
