"""What is known of a cell that has ended: all that a rule may look at."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..emissions import Intensity
from ..grid import CloudRegion
from ..grid.best_start import Stretch
from ..work import Reading
from ..work.torch_state import TorchState
from .source_code.code import Code

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as it was when the cell ended.

    Attributes
    ----------
    index
        As CUDA counts the devices that are visible here.
    name
        Its model.
    utilisation
        Mean share of the time over the cell that it computed, 0 to 1; ``nan`` unknown.
    power, power_limit
        Mean over the cell and the limit in force, W; ``nan`` unknown.
    memory_used, memory_total
        Bytes; ``nan`` unknown.
    ours, others
        Whether this kernel holds a context on it, and whether others do.
    idle_seconds
        For how long, until now, this kernel has held it while it computed nothing, s.
    unused_seconds, unused_power
        The longest time between cells in which that was so, s, and what it drew meanwhile, W.
    capability
        CUDA compute capability, such as ``(8, 0)``.
    """

    index: int
    name: str
    utilisation: float = math.nan
    power: float = math.nan
    power_limit: float = math.nan
    memory_used: float = math.nan
    memory_total: float = math.nan
    ours: bool = False
    others: bool = False
    idle_seconds: float = 0.0
    unused_seconds: float = 0.0
    unused_power: float = math.nan
    capability: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """What electricity the cell ran on.

    Attributes
    ----------
    intensity
        The factor in force.
    pue
        What the building adds.
    region
        The cloud region this is, if it is one.
    forecast
        What a live service says of the present and of the time ahead; empty without one.
    now
        Unix time, s.
    """

    intensity: Intensity
    pue: float = 1.0
    region: CloudRegion | None = None
    forecast: Sequence[Stretch] = ()
    now: float = math.nan


@dataclass(frozen=True, slots=True)
class Machine:
    """What the cell ran on.

    Attributes
    ----------
    cpus
        Logical processors that this kernel may use.
    bf16
        Whether the processor multiplies bfloat16 natively.
    gpus
        Those that are visible here.
    libraries
        Version of each imported library that a rule may ask for.
    memory_retries
        How often, so far, PyTorch found no room on a GPU: it emptied its cache and tried again, or gave up.
    swapped
        Bytes of this process that are swapped out.
    memory
        Bytes that this kernel may use, of the machine or its control group; ``nan`` unknown.
    peak_memory
        The most that this process has held so far, bytes; ``nan`` unknown.
    findable
        Those that patches may need and that could be imported.
    grid
        What electricity it runs on, where that is known.
    """

    cpus: int = 1
    bf16: bool = False
    gpus: tuple[Gpu, ...] = ()
    libraries: Mapping[str, str] = field(default_factory=dict)
    memory_retries: int = 0
    swapped: float = 0.0
    memory: float = math.nan
    peak_memory: float = math.nan
    findable: frozenset[str] = frozenset()
    grid: Grid | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """One cell that has ended.

    Attributes
    ----------
    cell
        Its execution count.
    status
        ``ok``, ``error`` or ``interrupted``.
    duration
        s.
    joules
        This kernel's share of the energy, J; ``nan`` unknown.
    components
        The same by component, J: ``cpu``, ``gpu``, ``ram``.
    cpu_seconds
        CPU time of this kernel and its children; ``nan`` unknown.
    process_seconds, thread_seconds
        CPU time of this kernel without its children, and of the thread alone that ran the cell; ``nan`` unknown.
    work
        What was counted in it.
    traits
        What probes noticed in it, the oldest first: small frozen values, each of a class of its own.
    code
        Its source.
    variables
        Names of the notebook's variables that are models that were used, or hold one: ``net`` and ``lit.net``. The
        traits of models have the same serial numbers.
    doubles
        Names of the notebook's variables that hold 64-bit floating-point numbers: ``tensor`` or ``array``.
    torch
        PyTorch's settings as the cell ended, if it was imported.
    machine
        What it ran on.
    major_faults
        How often this process waited for memory to come from a disk.
    inputs
        A hash of all that the cell reads and of its code, where it could be made; empty otherwise.
    results
        The same of what it bound.
    chance
        Hashes of where the shared generators of random numbers stood before and after it; empty if unknown.
    """

    cell: int | None
    status: str
    duration: float
    joules: float
    work: Reading
    code: Code
    components: Mapping[str, float] = field(default_factory=dict)
    cpu_seconds: float = math.nan
    process_seconds: float = math.nan
    thread_seconds: float = math.nan
    traits: tuple[Any, ...] = ()
    variables: Mapping[str, int] = field(default_factory=dict)
    doubles: Mapping[str, str] = field(default_factory=dict)
    torch: TorchState | None = None
    machine: Machine = field(default_factory=Machine)
    major_faults: int = 0
    inputs: str = ""
    results: str = ""
    chance: tuple[str, str] = ("", "")

    def seen(self, kind: type[T]) -> list[T]:
        """Return the traits of one kind, the oldest first."""
        return [trait for trait in self.traits if isinstance(trait, kind)]

    def last(self, kind: type[T]) -> T | None:
        """Return the newest trait of one kind."""
        return next((trait for trait in reversed(self.traits) if isinstance(trait, kind)), None)


@dataclass(frozen=True, slots=True)
class Notebook:
    """The cells that ran before and with the one that is looked at.

    Attributes
    ----------
    cells
        The oldest first; the last one is the one that is looked at.
    """

    cells: Sequence[Evidence]

    def models(self, serial: int) -> list[str]:
        """Return the names that lead to a model, those of plain variables first, as the newest cell knew them."""
        found = [name for name, number in self.cells[-1].variables.items() if number == serial]
        return sorted(found, key=lambda name: ("." in name, len(name)))

    @property
    def earlier(self) -> Sequence[Evidence]:
        """All but the last."""
        return self.cells[:-1]

    def codes(self) -> Iterator[Code]:
        """Yield the code of all cells, the newest first."""
        for cell in reversed(self.cells):
            yield cell.code

    def defining(self, name: str) -> Evidence | None:
        """Return the newest cell that defines a function or class of that name at its top level."""
        return next((cell for cell in reversed(self.cells) if name in cell.code.defined), None)

    def says(self, *names: str) -> bool:
        """Whether any cell calls, reads or sets something of one of these names: the user's own word on it."""
        return any(not code.said.isdisjoint(names) for code in self.codes())
