"""What one session knows for its advice: the evidence of its cells, what rules said of them, what was measured."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace

from ..footprint import Footprint
from ..work import COUNTS, Reading
from ..work.torch_state import torch_state
from ..work.traits import TRAITS
from .edges import Begun, Ended, Gpus, Namespace, Times
from .engine import findings, one_a_cell
from .evidence import Evidence, Machine, Notebook
from .gates import Gates
from .gpu_evidence import gpus_over
from .memory_pressure import major_faults
from .rule import Rule
from .rules import rules
from .source_code.code import Code
from .state.input_hash import chance
from .state.repeats import CACHED, REPEATED, Hashes, Pending, Repeats
from .suggestion import Suggestion, Verified
from .surroundings import look_around
from .variables import variables

_OVERLAPPING = "overlapping-cells"  # as the meter flags them
_KEPT = 500  # cells


class Adviser:
    """Collects evidence at the edges of cells, and asks the rules away from them.

    Parameters
    ----------
    gates
        The gates in force.
    is_muted
        Whether the user wants to hear no more of this suggestion about a cell of this source.
    machine
        Returns what the cells run on.
    gpus
        Returns what each GPU has been doing; at a cell's edges, so it asks no driver.
    """

    def __init__(
        self,
        gates: Callable[[], Gates],
        is_muted: Callable[[Suggestion, str], bool] = lambda _suggestion, _source: False,
        machine: Callable[[], Machine] = look_around,
        gpus: Callable[[], Gpus] = dict,
    ) -> None:
        self._gates = gates
        self._is_muted = is_muted
        self._machine = machine
        self._gpus = gpus
        self._ended: dict[int | None, Ended] = {}
        self._cells: deque[Evidence] = deque(maxlen=_KEPT)
        self._made: dict[str, Suggestion] = {}
        self._ran_as: dict[str, tuple[str | None, str]] = {}  # cell id and source, by suggestion
        self._verified: dict[str, Verified] = {}
        self._trials = 0
        self._repeats = Repeats(lambda: CACHED if gates().open else REPEATED)
        self._lock = threading.RLock()
        self.told: tuple[Suggestion, ...] = ()
        """What was to be said when the rules were asked last, one a cell: read without waiting for them."""
        self.trouble: dict[str, str] = {}
        """Rules that raised, and what."""

    # -- at the edges of a cell --------------------------------------------------------------------------------------

    def begin(self, work: Reading) -> Begun:
        """Note where counters stand as a cell begins: 20 microseconds, 5 ms where the one before is to be hashed."""
        self._repeats.before_next()
        return Begun(work, Times.now(), TRAITS.begin(), self._gpus(), major_faults(), chance(), self._trials)

    def end(
        self,
        begun: Begun,
        execution_count: int | None,
        status: str,
        source: str,
        namespace: Callable[[], Namespace],
        cell_id: str | None = None,
    ) -> None:
        """Note where they stand as it ends; the rules are asked when its figures have settled.

        Parameters
        ----------
        begun
            From :meth:`begin`.
        execution_count, status, source
            Of the cell.
        namespace
            Returns the notebook's variables.
        cell_id
            What the frontend calls the cell, if it says so: what was said of it before it ran anew is said no more.
        """
        if begun.trials != self._trials:
            return
        code, times = Code(source), Times.now().since(begun.times)
        ended = Ended(
            execution_count,
            cell_id,
            status,
            code,
            COUNTS.read().since(begun.work),
            times,
            (begun.traits, TRAITS.end),
            (begun.gpus, self._gpus()),
            major_faults() - begun.faults,
            namespace,
            Pending(code, namespace, times.passed, (begun.chance, chance())),
            torch_state(),
        )
        self._repeats.ended(ended.repeat)
        self._ended[execution_count] = ended  # without the lock: rules may be at work, and no cell waits for them

    def stand_aside(self) -> None:
        """Say nothing of the cells that run now: a trial is made in them, and what it runs is no habit of anybody."""
        self._trials += 1

    # -- away from it ------------------------------------------------------------------------------------------------

    def settle(self, cells: Iterable[tuple[int | None, Footprint]]) -> None:
        """Ask the rules about cells whose figures have settled; never on a thread that anything else waits for."""
        for execution_count, footprint in cells:
            with self._lock:
                ended = self._ended.pop(execution_count, None)
                if ended is not None:
                    try:
                        self._take(ended, footprint)
                    except Exception as error:  # noqa: BLE001 - the other cells are to be spoken of all the same
                        self.trouble["adviser"] = f"{type(error).__name__}: {error}"
        self.tell()

    def tell(self) -> None:
        """Bring :attr:`told` up to date."""
        with self._lock:
            self.told = tuple(one_a_cell(self._heard()))

    def _take(self, ended: Ended, footprint: Footprint) -> None:
        before = self._retire(ended)
        self._cells.append(self._evidence(ended, footprint))
        for made in self._asked():
            self._made[made.id] = made
            self._ran_as[made.id] = (ended.cell_id, ended.code.source)
            if made.cell is not None and made.rule in before:  # the very same code
                self._verified[made.id] = before[made.rule]

    def _retire(self, ended: Ended) -> dict[str, Verified]:
        """Take back what was said of a cell that ran anew; return what was measured of the same code, by rule."""
        kept = {}
        for identity, (cell_id, source) in list(self._ran_as.items()):
            is_same = source == ended.code.source
            if not (is_same or (cell_id is not None and cell_id == ended.cell_id)):
                continue
            del self._ran_as[identity]
            made, verified = self._made.pop(identity, None), self._verified.pop(identity, None)
            if is_same and made is not None and verified is not None:
                kept[made.rule] = verified
        return kept

    def _evidence(self, ended: Ended, footprint: Footprint) -> Evidence:
        # What was noted while two cells ran may be of either, and what one reads the other may have changed.
        alone = _OVERLAPPING not in footprint.flags
        hashes = self._repeats.of(ended.repeat) if alone else Hashes()
        models, doubles = variables(ended.namespace())
        return Evidence(
            cell=ended.execution_count,
            status=ended.status,
            duration=footprint.duration,
            joules=footprint.energy.joules,
            work=ended.work,
            code=ended.code,
            components={name: part.energy.joules for name, part in footprint.components.items()},
            cpu_seconds=ended.times.tree,
            process_seconds=ended.times.process,
            thread_seconds=ended.times.thread,
            traits=TRAITS.between(*ended.traits) if alone else (),
            variables=models,
            doubles=doubles,
            torch=ended.torch,
            machine=self._machine_over(*ended.gpus),
            major_faults=ended.faults,
            inputs=hashes.inputs,
            results=hashes.results,
            chance=hashes.chance,
        )

    def _machine_over(self, begin: Gpus, end: Gpus) -> Machine:
        return replace(self._machine(), gpus=gpus_over(begin, end))

    def _ask_of_session(self) -> None:
        """Ask of the session what may have come about since its last cell ended: nobody tells of an idle kernel."""
        if self._cells:
            gpus = self._gpus()
            newest = replace(self._cells[-1], machine=self._machine_over(gpus, gpus))
            asked = [rule for rule in rules() if rule.of_session]
            notebook = Notebook((*list(self._cells)[:-1], newest))
            for made in findings(notebook, asked, self._gates(), self._note):
                self._made[made.id] = made

    def _asked(self) -> list[Suggestion]:
        return findings(Notebook(tuple(self._cells)), rules(), self._gates(), self._note)

    def suggestions(self, *, every: bool = False) -> list[Suggestion]:
        """Return what there is to say, the most valuable first: one a cell, or *every* one; none that is muted."""
        with self._lock:
            self._ask_of_session()
            heard = self._heard()
        return sorted(heard, key=lambda each: -each.worth) if every else one_a_cell(heard)

    def _heard(self) -> list[Suggestion]:
        made = ((self._with_verified(each), self.source_of(each.id)) for each in self._made.values())
        return [suggestion for suggestion, source in made if not self._is_muted(suggestion, source)]

    def find(self, identity: str) -> Suggestion | None:
        """Return the suggestion of that id, muted or not; of a rule's id its newest one."""
        with self._lock:
            made = self._made.get(identity)
            if made is None:
                made = next((each for each in reversed(self._made.values()) if each.rule == identity), None)
        return None if made is None else self._with_verified(made)

    def verify(self, identity: str, verified: Verified) -> None:
        """Keep what a measurement showed."""
        with self._lock:
            self._verified[identity] = verified
        self.tell()

    def source_of(self, identity: str) -> str:
        """Return the source of the cell that a suggestion came from."""
        return self._ran_as.get(identity, (None, ""))[1]

    def sources(self) -> dict[int, str]:
        """Return the cells as they were run, by execution count."""
        with self._lock:
            return {each.cell: each.code.source for each in self._cells if each.cell is not None}

    def clear(self) -> None:
        """Forget all cells: a new session total begins."""
        with self._lock:
            self._ended.clear()
            self._cells.clear()
            self._made.clear()
            self._ran_as.clear()
            self._verified.clear()
            self.told = ()

    def _with_verified(self, suggestion: Suggestion) -> Suggestion:
        verified = self._verified.get(suggestion.id)
        return suggestion if verified is None else replace(suggestion, verified=verified)

    def _note(self, rule: Rule, error: Exception) -> None:
        self.trouble[rule.id] = f"{type(error).__name__}: {error}"
