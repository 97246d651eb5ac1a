"""Looks at who uses the GPUs: at every grid point, and soon after a window's edges."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, Protocol

from ..clock import Clock
from .gpu_state import GpuStates
from .gpu_use import Look, Part
from .open_contexts import OpenContexts
from .readings import Readings
from .schedule import GRID, SECOND
from .source import Gpu, SharedGpu
from .timeline import Timeline

_INTERVAL: Final = SECOND // 10
_CONTEXTS_INTERVAL: Final = 2 * SECOND
_QUIET: Final = 0.05  # utilisation up to which a GPU's power counts as idle


class Pids(Protocol):
    """Processes that are ours."""

    @property
    def pids(self) -> frozenset[int]:
        """PIDs of the tree as last seen."""
        ...


class GpuLooks:
    """Puts looks at GPUs onto the timeline.

    Parameters
    ----------
    gpus
        What to look at.
    tree
        Our processes.
    clock, timeline
        Time, and where the looks go.
    readings
        Is told which driver is waited for.
    """

    def __init__(self, gpus: Sequence[Gpu], tree: Pids, clock: Clock, timeline: Timeline, readings: Readings) -> None:
        self._gpus = tuple((gpu, gpu if isinstance(gpu, SharedGpu) else None) for gpu in gpus)
        self._tree = tree
        self._clock = clock
        self._timeline = timeline
        self._readings = readings
        self._looked_at = 0
        self._due = 0
        self._activity: dict[str, Mapping[int, float] | None] = {}
        self._contexts = OpenContexts()
        self._contexts_due = 0
        self._counted: tuple[int, int] | None = None
        self._utilisation: dict[str, float | None] = {}
        self.states = GpuStates()
        """What the GPUs have been doing."""
        self.ours = frozenset(gpu.name for gpu in gpus)
        """Names of those whose energy may be ours, as last seen."""

    def due(self, now: int) -> bool:
        """Whether there are GPUs, and the last look at them is no longer fresh."""
        return now >= self._due and bool(self._gpus)

    def take(self, now: int, *, running: bool) -> None:
        """Look at all GPUs; *running* tells whether a cell runs."""
        full = now // GRID > self._looked_at // GRID  # in each slice the same for all kernels of a machine
        self._looked_at, self._due = now, now + _INTERVAL
        own = self._tree.pids
        looks = {gpu.name: self._look(gpu, shared, own, full=full) for gpu, shared in self._gpus}
        if self._contexts.may_be_needed and not any(look.lists_ours for look in looks.values()):
            if now >= self._contexts_due:
                self._counted = self._contexts.count(own)
                self._contexts_due = now + _CONTEXTS_INTERVAL
            looks = {name: replace(look, contexts=self._counted) for name, look in looks.items()}
        with self._timeline.lock:
            for name, look in looks.items():
                self._timeline.look(name, now, look)
        self.ours = frozenset(name for name, look in looks.items() if look.may_be_ours)
        if full:
            self._keep(now, looks, running=running)

    def _keep(self, now: int, looks: Mapping[str, Look], *, running: bool) -> None:
        """Keep what the GPUs do for those who ask no driver."""
        for gpu, _ in self._gpus:
            with self._timeline.lock:
                last = self._timeline.joules[gpu.name].last
            joules = math.nan if last is None else last[1]
            self._readings.asked = gpu.name, self._clock.boottime()
            try:
                utilisation = self._utilisation.get(gpu.name)
                self.states.saw(gpu, gpu.name, now, looks[gpu.name], utilisation, joules, running=running)
            except Exception:  # noqa: BLE001 - as above; the state stays as it was
                continue
            finally:
                self._readings.asked = None

    def _look(self, gpu: Gpu, shared: SharedGpu | None, own: frozenset[int], *, full: bool) -> Look:
        """Look at one GPU; a *full* look tells what its processes and the GPU itself did since the last one."""
        parts: tuple[Part, ...] = ()
        quiet: bool | None = None
        self._readings.asked = gpu.name, self._clock.boottime()
        try:
            parts = (Part(gpu.processes()),) if shared is None else shared.parts()
            if full:
                self._utilisation[gpu.name] = None
                quiet = _empty(parts)
                if shared is not None:
                    self._activity[gpu.name] = shared.activity() if Look(own, parts).shared else None
                    utilisation = self._utilisation[gpu.name] = shared.utilisation()
                    quiet = quiet if utilisation is None else utilisation <= _QUIET
        except Exception:  # noqa: BLE001 - a vendor's library may raise anything; what could not be asked is unknown
            quiet = False if full else None
        finally:
            self._readings.asked = None
        return Look(own, parts, self._activity.get(gpu.name), None, quiet)


def _empty(parts: tuple[Part, ...]) -> bool:
    """Whether nobody holds any of a GPU that is not divided: other instances' processes may not be shown."""
    return bool(parts) and all(part.slices is None and part.holders == frozenset() for part in parts)
