"""Which processor this is, and how much of it the machine shows: /proc/cpuinfo and /sys, or what the system says."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# platform.processor() on Windows: "Intel64 Family 6 Model 154 Stepping 3, GenuineIntel".
_WINDOWS = re.compile(r".* Family (?P<family>\d+) Model (?P<model>\d+) .*, (?P<vendor>\w+)$")
_WINDOWS_KEY = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"


@dataclass(frozen=True, slots=True)
class Processor:
    """The processor as the operating system describes it.

    Attributes
    ----------
    name
        Product name, or ``None``.
    vendor, family, model
        CPUID's on x86; implementer and part (as ``0x41``, ``0xd0c``) on ARM, without a family.
    threads
        Hardware threads that are visible.
    packages
        Sockets that are visible; in a virtual machine they mean nothing.
    smt
        Whether two threads share a core here; ``None`` when that is not told.
    hybrid
        Whether cores of two kinds are visible.
    virtual
        Whether a hypervisor says so.
    """

    name: str | None
    vendor: str = ""
    family: int | None = None
    model: str = ""
    threads: int = 1
    packages: int = 1
    smt: bool | None = None
    hybrid: bool = False
    virtual: bool = False


@cache
def read_processor(root: Path = Path("/")) -> Processor:
    """Return this machine's processor.

    Parameters
    ----------
    root
        Where ``proc`` and ``sys`` lie.
    """
    entries = _cpuinfo(root)
    if not entries:
        return _portable()
    first = entries[0]
    kinds = {entry["cpu part"] for entry in entries if "cpu part" in entry}
    family = first.get("cpu family", "")
    return Processor(
        name=first.get("model name") or None,
        vendor=first.get("vendor_id") or first.get("cpu implementer", ""),
        family=int(family) if family.isdigit() else None,
        model=first.get("model") or first.get("cpu part", ""),
        threads=len(entries),
        packages=len({entry.get("physical id", "0") for entry in entries}),
        smt=_smt(root),
        hybrid=len(kinds) > 1 or (root / "sys/devices/cpu_atom").exists(),
        virtual="hypervisor" in first.get("flags", "").split(),
    )


def _cpuinfo(root: Path) -> list[dict[str, str]]:
    try:
        text = (root / "proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    entries = []
    for block in text.split("\n\n"):
        pairs = (line.partition(":") for line in block.splitlines())
        entry = {key.strip().lower(): " ".join(value.split()) for key, _, value in pairs}
        if "processor" in entry:
            entries.append(entry)
    return entries


def _smt(root: Path) -> bool | None:
    """Whether the first core has two threads. A hypervisor may hide it: a guest's "no" is not believed."""
    try:
        siblings = (root / "sys/devices/system/cpu/cpu0/topology/thread_siblings_list").read_text()
    except OSError:
        return None
    return any(sign in siblings for sign in ",-")


def _portable() -> Processor:
    """Return what macOS and Windows tell; nothing of packages or hypervisors."""
    import platform

    import psutil

    threads = psutil.cpu_count() or 1
    cores = psutil.cpu_count(logical=False)
    told = platform.processor()
    cpuid = _WINDOWS.match(told)
    return Processor(
        name=_product_name() or told or None,
        vendor=cpuid["vendor"] if cpuid else "",
        family=int(cpuid["family"]) if cpuid else None,
        model=cpuid["model"] if cpuid else "",
        threads=threads,
        smt=None if cores is None else cores < threads,
        hybrid=sys.platform == "darwin" and platform.machine() == "arm64",
    )


def _product_name() -> str | None:
    if sys.platform == "darwin":
        import ctypes

        size = ctypes.c_size_t(256)
        buffer = ctypes.create_string_buffer(size.value)
        failed = ctypes.CDLL(None).sysctlbyname(b"machdep.cpu.brand_string", buffer, ctypes.byref(size), None, 0)
        return None if failed else buffer.value.decode("utf-8", "replace") or None
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _WINDOWS_KEY) as key:
                return " ".join(str(winreg.QueryValueEx(key, "ProcessorNameString")[0]).split())
        except OSError:
            return None
    return None
