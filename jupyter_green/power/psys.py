"""The platform's energy counter (``psys``) beside those of packages and memory: a check, and in no figure.

Many Intel laptops and some servers count what the whole platform draws. Packages and memory are parts of it, so that it
is never added; over the same seconds it must say more than they do. Where it says less, the maker has not wired it up.

Intel SDM vol. 4, MSR_PLATFORM_ENERGY_COUNTER; the kernel's drivers/powercap/intel_rapl_common.c

Tested on the rig's powercap trees and stand-ins for events; never run on metal here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..clock import Clock
from . import rapl, rapl_perf
from .source import SourceError

_SHORTEST: Final = 0.1
"""s below which the counters' refresh, about 1 ms each, would show in the comparison."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Mean powers over the same time.

    Attributes
    ----------
    seconds
        How long, s.
    platform, packages, dram
        W; ``dram`` is ``None`` without such a counter.
    """

    seconds: float
    platform: float
    packages: float
    dram: float | None


class PlatformCheck:
    """Compares the counters from one asking to the next.

    Parameters
    ----------
    platform, packages, dram
        Counters of their own, which nobody else advances.
    clock
        For elapsed time.

    Raises
    ------
    SourceError
        When one of them cannot be read.
    """

    def __init__(
        self,
        platform: Sequence[rapl.Counter],
        packages: Sequence[rapl.Counter],
        dram: Sequence[rapl.Counter],
        clock: Clock,
    ) -> None:
        self._groups = (platform, packages, dram)
        self._clock = clock
        self._since: int | None = clock.boottime()
        self._advance(self._since)

    def compare(self) -> Comparison | None:
        """Return the mean powers since the last comparison, at first since the start.

        ``None`` when that was too short a time, or so long that the counters may have begun anew unseen: ask again.
        """
        now, since = self._clock.boottime(), self._since
        seconds = math.inf if since is None else (now - since) * 1e-9
        if seconds < _SHORTEST:
            return None
        self._since = now
        try:
            platform, packages, dram = (microjoules * 1e-6 / seconds for microjoules in self._advance(now))
        except SourceError:
            self._begin(now)
            return None
        if since is None:
            return None
        return Comparison(seconds, platform, packages, dram if self._groups[2] else None)

    def _begin(self, now: int) -> None:
        """Begin anew: what a counter lost is past, unless it cannot be read at all."""
        try:
            self._advance(now)
        except SourceError:
            self._since = None

    def _advance(self, now: int) -> list[int]:
        """Return each group's µJ since the last time; all counters are read, whatever one of them says."""
        amounts: list[int] = []
        failure: SourceError | None = None
        for group in self._groups:
            amounts.append(0)
            for counter in group:
                try:
                    amounts[-1] += counter.advance(now)
                except SourceError as error:
                    failure = error
        if failure is not None:
            raise failure
        return amounts


def detect(
    clock: Clock,
    powercap: Path,
    pmu: Path = rapl_perf.PMU,
    opener: rapl_perf.Opener = rapl_perf.open_event,
) -> PlatformCheck | None:
    """Return the check where the counters can be read: by perf events where permitted, else through powercap.

    Parameters
    ----------
    clock
        For elapsed time.
    powercap
        Directory of the operating system's energy counters.
    pmu, opener
        As of :func:`.rapl_perf.detect`; not used where the user chose a powercap tree.
    """
    try:
        if powercap == rapl.POWERCAP and (pmu / "events/energy-psys").exists():
            return _by_events(clock, pmu, opener)
    except (OSError, ValueError, SourceError):
        pass  # powercap may be open to us
    zones = rapl.find_zones(powercap)
    if not zones.platform or not zones.packages:
        return None
    try:
        platform, packages, dram = (
            [rapl.Zone(zone) for zone in group] for group in (zones.platform, zones.packages, zones.dram)
        )
        return PlatformCheck(platform, packages, dram, clock)
    except SourceError:
        return None


def _by_events(clock: Clock, pmu: Path, opener: rapl_perf.Opener) -> PlatformCheck:
    dram = rapl_perf.counters("energy-ram", pmu, opener) if (pmu / "events/energy-ram").exists() else []
    platform, packages = (rapl_perf.counters(event, pmu, opener) for event in ("energy-psys", "energy-pkg"))
    return PlatformCheck(platform, packages, dram, clock)
