"""A powercap tree as Linux shows it: nested zones, and flat links to each of them in the class folder."""

from __future__ import annotations

import json
import os
import struct
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from jupyter_green.clock import SystemClock

VARIABLE = "JUPYTER_GREEN_POWERCAP"
INTEL_RANGE = 262_143_328_850
"""Range of a package counter with the usual 61 uJ unit, uJ."""

_WRITER = Path(__file__).with_name("powercap_writer.py")
_SAMPLE = struct.Struct("<qd")


class Zone:
    """One zone; its files are replaced by rename, as an in-place write would leave them empty for a moment."""

    def __init__(self, folder: Path, name: str, range_microjoules: int) -> None:
        self.folder = folder
        self.name = name
        self.range_microjoules = range_microjoules
        self.energy = folder / "energy_uj"
        folder.mkdir(parents=True)
        (folder / "name").write_text(f"{name}\n")
        (folder / "max_energy_range_uj").write_text(f"{range_microjoules}\n")
        self.set(0)

    def set(self, microjoules: int) -> None:
        """Set the counter, as a reset does."""
        self.fill(f"{microjoules}\n")

    def add(self, joules: float) -> None:
        """Let the hardware use energy; the counter wraps at its range."""
        self.set((int(self.energy.read_text()) + round(joules * 1e6)) % self.range_microjoules)

    def fill(self, content: str) -> None:
        """Write any content, be it nonsense."""
        self.remove()
        fresh = self.folder / "energy_uj.new"
        fresh.write_text(content)
        fresh.replace(self.energy)

    def remove(self) -> None:
        """Let the counter vanish."""
        if self.energy.is_dir():
            self.energy.rmdir()
        else:
            self.energy.unlink(missing_ok=True)

    def block(self) -> None:
        """Make it unreadable even for root: a folder stands where the file was."""
        self.remove()
        self.energy.mkdir()


class PowercapTree:
    """Packages with whatever else a machine may show beside them, everything at zero.

    Parameters
    ----------
    root
        The class folder, made here.
    packages
        Names of the top-level package zones; a name given twice is a mirror of the first.
    dram, cores, psys, mmio
        Add that sub-zone to each package; ``core`` and ``uncore`` sub-zones; the platform's zone; memory-mapped
        mirrors of every package and DRAM zone.
    """

    def __init__(
        self,
        root: Path,
        packages: Sequence[str] = ("package-0",),
        *,
        dram: bool = False,
        cores: bool = False,
        psys: bool = False,
        mmio: bool = False,
        range_microjoules: int = INTEL_RANGE,
    ) -> None:
        self.root = root
        self.range_microjoules = range_microjoules
        self.zones: dict[str, Zone] = {}
        root.mkdir(parents=True, exist_ok=True)
        inner = [*(["core", "uncore"] if cores else []), *(["dram"] if dram else [])]
        for control in ("intel-rapl", "intel-rapl-mmio") if mmio else ("intel-rapl",):
            for number, name in enumerate(packages):
                self._zone(f"{control}:{number}", name)
                for sub, part in enumerate(inner):
                    self._zone(f"{control}:{number}:{sub}", part)
        if psys:
            self._zone(f"intel-rapl:{len(packages)}", "psys")

    def _zone(self, key: str, name: str) -> None:
        control, number, *sub = key.split(":")
        folder = self.root.parent / "devices" / control / f"{control}:{number}"
        self.zones[key] = Zone(folder / key if sub else folder, name, self.range_microjoules)
        (self.root / key).symlink_to(os.path.relpath(self.zones[key].folder, self.root))

    def named(self, name: str) -> list[Zone]:
        """All zones of that name, the mirrors too."""
        return [zone for zone in self.zones.values() if zone.name == name]

    def package(self, number: int = 0) -> Zone:
        return self.zones[f"intel-rapl:{number}"]

    @property
    def environment(self) -> dict[str, str]:
        """What a process must be started with to meter this tree."""
        return {VARIABLE: str(self.root)}


class LivePowercap:
    """Runs a tree's counters in a process of its own, about every 5 ms, until the ``with`` block ends.

    Parameters
    ----------
    watts, watts_per_core
        Power of all packages together: a constant, plus so much for each core that the machine keeps busy
        (``/proc/stat``, 10 ms steps). The package zones share it equally.
    dram_watts
        Constant power of all DRAM zones together.
    start_microjoules
        Where the counters begin; near the range, they soon wrap.
    """

    def __init__(
        self,
        tree: PowercapTree,
        watts: float = 33.0,
        *,
        watts_per_core: float = 0.0,
        dram_watts: float = 3.0,
        start_microjoules: int = 0,
        interval: float = 0.005,
    ) -> None:
        self.tree = tree
        self.watts = watts
        self.watts_per_core = watts_per_core
        self.dram_watts = dram_watts
        self._log = tree.root.parent / "writer.log"
        self._config = tree.root.parent / "writer.json"
        self._writer: subprocess.Popen[str] | None = None
        zones = [self._powers(zone) for zone in tree.zones.values()]
        self._config.write_text(
            json.dumps({"zones": zones, "log": str(self._log), "start": start_microjoules, "interval": interval})
        )

    def _powers(self, zone: Zone) -> dict[str, object]:
        packages = len({name for key, name in self._names() if key.count(":") == 1 and name.startswith("package")})
        factor = {"core": 0.6, "uncore": 0.1, "psys": 1.4 * packages}.get(zone.name, 1.0) / packages
        idle, per_core = (self.dram_watts, 0.0) if zone.name == "dram" else (self.watts, self.watts_per_core)
        return {
            "energy": str(zone.energy),
            "range": zone.range_microjoules,
            "watts": idle * factor,
            "watts_per_core": per_core * factor,
        }

    def _names(self) -> list[tuple[str, str]]:
        return [(key, zone.name) for key, zone in self.tree.zones.items()]

    def __enter__(self) -> LivePowercap:
        self._writer = subprocess.Popen(
            [sys.executable, "-I", "-S", str(_WRITER), str(self._config)], stdout=subprocess.PIPE, text=True
        )
        assert self._writer.stdout is not None
        if self._writer.stdout.readline() != "ready\n":
            raise RuntimeError("the powercap writer did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        assert self._writer is not None
        self._writer.terminate()
        self._writer.communicate(timeout=10)

    @property
    def environment(self) -> dict[str, str]:
        return self.tree.environment

    def energy_between(self, start_ns: int, end_ns: int) -> float:
        """The truth for ``cpu``: joules of all packages between two times, ns since boot."""
        joules = self.watts * (end_ns - start_ns) * 1e-9
        if self.watts_per_core:
            joules += self.watts_per_core * (self._busy(end_ns) - self._busy(start_ns))
        return joules

    def lifetime(self) -> tuple[int, int]:
        """When the counters began, and what they stand for now that the writer has ended, ns since boot.

        Between these two times the counters' truth is exact, however late the writer was in between.
        """
        samples = self._samples()
        return samples[0][0], samples[-1][0]

    def dram_energy_between(self, start_ns: int, end_ns: int) -> float:
        """The truth for ``ram``."""
        return self.dram_watts * (end_ns - start_ns) * 1e-9

    def _busy(self, at_ns: int) -> float:
        """Busy core seconds of the machine until then, from the writer's log; interpolated between its rounds."""
        samples = self._samples()
        after = bisect_left(samples, at_ns, lo=1, key=lambda sample: sample[0])
        if at_ns < samples[0][0] or after == len(samples):
            raise ValueError("the writer was not running at that time")
        (start, low), (end, high) = samples[after - 1], samples[after]
        return low + (high - low) * (at_ns - start) / (end - start)

    def _samples(self) -> list[tuple[int, float]]:
        content = self._log.read_bytes()
        return list(_SAMPLE.iter_unpack(content[: len(content) // _SAMPLE.size * _SAMPLE.size]))


def now_ns() -> int:
    """ns since boot, the time of every truth here."""
    return SystemClock().boottime()
