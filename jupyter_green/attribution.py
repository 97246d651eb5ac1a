"""Machine energy → this kernel's share. Pure functions on one slice of the timeline.

A slice is the time between two neighbouring points of a grid that all kernels of a machine share (whole seconds of
the boot-time clock), so that the shares of several kernels can never add up to more than the machine: kernels that
cut time differently over-attribute by up to 7 %.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from .power.gpu_use import Look, Part

# Below this share of the machine's CPUs, a busy second does not earn a full share of the idle power: an almost idle
# machine's idle power is nobody's, and stays unattributed.
IDLE_FLOOR = 0.05
# Spread (natural logarithm) of splitting a package's energy by CPU seconds when others run beside us: frequency,
# simultaneous multithreading and instruction mix differ by about this much between programs.
SPLIT_SPREAD = 0.15
# /proc/stat counts CPU seconds in steps of 10 ms: next to nothing in a second, much of a slice that has just begun.
BUSY_STEP = 0.01


@dataclass(frozen=True, slots=True)
class Slice:
    """What happened between two instants.

    Attributes
    ----------
    duration
        s.
    cpus
        CPUs of the machine.
    busy, own
        CPU seconds of the machine and of our process tree. /proc/stat counts in ticks of 10 ms, so that ``own`` may
        seem to exceed ``busy``; it is then taken as the truth for both.
    memory_share
        Our memory as a share of the machine's, 0 … 1.
    """

    duration: float
    cpus: int
    busy: float
    own: float
    memory_share: float

    @property
    def active_share(self) -> float:
        """Our share of what the machine's activity drew, C / B."""
        busy = max(self.busy, self.own)
        return self.own / busy if busy > 0 else 0.0

    @property
    def idle_share(self) -> float:
        """Our share of what the idle machine would have drawn too."""
        busy = max(self.busy, self.own, IDLE_FLOOR * self.cpus * self.duration)
        return self.own / busy if busy > 0 else 0.0

    def extended(self, seconds: float) -> Slice:
        """Return what this makes in *seconds*, s, if we do nothing more and others go on as they did."""
        others = max(0.0, self.busy - self.own) * seconds / self.duration if self.duration > 0 else 0.0
        return replace(self, duration=seconds, busy=self.own + others)


@dataclass(frozen=True, slots=True)
class Share:
    """Our part of one source's energy in one slice.

    Attributes
    ----------
    dynamic, idle
        J. ``idle`` is ``None`` when the idle power is unknown (all energy is then in ``dynamic``).
    spread
        Of the split itself, natural logarithm of a factor; comes on top of the source's own.
    """

    dynamic: float
    idle: float | None
    spread: float = 0.0

    @property
    def joules(self) -> float:
        """Both parts together, J."""
        return self.dynamic + (self.idle or 0.0)


def idle_part(joules: float, idle_watts: float | None, duration: float) -> float:
    """Return how much of *joules* the idle hardware would have drawn too, J; 0 while its idle power is unknown."""
    return 0.0 if idle_watts is None else min(joules, idle_watts * duration)


def share_cpu(joules: float, idle_watts: float | None, part: Slice, *, counted: bool) -> Share:
    """Split CPU energy by CPU seconds.

    Parameters
    ----------
    joules
        Of the machine in the slice, J.
    idle_watts
        Power of the idle machine, W.
    part
        The slice.
    counted
        Whether a counter measured the joules; a model's dynamic energy is proportional to CPU seconds by
        construction, so that splitting it adds no error.
    """
    idle = idle_part(joules, idle_watts, part.duration)
    spread = 0.0
    if counted and part.busy > 0:
        spread = (SPLIT_SPREAD + math.log1p(BUSY_STEP / part.busy)) * (1.0 - part.active_share)
    return Share(
        part.active_share * (joules - idle),
        None if idle_watts is None else part.idle_share * idle,
        spread,
    )


def share_memory(joules: float, idle_watts: float | None, part: Slice) -> Share:
    """Split memory energy: what activity drew by CPU seconds, what merely holding data drew by memory."""
    idle = idle_part(joules, idle_watts, part.duration)
    return Share(part.active_share * (joules - idle), part.memory_share * idle, SPLIT_SPREAD)


def share_modelled_memory(joules: float, part: Slice) -> Share:
    """Split modelled memory energy by memory: the model knows no activity, hence no idle part."""
    return Share(part.memory_share * joules, None)


@dataclass(frozen=True, slots=True)
class Hold:
    """How much of a GPU is ours, each 0 … 1: of what its activity draws, and of what it draws idle.

    Attributes
    ----------
    active, idle
        ``nan`` when the driver does not tell.
    flags
        How the share was found where that is not certain.
    spread
        Of the share, natural logarithm of a factor.
    """

    active: float
    idle: float
    flags: tuple[str, ...] = ()
    spread: float = 0.0


_NOTHING = Hold(0.0, 0.0)


def hold(look: Look) -> Hold:
    """Return how much of a GPU is ours, from the processes that hold a compute context on it.

    Ours alone → all of it; none of ours → nothing; shared → its activity by the utilisation of its multiprocessors
    where the driver tells it, else in equal parts, and its idle power in equal parts. Of a GPU that is divided (MIG),
    each instance of ours stands for its compute slices.
    """
    if not look.parts or any(part.holders is None for part in look.parts):
        return Hold(math.nan, math.nan, ("gpu-processes-unknown",))
    shares = [_share_of_part(part, look) for part in look.parts]
    ours = [held for held in shares if held.idle > 0 or held.active > 0]
    if not ours:
        return _NOTHING
    flags = dict.fromkeys(flag for held in ours for flag in held.flags)
    return Hold(
        min(1.0, sum(held.active for held in ours)),
        min(1.0, sum(held.idle for held in ours)),
        tuple(flags),
        max(held.spread for held in ours),
    )


def _share_of_part(part: Part, look: Look) -> Hold:
    holders = part.holders or frozenset()
    if look.contexts is not None:
        held = _hidden(len(holders), *look.contexts)
    else:
        held = _listed(look.own & holders, holders, None if part.slices is not None else look.activity)
    if part.slices is None or held is _NOTHING:
        return held
    spread = held.spread + SPLIT_SPREAD
    return Hold(held.active * part.slices, held.idle * part.slices, (*held.flags, "gpu-mig"), spread)


def _hidden(listed: int, ours: int, seen: int) -> Hold:
    """Share a GPU whose driver knows our processes by other PIDs: equally, and among kernels never twice."""
    if not ours:
        return _NOTHING
    share = ours / max(listed, seen)
    return Hold(share, share, ("gpu-pids-hidden",), math.log(1 / share))


def _listed(ours: frozenset[int], holders: frozenset[int], activity: Mapping[int, float] | None) -> Hold:
    if not ours:
        return _NOTHING
    if ours == holders:
        return Hold(1.0, 1.0)
    equal = len(ours) / len(holders)
    whole = sum(activity.get(pid, 0.0) for pid in holders) if activity is not None else 0.0
    if activity is None or whole <= 0:
        return Hold(equal, equal, ("gpu-shared",), math.log(1 / equal))
    active = sum(activity.get(pid, 0.0) for pid in ours) / whole
    return Hold(active, equal, (), SPLIT_SPREAD * (1.0 - active))


def share_gpu(joules: float, idle_watts: float | None, held: Hold, duration: float) -> Share:
    """Split a GPU's energy by who holds a compute context on it; of a GPU not held, no idle power is ours."""
    idle = idle_part(joules, idle_watts, duration)
    known = 0.0 if held.idle == 0 else None if idle_watts is None else held.idle * idle
    return Share(held.active * (joules - idle), known, held.spread)


def fraction(part: float, whole: float, fallback: float) -> float:
    """Return part / whole, or *fallback* where the whole is 0 or unknown."""
    return part / whole if whole > 0 and not math.isnan(part) else fallback
