"""Trials of a suggestion: its cell as it is against its cell with the change, in the notebook's own namespace.

Functions of earlier cells look names up there, so that a copy of it would not do. Whatever a run binds or changes is
put back before the next one.
"""

from __future__ import annotations

import ast
import copy
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import CodeType
from typing import Any, Final

from ...work import COUNTS, Reading
from ..source_code.code import Code
from ..suggestion import Edit, Suggestion
from .changed import leading_up
from .design import ARMS, Arm
from .effort import Effort, Instruments, Taken
from .experiment import Experiment
from .losses import number
from .outcome import ENERGY, Trial, refused
from .reach import Reached, names_of, reach_names
from .redefined import redefinitions
from .refusal import Refusal, one_line
from .screen import screen_functions, side_effect
from .setting import Setting, Side
from .shortened import NAME, Shortened, headers, shorten
from .snapshot import Snapshot
from .steps import Options

_MAGIC: Final = re.compile(r"\s*(%%?|!)\s*(\w*)")
# Line magics that do no work, and cell magics below which is Python.
_HARMLESS: Final = {
    "%": frozenset({"autoreload", "carbon", "config", "load_ext", "matplotlib", "reload_ext"}),
    "%%": frozenset({"capture", "carbon", "memit", "prun", "time", "timeit"}),
    "!": frozenset(),
}
_SECONDS: Final = {ENERGY: 3.0, "CPU time, modelled watts": 1.5}  # of a run whose loops are cut
_IDLE: Final = 4.0  # times as long may a run take that mostly waits
_LONGEST: Final = 20.0  # s; a run that cannot be cut, some fifty times over, is a quarter of an hour


def try_suggestion(
    suggestion: Suggestion,
    namespace: dict[str, Any],
    sources: Mapping[int, str],
    instruments: Instruments,
    options: Options | None = None,
) -> Trial:
    """Measure what a suggestion's change of code saves in its cell.

    Parameters
    ----------
    namespace
        The notebook's. It is afterwards as it was.
    sources
        The cells as they were run, by execution count.
    """
    options = Options() if options is None else options
    try:
        return _Cell(suggestion, namespace, sources, instruments, options).trial()
    except Refusal as refusal:
        return refused(suggestion.id, str(refusal))
    except KeyboardInterrupt:  # before anything ran
        return replace(refused(suggestion.id, "stopped before the first round"), feasible=True)


class _Cell:
    """A cell with and without a change."""

    def __init__(
        self,
        suggestion: Suggestion,
        namespace: dict[str, Any],
        sources: Mapping[int, str],
        instruments: Instruments,
        options: Options,
    ) -> None:
        edit = suggestion.patch
        if not isinstance(edit, Edit):
            raise Refusal(f"{suggestion.id} has no change of code that could be run")
        self._id, self._namespace, self._options = suggestion.id, namespace, options
        self._loops = Shortened(_own_time())
        cell = suggestion.cell if suggestion.cell in sources else edit.cell
        source = sources.get(cell, edit.before) if cell is not None else edit.before
        self._codes: dict[Arm, tuple[CodeType | None, CodeType | None]] = {}
        loops: dict[Arm, list[str]] = {}
        setups, trees = _arms(edit, cell, source, namespace, sources)
        for arm in ARMS:
            loops[arm] = headers(setups[arm]) + headers(trees[arm])
            self._codes[arm] = _compiled(setups[arm]), _compiled(trees[arm])
        self._alike = loops["A"] == loops["B"]
        self._read = {name for codes in self._codes.values() for code in codes if code for name in names_of(code)}
        self._losses = [name for name in sorted(Code(source).written) if name.endswith("loss")]
        self._reached = self._reach([*setups.values(), *trees.values()])
        basis = instruments.basis(self._reached.devices)
        if basis is None:
            raise Refusal("nothing here tells what this GPU uses: see %carbon status")
        self._basis = basis
        self._effort = Effort(instruments, basis, self._reached.devices)
        self._snapshot = Snapshot(self._reached)
        self._work: dict[Arm, Reading] = {}
        self._per_sample = False
        self._ran: dict[Arm, int] = {}

    def _reach(self, trees: list[ast.Module]) -> Reached:
        for tree in trees:
            told = side_effect(tree, self._namespace)
            if told is not None:
                raise Refusal(f"the cell cannot be repeated, as {told}: put that into a cell of its own")
        reached = reach_names(self._namespace, self._read)
        reached.namespaces.append(self._namespace)
        if reached.iterators:
            raise Refusal(f"{reached.iterators[0]}, which cannot be wound back: make it in the cell")
        screen_functions(reached.functions)
        return reached

    def trial(self) -> Trial:
        options = self._options
        sides: dict[Arm, Side] = {
            "A": self._side("A", "the cell as it is"),
            "B": self._side("B", "the cell with the change"),
        }
        self._setting = Setting(
            self._id,
            self._reached,
            self._snapshot,
            self._effort,
            self._basis,
            options.rounds,
            unit="run",
            each_from_the_same_state=self._basis != ENERGY,
            progress=options.progress,
            quiet=options.quiet,
            first=self._first,
            warmed_up=self._warmed_up,
        )
        return Experiment(sides, self._setting).result()

    def _side(self, arm: Arm, name: str) -> Side:
        setup, code = self._codes[arm]
        assert code is not None
        namespace = self._namespace

        def prepare() -> None:
            namespace[NAME] = self._loops
            if setup is not None:
                exec(setup, namespace)

        def run(passes: int, losses: list[float] | None) -> None:
            before = COUNTS.read()
            for _ in range(passes):
                self._loops.begin(_SECONDS[self._basis] if self._alike else _LONGEST)
                exec(code, namespace)
            self._work[arm], self._ran[arm] = COUNTS.read().since(before), passes
            if losses is not None:
                self._learn(losses)

        def units() -> float:
            return float(self._work[arm].samples if self._per_sample else self._ran[arm])

        return Side(name, run, units, prepare)

    def _first(self, run: Callable[[Arm], Taken]) -> None:
        """Find how far the loops of a long cell are to run. The first run of all is not what the others are like."""
        for _ in range(2):
            taken = run("A")
            if not self._loops.cut:
                if taken.seconds > _LONGEST:
                    raise Refusal(
                        f"the cell runs for {taken.seconds:.0f} s and has no loop of its own that could be shortened: "
                        "try it on fewer data, or green.trial on a function that does one step"
                    )
                return
            if not self._alike:
                raise Refusal(
                    f"the cell runs for more than {_LONGEST:.0f} s, and the change is one of its loops, so that it "
                    "cannot be shortened: try it on fewer data"
                )
        self._loops.limit = self._loops.rounds
        self._setting.notes.append(f"loops shortened to {self._loops.limit} rounds in all")

    def _learn(self, losses: list[float]) -> None:
        for name in self._losses:
            value = number(self._namespace.get(name))
            if value is not None:
                losses.append(value)
                return

    def _warmed_up(self, _: Mapping[Arm, Taken]) -> None:
        """Compare by samples where a change is that of the batches, and loops were shortened by their rounds."""
        if self._loops.limit is not None:
            a, b = self._work["A"].samples, self._work["B"].samples
            self._per_sample = bool(a and b and a != b)
            self._setting.unit = "sample" if self._per_sample else "run"


def _own_time() -> Callable[[], float]:
    """Return a clock of the CPU time that we use, which others on the machine do not move, or a part of the time."""
    cpu, wall = time.process_time(), time.monotonic()
    return lambda: max(time.process_time() - cpu, (time.monotonic() - wall) / _IDLE)


def _arms(
    edit: Edit, cell: int | None, source: str, namespace: dict[str, Any], sources: Mapping[int, str]
) -> tuple[dict[Arm, ast.Module], dict[Arm, ast.Module]]:
    """Return what comes before the cell in each arm, and the cell."""
    direct = source == edit.before or cell == edit.cell
    trees: dict[Arm, ast.Module]
    if direct:
        trees = {"A": _plain(edit.before), "B": _plain(edit.after)}
    else:
        trees = {"A": _plain(source), "B": _plain(source)}
    named = {arm: _names(tree) for arm, tree in trees.items()}
    functions = reach_names(namespace, named["A"] | named["B"]).functions
    again = list(redefinitions(functions, namespace, sources))
    setups: dict[Arm, ast.Module] = {}
    for arm in ARMS:
        statements: list[ast.stmt] = []
        if not direct:
            needed = named[arm].union(*(names_of(function.__code__) for function in functions))
            statements = leading_up(edit, cell, sources, needed, after=arm == "B")
        changed = {each.name for each in statements if isinstance(each, ast.FunctionDef)}
        setups[arm] = ast.Module([*(each for each in again if each.name not in changed), *statements], [])
    return setups, trees


def _plain(source: str) -> ast.Module:
    """Return a cell's tree.

    Raises
    ------
    Refusal
        When it is more than Python.
    """
    for line in source.splitlines():
        magic = _MAGIC.match(line)
        if magic is not None and magic[2] not in _HARMLESS[magic[1]]:
            raise Refusal(f"the cell uses {line.strip()[:40]}: put that into a cell of its own")
    tree = Code(source).tree
    if not tree.body:
        raise Refusal("the cell is not plain Python")
    return tree


def _names(tree: ast.Module) -> set[str]:
    code = _compiled(tree)
    return set() if code is None else set(names_of(code)) - {NAME}


def _compiled(tree: ast.Module) -> CodeType | None:
    if not tree.body:
        return None
    try:
        return compile(shorten(copy.deepcopy(tree)), "<trial>", "exec")  # some statements stand in both arms
    except (SyntaxError, ValueError) as error:
        raise Refusal(f"the cell cannot be run by itself ({one_line(error)}): top-level await, perhaps") from None
