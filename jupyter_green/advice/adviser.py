"""What one session knows for its advice: the evidence of its cells, what rules said of them, what was measured."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..footprint import Footprint
from ..work import COUNTS, Reading
from ..work.traits import TRAITS
from .code import Code
from .engine import findings, one_a_cell
from .evidence import Evidence, Machine, Notebook
from .gates import Gates
from .input_hash import chance
from .repeats import CACHED, REPEATED, Hashes, Pending, Repeats
from .rule import Rule
from .rules import rules
from .suggestion import Suggestion, Verified
from .surroundings import look_around

_OVERLAPPING = "overlapping-cells"  # as the meter flags them
_KEPT = 500  # cells
_MOST = 8  # suggestions in the feed
Namespace = Mapping[str, Any]


@dataclass(slots=True)
class _Ended:
    """A cell that has ended and whose figures have not settled yet."""

    execution_count: int | None
    status: str
    work: Reading
    cpu_seconds: float
    traits: tuple[int, int]
    code: Code
    repeat: Pending


@dataclass(slots=True)
class Begun:
    """Where counters and generators of random numbers stood when a cell began."""

    work: Reading
    cpu_seconds: float
    traits: int
    at: float
    chance: tuple[Any, ...]


class Adviser:
    """Collects evidence at the edges of cells, and asks the rules away from them.

    Parameters
    ----------
    gates
        The gates in force.
    is_muted
        Whether the user wants to hear no more of this suggestion.
    machine
        Returns what the cells run on.
    """

    def __init__(
        self,
        gates: Callable[[], Gates],
        is_muted: Callable[[Suggestion], bool] = lambda _: False,
        machine: Callable[[], Machine] = look_around,
    ) -> None:
        self._gates = gates
        self._is_muted = is_muted
        self._machine = machine
        self._ended: dict[int | None, _Ended] = {}
        self._cells: deque[Evidence] = deque(maxlen=_KEPT)
        self._made: dict[str, Suggestion] = {}
        self._verified: dict[str, Verified] = {}
        self._repeats = Repeats(lambda: CACHED if gates().open else REPEATED)
        self._lock = threading.RLock()
        self.trouble: dict[str, str] = {}
        """Rules that raised, and what."""

    # -- at the edges of a cell --------------------------------------------------------------------------------------

    def begin(self, work: Reading) -> Begun:
        """Note where counters stand as a cell begins: 20 microseconds, 5 ms where the one before is to be hashed."""
        self._repeats.before_next()
        return Begun(work, _cpu_seconds(), TRAITS.begin(), time.perf_counter(), chance())

    def end(
        self,
        begun: Begun,
        execution_count: int | None,
        status: str,
        source: str,
        namespace: Callable[[], Namespace],
    ) -> None:
        """Note where they stand as it ends; the rules are asked when its figures have settled."""
        seconds, code = time.perf_counter() - begun.at, Code(source)
        ended = _Ended(
            execution_count,
            status,
            COUNTS.read().since(begun.work),
            _cpu_seconds() - begun.cpu_seconds,
            (begun.traits, TRAITS.end),
            code,
            Pending(code, namespace, seconds, (begun.chance, chance())),
        )
        self._repeats.ended(ended.repeat)
        with self._lock:
            self._ended[execution_count] = ended

    # -- away from it ------------------------------------------------------------------------------------------------

    def settle(self, cells: Iterable[tuple[int | None, Footprint]]) -> None:
        """Ask the rules about cells whose figures have settled."""
        for execution_count, footprint in cells:
            with self._lock:
                ended = self._ended.pop(execution_count, None)
                if ended is not None:
                    try:
                        self._take(ended, footprint)
                    except Exception as error:  # noqa: BLE001 - the records of these cells are to go on to their places
                        self.trouble["adviser"] = f"{type(error).__name__}: {error}"

    def _take(self, ended: _Ended, footprint: Footprint) -> None:
        self._cells.append(self._evidence(ended, footprint))
        for made in self._asked():
            self._made[made.id] = made

    def _evidence(self, ended: _Ended, footprint: Footprint) -> Evidence:
        # What was noted while two cells ran may be of either, and what one reads the other may have changed.
        alone = _OVERLAPPING not in footprint.flags
        hashes = self._repeats.of(ended.repeat) if alone else Hashes()
        return Evidence(
            cell=ended.execution_count,
            status=ended.status,
            duration=footprint.duration,
            joules=footprint.energy.joules,
            work=ended.work,
            code=ended.code,
            components={name: part.energy.joules for name, part in footprint.components.items()},
            cpu_seconds=ended.cpu_seconds,
            traits=TRAITS.between(*ended.traits) if alone else (),
            machine=self._machine(),
            inputs=hashes.inputs,
            results=hashes.results,
            chance=hashes.chance,
        )

    def _asked(self) -> list[Suggestion]:
        return findings(Notebook(tuple(self._cells)), rules(), self._gates(), self._note)

    def suggestions(self, *, every: bool = False) -> list[Suggestion]:
        """Return what there is to say, the most valuable first: one a cell, or *every* one; none that is muted."""
        with self._lock:
            made = [self._with_verified(each) for each in self._made.values()]
        heard = [suggestion for suggestion in made if not self._is_muted(suggestion)]
        return sorted(heard, key=lambda each: -each.worth) if every else one_a_cell(heard)

    def find(self, identity: str) -> Suggestion | None:
        """Return the suggestion of that id, muted or not."""
        with self._lock:
            made = self._made.get(identity)
        return None if made is None else self._with_verified(made)

    def verify(self, identity: str, verified: Verified) -> None:
        """Keep what a measurement showed."""
        with self._lock:
            self._verified[identity] = verified

    def code_of(self, cell: int | None) -> str | None:
        """Return the source of a cell as it was run."""
        with self._lock:
            return next((each.code.source for each in reversed(self._cells) if each.cell == cell), None)

    def clear(self) -> None:
        """Forget all cells: a new session total begins."""
        with self._lock:
            self._ended.clear()
            self._cells.clear()
            self._made.clear()
            self._verified.clear()

    def _with_verified(self, suggestion: Suggestion) -> Suggestion:
        verified = self._verified.get(suggestion.id)
        return suggestion if verified is None else replace(suggestion, verified=verified)

    def _note(self, rule: Rule, error: Exception) -> None:
        self.trouble[rule.id] = f"{type(error).__name__}: {error}"


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
