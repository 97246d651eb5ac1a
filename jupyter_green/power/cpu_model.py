"""Power of a CPU without a readable counter: a model, and always called one.

The machine that the operating system shows – all of it, or a virtual slice of a server – is so many hardware threads
of a package. It draws an idle power and, on top, an amount for each busy CPU second.

**The curve.** Power rises steeply at low load and flatly at high load: 12 % of the rated power idle, 32 % at a tenth of
the load, 75 % at half, 102 % at full (B. Davy, Teads Engineering, "Building an AWS EC2 Carbon Emissions Dataset", 2021,
mean of bare-metal servers). We use the straight line that stays nearest to these points, by factor: from 15 % to 126 %,
within ×/÷ 1.24 of all of them (a row's own idle share moves its lower end a little). A line, because it gives the same
energy however time is cut into samples, every kernel of the machine the same, and every busy second the same price,
whoever uses it; and because the curve belongs to the package, whose load a virtual machine does not see. The line's
error stands in the range.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..clock import Clock
from ..energy import Method
from .cpu_table import Kind, Match, half_width, look_up, middle, named
from .load import Load
from .processor import Processor
from .source import ComponentName, Scope

FULL_SHARE = 1.26
"""Power under full load on that line, as a share of the rated power."""

CURVE_SPREAD = math.log(1.24)
"""Of the line against the published curve."""

IDLE_SPREAD = math.log(1.4)
"""Of the idle share: half the way, by factor, between 12 % (Teads) and the 23 % of whole servers (SPECpower)."""

RATED_SPREAD = math.log(1.5)
"""Models from rated power err by up to 40 % against meters (arXiv 2509.22092)."""

SMT_SPREAD = math.log(math.sqrt(2.0))
"""A busy thread alone on its core draws between half of the core's power and all of it."""

HYBRID_SPREAD = math.log(2.0)
"""An efficient core draws a quarter to a half of a fast one, and the model cannot tell which was busy."""


@dataclass(frozen=True, slots=True)
class CpuPower:
    """What the visible part of the processor draws.

    Attributes
    ----------
    label
        The processor and the number of threads, for people.
    idle_watts, full_watts
        W, for all visible threads.
    spread
        Natural logarithm of a factor.
    kind
        Whether it stands in a server.
    flags
        ``cpu-smt``, ``cpu-hybrid-cores``.
    """

    label: str
    idle_watts: float
    full_watts: float
    spread: float
    kind: Kind
    flags: tuple[str, ...]


def cpu_power(processor: Processor, cpus: int, configured: str = "") -> CpuPower:
    """Return the model for a processor.

    Parameters
    ----------
    processor
        As the system describes it.
    cpus
        Hardware threads that the model covers.
    configured
        The setting ``cpu_power_model``; see :func:`check_power_model`.

    Raises
    ------
    ValueError
        When the setting cannot be understood.
    """
    flags: list[str] = []
    spreads = [CURVE_SPREAD]
    if processor.smt or processor.virtual:  # a guest's thread may be a core or half of one
        spreads.append(SMT_SPREAD)
    if processor.smt:
        flags.append("cpu-smt")
    if processor.hybrid:
        spreads.append(HYBRID_SPREAD)
        flags.append("cpu-hybrid-cores")
    stated = _stated(configured)
    match = look_up(processor) if stated or not configured else named(configured, processor)
    if match is None:
        raise ValueError(_unknown(configured))
    kind = match.generation.kind
    if kind == "unknown" and processor.virtual:
        kind = "server"
    if stated:
        package = int(stated.get("threads", match.threads or processor.threads / processor.packages))
        idle, full = stated["idle"] / package, stated["full"] / package
        label, threads = "power as configured", package
    else:
        rated, spread, threads = _rated(match, processor)
        idle, full = match.generation.idle_share * rated, FULL_SHARE * rated
        spreads += [RATED_SPREAD, IDLE_SPREAD, spread]
        label = match.label
    part = f"{cpus} of {threads} threads" if threads > cpus else "1 thread" if cpus == 1 else f"{cpus} threads"
    return CpuPower(f"{label}, {part}", idle * cpus, full * cpus, math.hypot(*spreads), kind, tuple(flags))


def _rated(match: Match, processor: Processor) -> tuple[float, float, int]:
    """Return the rated power of one thread, W, its own spread, and the threads of the package (0: not known)."""
    shown = processor.threads // processor.packages
    threads = (match.threads or 0) if processor.virtual else shown
    if match.tdp is not None and threads:
        return match.tdp / threads, 0.0, threads
    generation = match.generation
    watts = middle(generation.watts)
    if not processor.virtual and generation.family is not None:  # all of the package is here: its rating is a bound
        low, high = generation.tdp
        watts = min(max(watts, low / threads), high / threads)
    return watts, half_width(generation.watts), threads


def check_power_model(text: str) -> None:
    """Check the setting ``cpu_power_model``.

    Either ``idle=20,full=120`` – W of a whole package; ``,threads=64`` where it has more threads than are visible – or
    a name in the tables, such as ``AMD EPYC 9654`` or ``EPYC Genoa``.

    Raises
    ------
    ValueError
        With one line that says what is wrong.
    """
    if not _stated(text) and named(text, Processor(None)) is None:
        raise ValueError(_unknown(text))


def _stated(text: str) -> dict[str, float]:
    """Return the watts that a user states; nothing where the text names a row."""
    if "=" not in text:
        return {}
    try:
        pairs = [entry.split("=") for entry in text.split(",")]
        stated = {key.strip().lower(): float(value) for key, value in pairs}
    except ValueError:
        raise ValueError(_unknown(text)) from None
    allowed = {"idle", "full", "threads"}
    if not {"idle", "full"} <= set(stated) <= allowed or not all(map(math.isfinite, stated.values())):
        raise ValueError(_unknown(text))
    if not 0 <= stated["idle"] <= stated["full"] or stated["full"] == 0 or stated.get("threads", 1) < 1:
        raise ValueError(f"cpu_power_model: {text!r} needs 0 W or more idle, no less under full load, 1 thread or more")
    return stated


def _unknown(text: str) -> str:
    return (
        f"cpu_power_model: {text!r} is neither watts of a package, such as 'idle=20,full=120', "
        "nor a processor or generation in the tables, such as 'AMD EPYC 9654' or 'EPYC Genoa'"
    )


class ModelledCpu:
    """Load-aware model of the CPU: idle power times time, and so much for each busy CPU second on top.

    Parameters
    ----------
    power
        What the visible threads draw.
    load
        The busy CPU seconds, of the machine or of our container.
    clock
        For elapsed time.
    """

    name = "cpu-model"
    component: ComponentName = "cpu"
    method: Method = "modelled"
    tick = 0.0
    at_edges = True

    def __init__(self, power: CpuPower, load: Load, clock: Clock) -> None:
        self.label = power.label[:120]
        self.scope: Scope = load.scope
        self.spread = power.spread
        self.flags = power.flags if load.scope == "machine" else (*power.flags, "no-machine-split")
        self.idle_watts: float | None = power.idle_watts
        self.full_watts = power.full_watts
        self._idle = power.idle_watts
        self._per_busy_second = (power.full_watts - power.idle_watts) / load.cpus
        self._load = load
        self._clock = clock
        self._start = clock.boottime()
        self._busy = load.busy_seconds()

    def read(self) -> float:
        """Return modelled joules since the start."""
        elapsed = (self._clock.boottime() - self._start) * 1e-9
        busy = max(0.0, self._load.busy_seconds() - self._busy)
        return self._idle * elapsed + self._per_busy_second * busy
