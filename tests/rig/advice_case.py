"""Small notebooks in which a rule has to speak, or to be silent."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """One notebook.

    Attributes
    ----------
    rule
        Whom it is about.
    name
        What is special about it, in words.
    cells
        Run in this order in a metered kernel with ``advice_threshold`` 0.
    fires
        Whether the rule has to speak; a look-alike's has not.
    also
        Other rules that may speak here, rightly. All others have to be silent.
    arms
        For the benchmark: code without and with what the rule says, to be run after the cells, whose energies are
        compared. Not needed where the suggestion bears a patch of a cell.
    unit
        What is the same in both arms: the unit of work that the saving is per.
    """

    rule: str
    name: str
    cells: tuple[str, ...]
    fires: bool
    also: tuple[str, ...] = ()
    arms: tuple[str, str] | None = None
    unit: str = "run"


def positive(rule: str, name: str, *cells: str, **options) -> Case:
    return Case(rule, name, cells, True, **options)


def look_alike(rule: str, name: str, *cells: str, **options) -> Case:
    return Case(rule, name, cells, False, **options)
