"""What the user wants to hear no more of: a rule about one cell, in this notebook, or anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from .suggestion import Suggestion

Scope = Literal["cell", "notebook", "always"]
Keep = Callable[[str, Scope], None]


class Mutes:
    """The mutes in force.

    Parameters
    ----------
    read
        Returns the rules that are muted in this notebook or anywhere, from where they are kept; asked once.
    keep
        Keeps a rule for this ``notebook`` or ``always``.
    """

    def __init__(self, read: Callable[[], Iterable[str]], keep: Keep) -> None:
        self._read = read
        self._keep = keep
        self._rules: set[str] | None = None
        self._cells: set[tuple[str, str]] = set()

    def is_muted(self, suggestion: Suggestion, source: str) -> bool:
        """Whether a suggestion about a cell of this source is not to be heard."""
        if self._rules is None:
            self._rules = set(self._read())
        return suggestion.rule in self._rules or (suggestion.rule, source) in self._cells

    def mute(self, suggestion: Suggestion, source: str, scope: Scope) -> None:
        """Hear no more of it: about this cell for the session, of this rule in this notebook, or of this rule ever."""
        if scope == "cell":
            self._cells.add((suggestion.rule, source))
            return
        if self._rules is None:
            self._rules = set(self._read())
        self._rules.add(suggestion.rule)
        self._keep(suggestion.rule, scope)
