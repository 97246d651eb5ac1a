"""Limits and use of the control group that we run in, version 2 and 1: a container's own, not its host's."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path, PurePosixPath

from .counter_file import CounterFile

_ROOT = Path("/")
_UNLIMITED = 2**62


def memory_limit(root: Path = _ROOT) -> int | None:
    """Return the bytes of memory that our control group may use, or ``None`` without any limit.

    A limit binds all groups below it, so that the lowest of all our ancestors counts.

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` lie.
    """
    limits = [
        limit
        for folder in ancestry("memory", root)
        for file in ("memory.max", "memory.limit_in_bytes")
        if (limit := _number(folder / file)) is not None
    ]
    return min(limits, default=None)


def cpu_limit(root: Path = _ROOT) -> float | None:
    """Return how many CPUs' time our control group may use, or ``None`` without any quota."""
    limits = []
    for folder in ancestry("cpu", root):
        quota, period = (
            _words(folder / "cpu.max", 2)
            or (
                *_words(folder / "cpu.cfs_quota_us", 1),
                *_words(folder / "cpu.cfs_period_us", 1),
            )
            or ("", "")
        )
        if quota.isdigit() and period.isdigit() and int(period):
            limits.append(int(quota) / int(period))
    return min(limits, default=None)


def cpu_usage_file(root: Path = _ROOT) -> Path | None:
    """Return the file that counts our control group's CPU time: ``cpu.stat`` or, in version 1, ``cpuacct.usage``."""
    for controller, file in (("cpuacct", "cpuacct.usage"), ("cpu", "cpu.stat")):
        for folder in ancestry(controller, root)[:1]:
            if _words(folder / file, 1):
                return folder / file
    return None


class CpuTime:
    """What a control group has used.

    Parameters
    ----------
    usage
        Its ``cpu.stat`` (version 2, µs) or ``cpuacct.usage`` (version 1, ns).

    Raises
    ------
    OSError
        When it cannot be opened.
    """

    def __init__(self, usage: Path) -> None:
        self._file = CounterFile(usage)
        self._second = 1e-6 if usage.name == "cpu.stat" else 1e-9

    def seconds(self) -> float:
        """Return CPU seconds of the group and those below it, since it began; 0 once it has gone."""
        words = self._file.read().split()
        return int(words[1] if words[0] == b"usage_usec" else words[0]) * self._second if words else 0.0


class PrivateGroup:
    """Our control group as long as only we are in it: then all that it counts is ours, whoever waited for whom.

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` lie.
    """

    def __init__(self, root: Path = _ROOT) -> None:
        self._root = root
        self._named: list[str] = []
        self._folder = root
        self._time: CpuTime | None = None

    def seconds(self) -> float:
        """Return the CPU seconds that the group has used; 0 without a group."""
        return 0.0 if self._time is None else self._time.seconds()

    def alone(self, pids: Collection[int]) -> bool:
        """Whether no process is in the group, or below it, that is not among *pids*; takes some 0.1 ms."""
        named = _lines(self._root / "proc/self/cgroup")
        if named != self._named:
            self._named = named
            usage = cpu_usage_file(self._root)
            self._folder = self._root if usage is None else usage.parent
            try:
                self._time = None if usage is None else CpuTime(usage)
            except OSError:
                self._time = None
            return False  # what it counted so far was somebody else's, or ours under another name
        if self._time is None or self._divided():
            return False
        members = _lines(self._folder / "cgroup.procs")
        return bool(members) and all(line.isdigit() and int(line) in pids for line in members)

    def _divided(self) -> bool:
        try:
            return self._folder.stat().st_nlink > 2
        except OSError:
            return True


def ancestry(controller: str, root: Path = _ROOT) -> list[Path]:
    """Return our control group's folder and those above it, as far as they are shown to us, ours first.

    Parameters
    ----------
    controller
        Such as ``memory``: the hierarchy that governs it, of version 1 where it is mounted, else of version 2.
    root
        Where ``proc`` and ``sys`` lie.
    """
    ours = _our_groups(root)
    mounts = _mounts(root)
    for key in (controller, ""):
        if key not in ours or key not in mounts:
            continue
        top, shown = mounts[key]
        # Without a namespace of its own a container is told its host's path, of which its mount shows the end.
        path = PurePosixPath(ours[key])
        inside = path.relative_to(shown) if path.is_relative_to(shown) else PurePosixPath()
        if ".." in inside.parts:  # a group outside the namespace
            inside = PurePosixPath()
        return [top / folder for folder in (inside, *inside.parents)]
    return []


def _our_groups(root: Path) -> dict[str, str]:
    """Return our group's path by controller; version 2 stands under the empty name."""
    groups = {}
    for line in _lines(root / "proc/self/cgroup"):
        _, controllers, path = [*line.split(":", 2), "", ""][:3]
        for controller in controllers.split(","):
            groups[controller] = path
    return groups


def _mounts(root: Path) -> dict[str, tuple[Path, str]]:
    """Return, by controller, where the hierarchy is mounted and which group is shown there as its root."""
    mounts: dict[str, tuple[Path, str]] = {}
    for line in _lines(root / "proc/self/mountinfo"):
        left, _, right = line.partition(" - ")
        fields, kind = left.split(), right.split()
        if len(fields) < 5 or len(kind) < 3 or kind[0] not in ("cgroup", "cgroup2"):
            continue
        place = root / fields[4].lstrip("/"), fields[3]
        for controller in kind[2].split(",") if kind[0] == "cgroup" else [""]:
            mounts.setdefault(controller, place)
    return mounts


def _number(path: Path) -> int | None:
    """Return a file's number; ``None`` for ``max``, and for what stands for it in version 1, the largest of all."""
    words = _words(path, 1)
    return int(words[0]) if words and words[0].isdigit() and int(words[0]) < _UNLIMITED else None


def _words(path: Path, count: int) -> list[str]:
    """Return the first words of a file, or nothing if it has fewer or cannot be read."""
    words = " ".join(_lines(path)).split()
    return words[:count] if len(words) >= count else []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
