"""CPU and DRAM energy from RAPL, through Linux's perf events: the kernel extends the counters to 64 bits itself.

Used where the kernel lets this process count system-wide events (``kernel.perf_event_paranoid`` ≤ 0, CAP_PERFMON or
root): nothing then wraps, and each counter stays open. Elsewhere :mod:`.rapl` reads the same counters through powercap.
Tested with files in the form of the kernel's and an opener that stands for the system call; it has not yet been run on
a machine with such counters.

https://man7.org/linux/man-pages/man2/perf_event_open.2.html; the kernel's arch/x86/events/rapl.c
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..clock import Clock
from . import rapl
from .source import ComponentName, Detected, SourceError
from .wraps import Unwrapped

PMU: Final = Path("/sys/bus/event_source/devices/power")
PARANOID: Final = Path("/proc/sys/kernel/perf_event_paranoid")

Opener = Callable[[int, int, int], int]
"""Opens an event: the PMU's type, the event's code and a CPU give a file descriptor that yields 8 bytes a read."""

_SYSCALL: Final = {"x86_64": 298, "i386": 336, "i686": 336}
"""Numbers of ``perf_event_open``; no other architecture has RAPL."""

_SIZE: Final = 64  # of struct perf_event_attr in its first version, which every kernel takes
_CLOEXEC: Final = 8  # PERF_FLAG_FD_CLOEXEC
_EVERY_PROCESS: Final = -1
_NO_GROUP: Final = -1


class PerfCounter:
    """One event on one CPU, which stands for its package or die.

    Parameters
    ----------
    descriptor
        Of the open event; closed with this object.
    joules
        Energy of one count, J.
    what
        For people.
    """

    def __init__(self, descriptor: int, joules: float, what: str) -> None:
        self._descriptor = descriptor
        self._microjoules = joules * 1e6
        self._what = what
        self._unwrapped = Unwrapped(0)

    def __del__(self) -> None:
        with contextlib.suppress(OSError):
            os.close(self._descriptor)

    def advance(self, now: int) -> int:
        """Return the microjoules since the previous call; *now* is ns since boot.

        Raises
        ------
        SourceError
            When the kernel does not tell, or its count cannot be true.
        """
        try:
            content = os.read(self._descriptor, 8)
        except OSError as error:
            self._unwrapped.forget()
            raise SourceError(f"{self._what} cannot be read ({error.strerror}); it is tried again") from None
        if len(content) != 8:  # its CPU went offline
            self._unwrapped.forget()
            raise SourceError(f"{self._what} has stopped; restart the kernel to find its counters anew")
        used = self._unwrapped.used(round(struct.unpack("=Q", content)[0] * self._microjoules), now)
        if used is None:
            raise SourceError(f"{self._what} was reset: the energy since the last reading is lost")
        return used


def open_event(kind: int, code: int, cpu: int) -> int:
    """Open a system-wide event.

    Raises
    ------
    OSError
        When the kernel refuses, or this is no machine with such events.
    """
    number = _SYSCALL.get(platform.machine())
    if sys.platform != "linux" or number is None:
        raise OSError(0, "no such events on this kind of machine")
    attributes = ctypes.create_string_buffer(struct.pack("=IIQ", kind, _SIZE, code), _SIZE)
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = int(libc.syscall(number, attributes, _EVERY_PROCESS, cpu, _NO_GROUP, _CLOEXEC))
    if descriptor < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return descriptor


def detect(clock: Clock, root: Path = PMU, opener: Opener = open_event) -> Detected:
    """Find the RAPL events that this process may count.

    Parameters
    ----------
    clock
        For the time between readings.
    root
        Folder of the PMU ``power``.
    opener
        Stands for the system call.

    Returns
    -------
    Detected
        ``rapl`` and ``rapl-dram``, each only if all its counters opened. Nothing is called absent: the same counters
        may be readable through powercap, which says why if they are not.
    """
    found = (
        _source("rapl", "cpu", f"{rapl.CPU_LABEL} (perf events)", "energy-pkg", clock, root, opener),
        _source("rapl-dram", "ram", f"{rapl.RAM_LABEL} (perf events)", "energy-ram", clock, root, opener),
    )
    return Detected(tuple(source for source in found if source is not None))


def counters(event: str, root: Path = PMU, opener: Opener = open_event) -> list[PerfCounter]:
    """Open one event on every CPU that stands for a package or die.

    Parameters
    ----------
    event
        Such as ``energy-pkg``.
    root, opener
        As of :func:`detect`.

    Raises
    ------
    OSError, ValueError
        When there is no such event, it is in an unknown form, or this process may not count it.
    """
    kind = int(_text(root / "type"))
    code = _code(_text(root / "events" / event))
    joules = float(_text(root / "events" / f"{event}.scale"))
    unit = _text(root / "events" / f"{event}.unit")
    cpus = _cpus(_text(root / "cpumask"))
    if unit != "Joules" or not 0.0 < joules < 1.0:
        raise ValueError(f"{event} counts {joules} {unit}")
    return [PerfCounter(opener(kind, code, cpu), joules, f"perf event {event} of CPU {cpu}") for cpu in cpus]


def _source(
    name: str, component: ComponentName, label: str, event: str, clock: Clock, root: Path, opener: Opener
) -> rapl.RaplSource | None:
    try:
        opened = counters(event, root, opener)
        return rapl.RaplSource(name, component, rapl.of_packages(label, len(opened)), opened, clock)
    except (OSError, ValueError, SourceError):
        return None


def _code(text: str) -> int:
    """Return the code in ``event=0x02``; the kernel's format puts it into the lowest bits of ``config``."""
    name, _, value = text.partition("=")
    if name != "event":
        raise ValueError(f"unknown form of event: {text!r}")
    return int(value, 0)


def _cpus(text: str) -> list[int]:
    """Return the CPUs in a list such as ``0,18-19``."""
    cpus: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        cpus.extend(range(int(first), int(last or first) + 1))
    return cpus


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()
