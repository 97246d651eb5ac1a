"""What a power source is: the one Protocol behind which every counter and model stands.

A source returns *cumulative* joules since its own start. It handles its counter's wrap itself, is never read by two
threads at once, and says what it is: which component, how it knows, of what scope, and how far it may be off.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol, runtime_checkable

from ..energy import Method
from .gpu_use import Part

ComponentName = Literal["gpu", "cpu", "ram"]
Scope = Literal["machine", "package", "cgroup", "device"]


class Point(NamedTuple):
    """What is known of a counter at one time.

    Attributes
    ----------
    at
        ns since boot.
    joules
        Since the source's start.
    doubt
        By how many J that may be off.
    swing
        By how many W the power may be another one than before, as long as nobody looks.
    """

    at: int
    joules: float
    doubt: float = 0.0
    swing: float = 0.0


class SourceError(Exception):
    """A source could not be read; the message says why, in one line for the user."""


@runtime_checkable
class Source(Protocol):
    """One counter, integrated sensor or model.

    Attributes
    ----------
    name
        Unique and short: ``rapl``, ``rapl-dram``, ``nvml:0``, ``cpu-model``, ``ram-model``.
    component
        What it meters.
    method
        ``counter``, ``integrated`` (a sampled power sensor) or ``modelled``.
    scope
        Whose energy it is: the machine's, the CPU packages', a cgroup's or one device's.
    label
        For people, at most 120 characters; stands in the record as ``source``.
    spread
        Natural logarithm of the factor by which its gain or model may be off.
    tick
        How often the underlying counter refreshes, s. 0 when it is continuous.
    idle_watts
        Power of the idle hardware, W, where the source knows it by itself (models do); ``None`` for counters, whose
        idle power is learned.
    at_edges
        Whether the thread that runs a cell reads it at the cell's edges: reading costs microseconds, cannot block, and
        tells more than interpolation would.

    A source may also have ``flags``, a tuple of what a reader of its figures should know, such as ``cpu-smt``; they
    are carried by every footprint that it enters.
    """

    @property
    def name(self) -> str: ...
    @property
    def component(self) -> ComponentName: ...
    @property
    def method(self) -> Method: ...
    @property
    def scope(self) -> Scope: ...
    @property
    def label(self) -> str: ...
    @property
    def spread(self) -> float: ...
    @property
    def tick(self) -> float: ...
    @property
    def idle_watts(self) -> float | None: ...
    @property
    def at_edges(self) -> bool: ...

    def read(self) -> float:
        """Return the joules used since the source's start.

        Raises
        ------
        SourceError
            When the hardware cannot be read now. A later call may succeed; energy used meanwhile is missing
            then, not guessed.
        """
        ...


@runtime_checkable
class Gpu(Source, Protocol):
    """A source that is one GPU, and can tell who uses it."""

    @property
    def model(self) -> str:
        """The product's name, such as ``NVIDIA H200``."""
        ...

    def processes(self) -> frozenset[int]:
        """Return the PIDs that hold a compute context, as the driver lists them.

        Raises
        ------
        SourceError
            When the driver does not tell.
        """
        ...


@runtime_checkable
class SharedGpu(Gpu, Protocol):
    """A GPU that tells more of its processes than their PIDs. Each call may raise ``SourceError``."""

    def parts(self) -> tuple[Part, ...]:
        """Return the GPU, or those of its MIG instances that we may use."""
        ...

    def activity(self) -> Mapping[int, float] | None:
        """Return each process's use of the multiprocessors since the last call; ``None`` if the device cannot tell."""
        ...

    def utilisation(self) -> float | None:
        """Return the share of time in which anything ran lately, 0 … 1; ``None`` if the device cannot tell."""
        ...


@runtime_checkable
class Revising(Source, Protocol):
    """A source that knows the past better once its counter has refreshed."""

    def edge(self, at: int, *, opens: bool) -> None:
        """Take note that a window opened or closed at *at*, ns."""
        ...

    def points(self) -> list[Point]:
        """Return, once, what the last reading told, and what is known better now of earlier ones."""
        ...


@dataclass(frozen=True, slots=True)
class Absent:
    """A source that is not in use, and why, in one line that names the mend where there is one."""

    name: str
    component: ComponentName
    method: Method
    label: str
    because: str


@dataclass(frozen=True, slots=True)
class Detected:
    """What one vendor file found: sources to use, and those that are absent with the reason."""

    sources: tuple[Source, ...] = ()
    absent: tuple[Absent, ...] = ()
